import type { PersonId } from '../../core/ids.ts';
import type { TenantTx } from '../database.ts';
import { newId } from '../ids.ts';
import { sendOut } from '../outbox/outbox-store.ts';

/** Where a card is to hang. */
export interface Place {
  platform: string;
  workspace: string;
  conversation: string;
  person: PersonId | null;
  /** The message under which it hangs; missing: at the top. */
  thread?: string;
}

/** Where the company wants its requests. */
export const approvalChannels = (tx: TenantTx): Promise<Place[]> =>
  tx.rows<Place>({
    text: `SELECT platform, workspace, settings->>'approvalsChannel' AS conversation, NULL AS person FROM chat_workspaces
      WHERE coalesce(settings->>'approvalsChannel', '') <> '' ORDER BY platform, workspace`,
  });

/**
 * Where incidents are told: a channel of their own where a workspace has one, else where its requests are.
 */
export const alertChannels = (tx: TenantTx): Promise<Place[]> =>
  tx.rows<Place>({
    text: `SELECT platform, workspace, coalesce(nullif(settings->>'alertsChannel', ''), settings->>'approvalsChannel') AS conversation,
        NULL AS person FROM chat_workspaces
      WHERE coalesce(nullif(settings->>'alertsChannel', ''), settings->>'approvalsChannel', '') <> '' ORDER BY platform, workspace`,
  });

/** Slack takes a person's id as the conversation; Teams needs one that the bot was told of. */
export const directs = (tx: TenantTx, people: readonly PersonId[]): Promise<Place[]> =>
  tx.rows<Place>({
    text: `SELECT platform, workspace, account AS conversation, person FROM chat_identities
        WHERE platform = 'slack' AND kind = 'member' AND person = ANY($1)
      UNION ALL SELECT c.platform, c.workspace, c.conversation, c.person FROM conversations c
        WHERE c.platform = 'teams' AND c.kind = 'personal' AND c.person = ANY($1) AND EXISTS (
          SELECT 1 FROM chat_identities i WHERE i.person = c.person AND i.platform = 'teams' AND i.kind = 'member')
      ORDER BY 1, 2, 3`,
    values: [people],
  });

export interface Shown {
  readonly subject: string;
  readonly version: number;
}

/** A copy in each place that has none yet: an intent with its own id, before anything is posted. Says where one was made. */
export async function intend(tx: TenantTx, shown: Shown, places: readonly Place[]): Promise<number> {
  if (places.length === 0) return 0;
  const made = await tx.rows<{ copy: string }>({
    text: `INSERT INTO card_copies (tenant, copy, subject, platform, workspace, conversation, person, thread,
        wanted_version)
      SELECT current_tenant(), copy, $1, platform, workspace, conversation, person, thread, $2
      FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
        AS c(copy, platform, workspace, conversation, person, thread)
      ON CONFLICT DO NOTHING RETURNING copy`,
    values: [
      shown.subject,
      shown.version,
      places.map(() => newId('cpy')),
      places.map((p) => p.platform),
      places.map((p) => p.workspace),
      places.map((p) => p.conversation),
      places.map((p) => p.person),
      places.map((p) => p.thread ?? null),
    ],
  });
  await sendOut(
    tx,
    made.map(({ copy }) => ({ topic: 'deliver', key: copy, payload: { copy } })),
  );
  return made.length;
}

/** Under each card that hangs in a channel already; one that comes later shows the question itself. */
export const threadsUnder = (tx: TenantTx, subject: string): Promise<Place[]> =>
  tx.rows<Place>({
    text: `SELECT platform, workspace, conversation, NULL AS person, message AS thread FROM card_copies
      WHERE subject = $1 AND person IS NULL AND message IS NOT NULL AND status = 'posted'
      ORDER BY platform, workspace, conversation`,
    values: [subject],
  });
