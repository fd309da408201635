import { LAST_WORD, lineSubject, mayBeOldMs } from '../../core/intake/line-card.ts';
import type { CopyId, RunId, TenantId } from '../../core/ids.ts';
import type { TenantTx } from '../database.ts';
import { newId } from '../ids.ts';
import { sendOut } from '../outbox/outbox-store.ts';
import { IN_LINE } from './admit.ts';
import { readLine } from './line.ts';

/** Where the run was asked for; one that was not asked for in a chat has nowhere to be told. */
const INTEND = `INSERT INTO card_copies (tenant, copy, subject, platform, workspace, conversation, wanted_version)
  SELECT current_tenant(), $2, $3, origin->>'platform', origin->>'workspace', origin->>'conversation', 1 FROM runs
  WHERE run = $1 AND ${IN_LINE} AND origin->>'platform' IN ('slack', 'teams') AND origin->>'workspace' <> ''
    AND origin->>'conversation' <> ''
  ON CONFLICT DO NOTHING RETURNING copy`;

const deliver = (tx: TenantTx, copies: readonly CopyId[]): Promise<void> =>
  sendOut(
    tx,
    copies.map((copy) => ({ topic: 'deliver', key: copy, payload: { copy } })),
  );

/** A card where the run was asked for that says how it stands in line, from now on kept true. False: there is one, or no need. */
export async function showCard(tx: TenantTx, run: RunId): Promise<boolean> {
  const made = await tx.rows<{ copy: CopyId }>({
    text: INTEND,
    values: [run, newId('cpy'), lineSubject(run)],
  });
  await deliver(tx, made.map(({ copy }) => copy)); // prettier-ignore
  return made.length > 0;
}

/** Waiting for some seconds without a card, though it was asked for in a chat: the deployment was fuller than it looked. */
const UNTOLD = `SELECT r.run FROM runs r WHERE ${IN_LINE} AND r.created_at < now() - interval '3 seconds'
    AND r.origin->>'platform' IN ('slack', 'teams') AND r.origin->>'workspace' <> '' AND r.origin->>'conversation' <> ''
    AND NOT EXISTS (SELECT 1 FROM card_copies c WHERE c.subject = r.run || '/line') LIMIT 20`;

const OPEN = `SELECT c.copy, r.run, (r.status = 'queued' AND r.admitted_at IS NULL) AS waits,
    c.shown_version = c.wanted_version AS shown, (extract(epoch FROM now() - c.updated_at) * 1000)::float8 AS "oldMs"
  FROM card_copies c JOIN runs r ON r.run = split_part(c.subject, '/', 1)
  WHERE c.subject LIKE 'run\\_%/line' AND c.wanted_version < ${LAST_WORD} AND c.status <> 'failed'`;

const WANT = `UPDATE card_copies SET wanted_version = CASE WHEN $2 THEN ${LAST_WORD} ELSE wanted_version + 1 END
  WHERE copy = ANY($1) AND wanted_version < ${LAST_WORD} RETURNING copy`;

/** Edits of waiting cards at one look: a flood of them must not use up what the chats let us send. */
const EDITS = 10;

interface OpenCard {
  readonly copy: CopyId;
  readonly run: RunId;
  readonly waits: boolean;
  readonly shown: boolean;
  readonly oldMs: number;
}

async function want(tx: TenantTx, copies: readonly CopyId[], last: boolean): Promise<boolean> {
  if (copies.length === 0) return false;
  const wanted = await tx.rows<{ copy: CopyId }>({ text: WANT, values: [copies, last] });
  await deliver(tx, wanted.map(({ copy }) => copy)); // prettier-ignore
  return wanted.length > 0;
}

/** Brings the cards of a tenant's line up to date: those whose run waits no longer at once, the others now and then. */
export async function keepCards(tx: TenantTx, tenant: TenantId): Promise<boolean> {
  let did = false;
  for (const { run } of await tx.rows<{ run: RunId }>({ text: UNTOLD }))
    did = (await showCard(tx, run)) || did;
  const open = await tx.rows<OpenCard>({ text: OPEN });
  const over = open.filter(({ waits }) => !waits);
  did = (await want(tx, over.map(({ copy }) => copy), true)) || did; // prettier-ignore
  const waiting = open.filter(({ waits, shown }) => waits && shown);
  if (waiting.length === 0) return did;
  const line = await readLine(tx, tenant);
  const old = waiting
    .filter(({ run, oldMs }) => oldMs > mayBeOldMs(line.get(run)?.etaMs ?? null))
    .sort((a, b) => b.oldMs - a.oldMs)
    .slice(0, EDITS);
  return (await want(tx, old.map(({ copy }) => copy), false)) || did; // prettier-ignore
}
