import type { ForwardLink } from '../../core/forward/bodies.ts';
import type { IncidentId } from '../../core/ids.ts';
import type { TenantTx } from '../database.ts';

interface Row {
  readonly platform: string;
  readonly workspace: string;
  readonly conversation: string;
  readonly message: string | null;
}

const COPIES = `SELECT platform, workspace, conversation, message FROM card_copies
  WHERE subject = $1 AND person IS NULL AND status <> 'failed' ORDER BY platform, workspace, conversation`;

/**
 * Slack opens a channel by its address (https://docs.slack.dev/interactivity/deep-linking), Teams a message, once it is there
 * (https://learn.microsoft.com/microsoftteams/platform/concepts/build-and-test/deep-link-teams).
 */
function linkOf({ platform, workspace, conversation, message }: Row): ForwardLink | null {
  const [channel, tenant] = [encodeURIComponent(conversation), encodeURIComponent(workspace)];
  if (platform === 'slack')
    return { href: `https://slack.com/app_redirect?channel=${channel}&team=${tenant}`, text: 'Slack' };
  if (message === null) return null;
  const at = `https://teams.microsoft.com/l/message/${channel}/${encodeURIComponent(message)}`;
  return { href: `${at}?tenantId=${tenant}`, text: 'Teams' };
}

/** Where the incident's thread hangs, as far as it can be said by now. */
export async function linksOf(tx: TenantTx, incident: IncidentId): Promise<ForwardLink[]> {
  const rows = await tx.rows<Row>({ text: COPIES, values: [incident] });
  return rows.map(linkOf).filter((one) => one !== null);
}
