import { eligible } from '../../core/approval/who-may-sign.ts';
import type { ApprovalState } from '../../core/approval/types.ts';
import type { PersonId } from '../../core/ids.ts';
import type { Person } from '../../core/people.ts';
import type { Selector } from '../../core/policy-types.ts';
import type { TenantTx } from '../database.ts';
import { newId } from '../ids.ts';
import { sendOut } from '../outbox/outbox-store.ts';

interface Place {
  platform: string;
  workspace: string;
  conversation: string;
  person: PersonId | null;
}

const channels = (tx: TenantTx): Promise<Place[]> =>
  tx.rows<Place>({
    text: `SELECT platform, workspace, settings->>'approvalsChannel' AS conversation, NULL AS person FROM chat_workspaces
      WHERE coalesce(settings->>'approvalsChannel', '') <> '' ORDER BY platform, workspace`,
  });

/** Slack takes a person's id as the conversation; Teams needs one that the bot was told of. */
const directs = (tx: TenantTx, people: readonly PersonId[]): Promise<Place[]> =>
  tx.rows<Place>({
    text: `SELECT platform, workspace, account AS conversation, person FROM chat_identities
        WHERE platform = 'slack' AND kind = 'member' AND person = ANY($1)
      UNION ALL SELECT c.platform, c.workspace, c.conversation, c.person FROM conversations c
        WHERE c.platform = 'teams' AND c.kind = 'personal' AND c.person = ANY($1) AND EXISTS (
          SELECT 1 FROM chat_identities i WHERE i.person = c.person AND i.platform = 'teams' AND i.kind = 'member')
      ORDER BY 1, 2, 3`,
    values: [people],
  });

async function intend(tx: TenantTx, state: ApprovalState, places: readonly Place[]): Promise<void> {
  if (places.length === 0) return;
  const made = await tx.rows<{ copy: string }>({
    text: `INSERT INTO card_copies (tenant, copy, subject, platform, workspace, conversation, person, wanted_version)
      SELECT current_tenant(), copy, $1, platform, workspace, conversation, person, $2
      FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
        AS c(copy, platform, workspace, conversation, person)
      ON CONFLICT DO NOTHING RETURNING copy`,
    values: [
      state.id,
      state.version,
      places.map(() => newId('cpy')),
      places.map((p) => p.platform),
      places.map((p) => p.workspace),
      places.map((p) => p.conversation),
      places.map((p) => p.person),
    ],
  });
  await sendOut(
    tx,
    made.map(({ copy }) => ({ topic: 'deliver', key: copy, payload: { copy } })),
  );
}

const named = (people: readonly Person[], selectors: readonly Selector[], not: PersonId): PersonId[] =>
  people.filter((p) => p.id !== not && eligible(p, selectors)).map((p) => p.id);

/** The copies of a new card, each an intent with its own id before anything is posted. */
export async function intendCopies(
  tx: TenantTx,
  state: ApprovalState,
  people: readonly Person[],
): Promise<void> {
  const { route, stages } = state.policy.requirement;
  const asked = stages.flatMap((stage) => stage.who);
  const inChannels = route === 'dm' ? [] : await channels(tx);
  const inDirects = route === 'channel' ? [] : await directs(tx, named(people, asked, state.requester));
  await intend(tx, state, [...inChannels, ...inDirects]);
}

/** Escalation reaches the senior group by direct message, whatever the route: they may not read the team's channel. */
export async function intendForSeniors(
  tx: TenantTx,
  state: ApprovalState,
  people: readonly Person[],
): Promise<void> {
  const { escalateTo } = state.policy.requirement;
  await intend(tx, state, await directs(tx, named(people, escalateTo, state.requester)));
}
