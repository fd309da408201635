import type { JsonObject } from '../../core/canonical-json.ts';
import type { LetterId, PersonId, RunId, TenantId } from '../../core/ids.ts';
import type { DeadLetterView } from '../../core/views.ts';
import type { Database, TenantTx } from '../database.ts';
import { append, lockHead } from '../ledger/append.ts';
import { namedPeople, nameless } from '../named-people.ts';
import { sendOut } from '../outbox/outbox-store.ts';
import { cancelRun } from '../runs/cancel-run.ts';
import type { DeadLetterStore } from '../stores.ts';

interface Row extends Omit<DeadLetterView, 'run'> {
  readonly run: RunId | null;
  readonly agent: string | null;
  readonly inputLabel: string | null;
  readonly environment: 'production' | 'sandbox' | null;
  readonly requester: PersonId | null;
}

/** With the row behind it, which no reader needs. */
interface Handled extends Row {
  readonly outboxId: number | null;
}

/** What an agent said of its own end is read where it lies. */
const COLUMNS = `d.letter, d.kind, d.subject, d.cause, d.tries, d.status, d.run,
    CASE WHEN d.kind = 'run' THEN coalesce(r.summary, '') ELSE d.detail END AS detail,
    (extract(epoch FROM d.since) * 1000)::bigint AS "sinceMs",
    r.agent, r.input_label AS "inputLabel", r.environment, r.requester`;
const FROM = `FROM dead_letters d LEFT JOIN runs r ON r.tenant = d.tenant AND r.run = d.run`;

/** More than anybody can go through; the oldest come first, so the rest moves up. */
const READ_AT_MOST = 200;

async function toViews(tx: TenantTx, rows: readonly Row[]): Promise<DeadLetterView[]> {
  const people = await namedPeople(
    tx,
    rows.flatMap(({ requester }) => (requester === null ? [] : [requester])),
  );
  return rows.map(({ run, agent, inputLabel, environment, requester, ...letter }) => ({
    ...letter,
    run:
      run === null || agent === null || requester === null
        ? null
        : {
            run,
            agent,
            inputLabel: inputLabel ?? '',
            environment: environment ?? 'production',
            requester: people.get(requester) ?? nameless(requester),
          },
  }));
}

const HANDLE = `UPDATE dead_letters SET status = $2, handled_by = $3, handled_at = now()
  WHERE letter = $1 AND status = 'open' RETURNING letter`;

interface Handling {
  readonly status: 'replayed' | 'discarded';
  readonly by: PersonId;
  /** What follows for the thing itself, in the same transaction. */
  readonly effect: (tx: TenantTx, row: Handled) => Promise<void>;
  readonly reason: string | null;
}

/** The head's lock comes first: of two people who handle one letter at once, the second finds it handled. */
async function handle(
  tx: TenantTx,
  tenant: TenantId,
  letter: LetterId,
  h: Handling,
): Promise<{ changed: boolean; ledgerSeq: number | null }> {
  await lockHead(tx, tenant);
  const row = await tx.row<Handled>({
    text: `SELECT ${COLUMNS}, d.outbox_id AS "outboxId" ${FROM} WHERE d.letter = $1`,
    values: [letter],
  });
  const handled = await tx.rows({ text: HANDLE, values: [letter, h.status, h.by] });
  if (row === null || handled.length === 0) return { changed: false, ledgerSeq: null };
  const { kind, subject, run } = row;
  const said: JsonObject = h.reason === null ? {} : { reason: h.reason };
  const ledgerSeq = await append(tx, tenant, {
    kind: `dead-letter.${h.status}`,
    subject,
    run,
    actor: h.by,
    body: { letter, about: kind, ...said },
  });
  await h.effect(tx, row);
  return { changed: true, ledgerSeq };
}

const UNPARK = `UPDATE outbox SET due_at = now(), enqueued_at = NULL, failures = 0
  WHERE id = $1 AND done_at IS NULL AND due_at = 'infinity'`;

const TAKE_PLACE = `UPDATE runs SET working_since = now() WHERE run = $1 AND status = 'queued'`;

const REVIVE = `UPDATE card_copies SET status = CASE WHEN message IS NULL THEN 'intended' ELSE 'posted' END, failure = NULL,
    attempts = 0, next_attempt_at = now(), updated_at = now() WHERE copy = $1 AND status = 'failed' RETURNING copy`;

/** It has one try more; it was told of before, so that whoever is on call hears how that went. */
const SEND_ANEW = `UPDATE incident_forwards SET status = 'waiting', held_until = NULL WHERE forward = $1 AND status = 'dead'
  RETURNING forward`;

const DROP = `UPDATE incident_forwards SET status = 'dropped', settled_at = now() WHERE forward = $1 AND status = 'dead'`;

/** The row itself comes again; whatever it starts is known by its id, so nothing starts twice. */
async function tryAgain(tx: TenantTx, { kind, subject, outboxId, run }: Handled): Promise<void> {
  if (kind === 'intake') await tx.rows({ text: TAKE_PLACE, values: [run] });
  if (outboxId !== null) await tx.rows({ text: UNPARK, values: [outboxId] });
  if (kind === 'forward') {
    const anew = await tx.rows({ text: SEND_ANEW, values: [subject] });
    if (anew.length > 0 && outboxId === null)
      await sendOut(tx, [{ topic: 'forward', key: subject, payload: { forward: subject } }]);
  }
  if (kind !== 'copy') return;
  const revived = await tx.rows({ text: REVIVE, values: [subject] });
  if (revived.length > 0) await sendOut(tx, [{ topic: 'deliver', key: subject, payload: { copy: subject } }]);
}

/** A list of what could not be processed; nothing on it is ever deleted. */
export function createDeadLetterStore(db: Database, wake: () => void): DeadLetterStore {
  return {
    open: (tenant) =>
      db.inTenant(tenant, async (tx) =>
        toViews(
          tx,
          await tx.rows<Row>({
            text: `SELECT ${COLUMNS} ${FROM} WHERE d.status = 'open' ORDER BY d.since, d.letter LIMIT ${READ_AT_MOST}`,
          }),
        ),
      ),
    get: (tenant, letter) =>
      db.inTenant(tenant, async (tx) => {
        const rows = await tx.rows<Row>({
          text: `SELECT ${COLUMNS} ${FROM} WHERE d.letter = $1`,
          values: [letter],
        });
        return (await toViews(tx, rows))[0] ?? null;
      }),
    async replay(tenant, letter, by) {
      const handling = { status: 'replayed', by, reason: null, effect: tryAgain } as const;
      const done = await db.inTenant(tenant, (tx) => handle(tx, tenant, letter, handling));
      wake();
      return done;
    },
    async discard(tenant, letter, by, reason) {
      // A run that never began would wait for ever.
      const effect: Handling['effect'] = async (tx, { kind, run, subject }) => {
        if (kind === 'intake' && run !== null) await cancelRun(tx, tenant, run, by);
        if (kind === 'forward') await tx.rows({ text: DROP, values: [subject] });
      };
      const handling = { status: 'discarded', by, reason, effect } as const;
      const done = await db.inTenant(tenant, (tx) => handle(tx, tenant, letter, handling));
      wake();
      return done;
    },
  };
}
