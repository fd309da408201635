import type { PersonId, TenantId } from '../../core/ids.ts';
import { OWN } from '../../core/own-actions.ts';
import type { SwitchedOff, SwitchesView } from '../../core/views.ts';
import type { Database, TenantTx } from '../database.ts';
import { recordChange } from '../events/agent-event-store.ts';
import { append, lockHead, type LedgerEntry } from '../ledger/append.ts';
import { nameless, namedPeople } from '../named-people.ts';
import { sendOut } from '../outbox/outbox-store.ts';
import type { SwitchStore } from '../stores.ts';

const PAUSE = `INSERT INTO agent_settings (tenant, agent, paused) VALUES (current_tenant(), $1, true)
  ON CONFLICT (tenant, agent) DO UPDATE SET paused = true WHERE NOT agent_settings.paused RETURNING agent`;
const RESUME = 'UPDATE agent_settings SET paused = false WHERE agent = $1 AND paused RETURNING agent';
const STOP = 'UPDATE tenants SET stopped = true WHERE tenant = $1 AND NOT stopped RETURNING tenant';
const LIFT = 'UPDATE tenants SET stopped = false WHERE tenant = $1 AND stopped RETURNING tenant';

/** As an incident names what changed before it. */
const CHANGE_OF: Readonly<Record<Change['kind'], string>> = {
  'agent.paused': 'paused',
  'agent.resumed': 'resumed',
  'tenant.stopped': 'stopped',
  'tenant.resumed': 'lifted',
};

interface Change {
  readonly text: string;
  /** The agent, or the tenant itself. */
  readonly subject: string;
  readonly kind: 'agent.paused' | 'agent.resumed' | 'tenant.stopped' | 'tenant.resumed';
  readonly by: PersonId;
  readonly body: LedgerEntry['body'];
}

/** The head's lock makes it wait for a run that is just being recorded, and the next run wait for it. */
async function change(tx: TenantTx, tenant: TenantId, c: Change): Promise<boolean> {
  await lockHead(tx, tenant);
  const changed = await tx.rows({ text: c.text, values: [c.subject] });
  if (changed.length === 0) return false;
  const { kind, subject, by, body } = c;
  const seq = await append(tx, tenant, { kind, subject, run: null, actor: by, body });
  const agent = kind.startsWith('agent.') ? subject : OWN.agent;
  await recordChange(tx, agent, `ledger/${seq}`, { what: CHANGE_OF[kind] });
  return true;
}

const HELD = `SELECT approval, version FROM approvals WHERE status = 'approved' AND ($1::text IS NULL OR agent = $1)`;

/** What was signed and held looks again at once, instead of when its workflow would have tried next. */
async function wakeHeld(tx: TenantTx, agent: string | null): Promise<void> {
  const held = await tx.rows<{ approval: string; version: number }>({ text: HELD, values: [agent] });
  await sendOut(
    tx,
    held.map(({ approval, version }) => ({
      topic: 'signals',
      key: approval,
      payload: { kind: 'approval-changed', approval, version },
    })),
  );
}

/** Since when and by whom is in the ledger; the switch itself is a column, which the machine reads. */
const LAST = `LEFT JOIN LATERAL (
    SELECT e.header::jsonb ->> 'actor' AS by, (extract(epoch FROM e.created_at) * 1000)::bigint AS "atMs",
      b.body::jsonb ->> 'reason' AS reason
    FROM ledger_entries e LEFT JOIN ledger_bodies b ON b.tenant = e.tenant AND b.seq = e.seq`;
const PAUSED = `SELECT s.agent AS subject, l.* FROM agent_settings s ${LAST}
    WHERE e.subject = s.agent AND e.kind = 'agent.paused' ORDER BY e.seq DESC LIMIT 1) l ON true WHERE s.paused`;
const STOPPED = `SELECT t.tenant AS subject, l.* FROM tenants t ${LAST}
    WHERE e.subject = t.tenant AND e.kind = 'tenant.stopped' ORDER BY e.seq DESC LIMIT 1) l ON true WHERE t.stopped`;

interface Row {
  readonly subject: string;
  readonly by: PersonId | null;
  readonly atMs: number | null;
  readonly reason: string | null;
}

async function read(tx: TenantTx): Promise<SwitchesView> {
  const paused = await tx.rows<Row>({ text: PAUSED });
  const stopped = await tx.rows<Row>({ text: STOPPED });
  const people = await namedPeople(
    tx,
    [...paused, ...stopped].flatMap(({ by }) => (by === null ? [] : [by])),
  );
  const toView = ({ by, atMs, reason }: Row): SwitchedOff => ({
    by: by === null ? null : (people.get(by) ?? nameless(by)),
    atMs,
    reason,
  });
  const [stop] = stopped;
  return {
    stopped: stop ? toView(stop) : null,
    paused: new Map(paused.map((row) => [row.subject, toView(row)])),
  };
}

/** Paused agents and the stop of the whole company: what the machine asks before anything starts, is signed or runs. */
export function createSwitchStore(db: Database, wake: () => void): SwitchStore {
  async function lift(tenant: TenantId, agent: string | null, c: Change): Promise<boolean> {
    const changed = await db.inTenant(tenant, async (tx) => {
      const lifted = await change(tx, tenant, c);
      if (lifted) await wakeHeld(tx, agent);
      return lifted;
    });
    wake();
    return changed;
  }
  return {
    read: (tenant) => db.inTenant(tenant, read),
    pause: (tenant, agent, by) =>
      db.inTenant(tenant, (tx) =>
        change(tx, tenant, { text: PAUSE, subject: agent, kind: 'agent.paused', by, body: { agent } }),
      ),
    resume: (tenant, agent, by) =>
      lift(tenant, agent, { text: RESUME, subject: agent, kind: 'agent.resumed', by, body: { agent } }),
    stop: (tenant, by, reason) =>
      db.inTenant(tenant, (tx) =>
        change(tx, tenant, { text: STOP, subject: tenant, kind: 'tenant.stopped', by, body: { reason } }),
      ),
    lift: (tenant, by) =>
      lift(tenant, null, { text: LIFT, subject: tenant, kind: 'tenant.resumed', by, body: {} }),
  };
}
