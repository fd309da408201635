import type { TenantId } from '../../core/ids.ts';
import { whyNoChatId } from '../../platform/chat-ids.ts';
import type { Config } from '../../platform/config.ts';
import type { Admin } from '../../platform/tenants.ts';

const USUAL_HOURS = 48;
const MOST_HOURS = 14 * 24;

/** `countersign admin slack-install`: says once by which link a workspace joins the tenant. */
export async function slackInstall(
  admin: Admin,
  tenant: TenantId,
  given: { readonly channel?: string; readonly hours?: string },
  config: Pick<Config, 'publicUrl' | 'slack' | 'botPort'>,
): Promise<string> {
  const hours = Number(given.hours ?? USUAL_HOURS);
  if (!Number.isInteger(hours) || hours < 1 || hours > MOST_HOURS)
    throw new Error(`--hours takes a whole number from 1 to ${MOST_HOURS}.`);
  const { channel = null } = given;
  const why = channel === null ? null : whyNoChatId('slack', 'channel', channel);
  if (why !== null) throw new Error(`--channel: ${why}`);
  const link = await admin.makeInstallLink(tenant, { channel, hours });
  const base = config.publicUrl ?? `http://127.0.0.1:${config.botPort}`;
  const missing =
    config.slack?.clientId && config.publicUrl
      ? ''
      : '\nThe bot needs SLACK_CLIENT_ID, SLACK_CLIENT_SECRET and COUNTERSIGN_URL for it.';
  return [
    `Whoever manages the Slack workspace opens this within ${hours} hours; one workspace joins ${tenant} by it, once:`,
    `${base}/slack/install?link=${link}`,
    `It is shown this once, and is worth as much as access to ${tenant}: hand it to that person alone. This is in the ledger.${missing}`,
  ].join('\n');
}
