import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import pg from 'pg';
import { ownDatabase } from '../bin/chaos/books.ts';
import type { Stack } from '../bin/stack/open-stack.ts';
import { firing } from '../core/incident/examples.ts';
import type { IncidentState } from '../core/incident/types.ts';
import type { IncidentId, PersonId } from '../core/ids.ts';
import { weeklyPlan } from '../core/on-call/plan.ts';
import { EXAMPLE } from '../local/example/example.ts';
import type { CastId } from '../local/workspace/cast-types.ts';
import { PATIENCE_MS } from './patience.ts';

const { tenant } = EXAMPLE;
const FOUND = firing({ agent: 'nobody', fingerprint: 'faithfulness/nobody' });

/** An incident on the whole product, whose processes really die, and the hand of its clock. */
export interface KilledIncident {
  readonly observe: (state: 'firing' | 'clear') => Promise<IncidentId>;
  readonly state: () => Promise<IncidentState>;
  /** Its clocks are as they will be so many minutes later; whoever keeps them is told that there is news. */
  readonly later: (minutes: number) => Promise<void>;
  /** Held back by a lock until `release`: whoever wants to move it waits. */
  readonly hold: () => Promise<{ untilSomebodyWaits(): Promise<void>; release(): Promise<void> }>;
  readonly until: <T>(what: string, look: () => Promise<T | null | undefined | false>) => Promise<T>;
  readonly rows: <Row extends pg.QueryResultRow>(text: string) => Promise<Row[]>;
  /** How many messages in each chat's channel begin a thread about it. */
  readonly threads: () => Promise<{ slack: number; teams: number }>;
  /** What Temporal says of its workflow. */
  readonly workflow: () => Promise<string>;
  readonly close: () => Promise<void>;
}

async function until<T>(what: string, look: () => Promise<T | null | undefined | false>): Promise<T> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(50)) {
    const found = await look();
    if (found) return found;
  }
  throw new Error(`did not come: ${what}`);
}

/** Two rotations, so that somebody is asked next. */
async function onCall({ stores }: Stack, ...names: readonly CastId[]): Promise<void> {
  const people = await stores.people.everyone(tenant);
  const idOf = (name: string): PersonId =>
    people.find(({ email }) => email.startsWith(`${name}.`))?.id ?? ('' as PersonId);
  const view = await stores.onCall.view(tenant);
  for (const [i, place] of (['first', 'second'] as const).entries()) {
    const nowMs = Date.now();
    const plan = weeklyPlan([idOf(names[i] ?? '')], nowMs, { timeZone: 'UTC', nowMs });
    const replaces = view.rotations.find(({ rotation }) => rotation.place === place)?.rotation.id ?? null;
    const asked = { place, team: 'claims', timeZone: 'UTC', plan, by: idOf('mara'), replaces };
    const set = await stores.onCall.set(tenant, asked);
    if (!set.ok) throw new Error(set.why);
  }
}

const LATER = `UPDATE incidents SET state = state || (SELECT jsonb_object_agg(k, CASE
    WHEN jsonb_typeof(v) = 'number' THEN to_jsonb(v::text::bigint - $2::bigint * 60000)
    WHEN k = 'asked' THEN v || jsonb_build_object('atMs', (v->>'atMs')::bigint - $2::bigint * 60000,
      'triedAtMs', (v->>'triedAtMs')::bigint - $2::bigint * 60000)
    ELSE v END) FROM jsonb_each(state) AS e(k, v) WHERE k IN ('openedAtMs','clearSinceMs','asked')) WHERE incident = $1`;

const WAITING = `SELECT 1 FROM pg_stat_activity WHERE datname = 'countersign' AND wait_event_type = 'Lock'`;

/** Nothing of it is there yet; `ada` and `ben` are on call. */
export async function openKilledIncident(stack: Stack): Promise<KilledIncident> {
  const { stores, workspace } = stack;
  const db = new pg.Pool({ connectionString: ownDatabase(stack), max: 3 });
  const connection = await Connection.connect({ address: stack.engines.temporal.url });
  const temporal = new Client({ connection });
  await onCall(stack, 'ada', 'ben');
  let id: IncidentId | null = null;
  const named = (): IncidentId => {
    if (id === null) throw new Error('nothing was observed yet');
    return id;
  };
  const rows: KilledIncident['rows'] = async (text) => (await db.query(text, [named()])).rows;
  return {
    until,
    rows,
    async observe(state) {
      await stores.incidents.observe(tenant, [{ ...FOUND, state }]);
      const all = await stores.incidents.open(tenant);
      id ??= all.find(({ fingerprint }) => fingerprint === FOUND.fingerprint)?.id ?? null;
      return named();
    },
    async state() {
      const state = await stores.incidents.get(tenant, named());
      if (state === null) throw new Error('it is gone');
      return state;
    },
    async later(minutes) {
      await db.query(LATER, [named(), minutes]);
      const signal = { kind: 'incident-changed', incident: named(), version: 1 };
      await db.query(`INSERT INTO outbox (tenant, topic, key, payload) VALUES ($1, 'signals', $2, $3)`, [
        ...[tenant, named(), JSON.stringify(signal)],
      ]);
    },
    async hold() {
      const holder = await db.connect();
      await holder.query('BEGIN');
      await holder.query('SELECT 1 FROM incidents WHERE incident = $1 FOR UPDATE', [named()]);
      return {
        untilSomebodyWaits: async () =>
          void (await until('a wait', async () => (await db.query(WAITING)).rows.length > 0)),
        release: async () => {
          await holder.query('ROLLBACK');
          holder.release();
        },
      };
    },
    async threads() {
      const slack = await workspace.control.messages('slack');
      const teams = await workspace.control.messages('teams');
      const says = (card: unknown): boolean => JSON.stringify(card ?? null).includes(named());
      return {
        slack: slack.filter((m) => m.threadTs === null && says(m.blocks)).length,
        teams: teams.filter((m) => m.thread === null && !m.deleted && says(m.card)).length,
      };
    },
    workflow: async () => (await temporal.workflow.getHandle(named()).describe()).status.name,
    close: async () => void (await Promise.all([db.end(), connection.close()])),
  };
}
