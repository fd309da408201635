import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ApprovalEvent, ApprovalState } from '../../core/approval/types.ts';
import type { ApprovalId, PersonId, TenantId } from '../../core/ids.ts';
import { chooseVersion, stepBack, type RollBackRequest, type VersionState } from '../../core/versions.ts';
import { EXAMPLE_POLICY } from '../../local/example/example.ts';
import { openTestStores, TEST_AGENT, type ExamplePerson, type TestStores } from '../../test/test-stores.ts';
import type { OwnRequest } from '../stores.ts';
import { openAdmin } from '../tenants.ts';
import { VersionMovedError } from './hold-to-version.ts';
import { VersionRefusedError } from './version-store.ts';

/** Which version plays new runs, and one step back by approval: on the real Postgres. */
let t: TestStores;
const OTHER = 'other-insurer' as TenantId;
beforeAll(async () => {
  t = await openTestStores();
  const db = await t.as('superuser');
  await db.query(`UPDATE people SET roles = roles || '{engineer}' WHERE name LIKE 'Sofia%'`);
  const admin = openAdmin({ appUrl: t.urls.appUrl });
  await admin.createTenant({ tenant: OTHER, name: 'Other', workspaces: [] });
  await admin.close();
});
afterAll(() => t.close());

const KNOWN = ['1.0.0', '1.1.0', '1.2.0'];
const place = { agent: 'fraud-review', environment: 'production', known: KNOWN } as const;
const whole = (active: string) => ({ ...place, active, next: null, percent: 0 });

const now = async (): Promise<VersionState> => (await t.stores.versions.read(t.tenant, place))!;
const contractAt = (version: string) => ({ ...TEST_AGENT, version });

let asked = 0;
const create = (version: string, key = 'k', more: Partial<{ environment: 'sandbox'; source: 'eval' }> = {}) =>
  t.stores.runs.create(t.tenant, {
    ...{ agent: contractAt(version), input: { claim: 'CLM-0847' }, requester: t.people.robin },
    ...{ source: 'slack', dedupeKey: null, environment: 'production', rehearsal: true, origin: {} },
    among: { known: KNOWN, key },
    ...more,
  });

const count = async (table: string): Promise<number> => {
  const db = await t.as('superuser');
  return (await db.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`)).rows[0]!.n;
};
const entries = async (kind: string) =>
  (await t.stores.ledger.verify(t.tenant)).lines.filter((line) => line.kind === kind);

describe('before anything is set', () => {
  test('the newest is active, and the first run records it once, whatever comes at once', async () => {
    expect(await now()).toEqual({ revision: 0, active: '1.2.0', next: null, percent: 0, previous: '1.1.0' });
    expect(await count('agent_versions')).toBe(0);
    await Promise.all(Array.from({ length: 8 }, () => create('1.2.0')));
    expect(await count('agent_versions')).toBe(1);
    expect((await now()).revision).toBe(1);
    expect((await entries('version.begun')).map(({ sentence }) => sentence)).toEqual([
      'fraud-review begins with version 1.2.0 in production.',
    ]);
    // It tells of no change: nothing was there before.
    expect(await count(`agent_events WHERE agent = 'fraud-review'`)).toBe(0);
  });

  test('what ran before goes on when the code brings another version; evals and other environments say nothing', async () => {
    const run = { ...{ input: { claim: 'CLM-0847' }, requester: t.people.robin }, dedupeKey: null } as const;
    const older = {
      ...run,
      agent: contractAt('1.0.0'),
      environment: 'sandbox',
      rehearsal: true,
      origin: {},
    } as const;
    const sandbox = { ...place, environment: 'sandbox' } as const;
    await t.stores.runs.create(t.tenant, { ...older, source: 'eval' });
    expect((await t.stores.versions.read(t.tenant, sandbox))?.active).toBe('1.2.0');
    await t.stores.runs.create(t.tenant, { ...older, source: 'slack' });
    expect((await t.stores.versions.read(t.tenant, sandbox))?.active).toBe('1.0.0');
    expect((await now()).active).toBe('1.2.0');
  });
});

describe('a new run', () => {
  test('is held to the version that is due for its key; another one is not recorded', async () => {
    await t.stores.versions.set(t.tenant, { ...place, active: '1.1.0', next: '1.2.0', percent: 30 });
    const state = await now();
    for (const key of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) {
      const due = chooseVersion(state, { tenant: t.tenant, agent: place.agent, key });
      const { run } = await create(due, key);
      expect((await t.stores.runs.get(t.tenant, run))?.agentVersion).toBe(due);
      const before = [await count('runs'), await count('ledger_entries')];
      await expect(create(due === '1.1.0' ? '1.2.0' : '1.1.0', key)).rejects.toThrow(VersionMovedError);
      await expect(create('1.0.0', key)).rejects.toThrow(VersionMovedError);
      expect([await count('runs'), await count('ledger_entries')]).toEqual(before);
    }
  });

  test('that names its version itself plays it: evals, and replays of what was', async () => {
    const { run } = await t.stores.runs.create(t.tenant, {
      ...{ agent: contractAt('1.0.0'), input: { claim: 'CLM-0847' }, requester: t.people.robin },
      ...{ source: 'eval', dedupeKey: null, environment: 'sandbox', rehearsal: true, origin: {} },
    });
    expect((await t.stores.runs.get(t.tenant, run))?.agentVersion).toBe('1.0.0');
  });

  test('never slips in with the version that was left, however they race', async () => {
    await t.stores.versions.set(t.tenant, whole('1.2.0'));
    const [set, ...runs] = await Promise.allSettled([
      t.stores.versions.set(t.tenant, whole('1.1.0')),
      ...Array.from({ length: 12 }, () => create('1.2.0')),
    ]);
    expect(set?.status).toBe('fulfilled');
    const db = await t.as('superuser');
    const { rows } = await db.query<{ late: number }>(
      `SELECT count(*)::int AS late FROM runs r WHERE r.agent_version = '1.2.0' AND EXISTS (
        SELECT 1 FROM ledger_entries s JOIN ledger_entries v ON v.tenant = s.tenant AND v.kind = 'version.set'
        WHERE s.tenant = r.tenant AND s.run = r.run AND s.kind = 'run.started'
          AND v.seq = (SELECT max(seq) FROM ledger_entries WHERE kind = 'version.set') AND s.seq > v.seq)`,
    );
    expect(rows[0]?.late).toBe(0);
    for (const one of runs)
      if (one.status === 'rejected') expect(one.reason).toBeInstanceOf(VersionMovedError);
  });
});

describe('what is set', () => {
  test('is recorded with its entry and one event of change, and the same again is nothing', async () => {
    await t.stores.versions.set(t.tenant, whole('1.1.0'));
    const before = [await count('agent_versions'), await count('agent_events')] as const;
    const { revision } = await t.stores.versions.set(t.tenant, whole('1.2.0'));
    expect(await t.stores.versions.set(t.tenant, whole('1.2.0'))).toMatchObject({ revision });
    expect([await count('agent_versions'), await count('agent_events')]).toEqual(before.map((n) => n + 1));
    expect((await entries('version.set')).at(-1)?.sentence).toBe(
      'Version 1.2.0 of fraud-review was set in production.',
    );
    const db = await t.as('superuser');
    const { rows } = await db.query(
      `SELECT agent, agent_version, detail FROM agent_events ORDER BY at DESC LIMIT 1`,
    );
    expect(rows[0]).toMatchObject({
      ...{ agent: 'fraud-review', agent_version: '1.2.0' },
      detail: { what: 'version', why: 'set', before: { active: '1.1.0' }, active: '1.2.0', approval: null },
    });
  });

  test('what the code does not have is refused, and nothing is written', async () => {
    const before = await count('agent_versions');
    await expect(t.stores.versions.set(t.tenant, whole('9.0.0'))).rejects.toThrow(VersionRefusedError);
    expect(await count('agent_versions')).toBe(before);
  });

  test('is never changed or taken away, nor seen by another company', async () => {
    const app = await t.as('app');
    await app.query(`SELECT set_config('app.tenant', $1, false)`, [t.tenant]);
    for (const sql of [`UPDATE agent_versions SET active = '1.0.0'`, 'DELETE FROM agent_versions'])
      await expect(app.query(sql)).rejects.toThrow(/permission denied/);
    await app.query(`SELECT set_config('app.tenant', $1, false)`, [OTHER]);
    expect((await app.query('SELECT 1 FROM agent_versions')).rows).toEqual([]);
    expect(await t.stores.versions.read(OTHER, place)).toMatchObject({ revision: 0, active: '1.2.0' });
  });
});

const requestOf = (state: VersionState, more: Partial<RollBackRequest> = {}): RollBackRequest => {
  const step = stepBack(state)!;
  return {
    ...{ agent: place.agent, environment: 'production', team: 'claims', revision: state.revision },
    ...{ from_version: step.from, share: step.share, to_version: step.to, ...more },
  };
};

const openWith = (
  args: RollBackRequest,
  who: ExamplePerson,
  more: Partial<OwnRequest> = {},
  tenant = t.tenant,
) =>
  t.stores.approvals.openOwn(tenant, {
    ...{ tool: 'roll_back_version', args: { ...args }, input: null, title: 'Roll back', why: 'It is worse' },
    ...{ labels: {}, requester: t.people[who], source: 'slack', dedupeKey: `back ${(asked += 1)}` },
    ...more,
  });

const stateOf = async (id: ApprovalId): Promise<ApprovalState> =>
  (await t.stores.approvals.get(t.tenant, id))!;

async function askBack(who: ExamplePerson = 'robin'): Promise<ApprovalState> {
  const opened = await openWith(requestOf(await now()), who);
  if (!opened.ok) throw new Error(`${opened.reason} ${JSON.stringify(opened.detail)}`);
  return stateOf(opened.approval);
}

const say = (state: ApprovalState, event: ApprovalEvent) =>
  t.stores.approvals.transition(t.tenant, state.id, event);
const approve = (state: ApprovalState, by: PersonId) =>
  say(state, {
    ...{ kind: 'approve', by, via: 'slack', comment: null, cardDigest: null },
    actionDigest: state.actionDigest,
  });
const execute = (state: ApprovalState) =>
  say(state, { kind: 'execute-begin', actionDigest: state.actionDigest, preconditionsHold: true });

describe('one step back', () => {
  beforeEach(async () => {
    await t.stores.versions.set(t.tenant, whole('1.1.0'));
    await t.stores.versions.set(t.tenant, whole('1.2.0'));
  });

  test('is signed by another, done once in one transaction, told as a change, and names who asked', async () => {
    const before = await count('agent_events');
    const state = await askBack();
    expect(state.policy.requirement).toMatchObject({ executeWithinMs: 3_600_000, grants: false });
    expect((await execute(state)).ok).toBe(false);
    expect((await now()).active).toBe('1.2.0');
    expect(await approve(state, t.people.mara.id)).toMatchObject({ state: { status: 'approved' } });
    const tries = await Promise.all(Array.from({ length: 6 }, () => execute(state)));
    expect(tries.filter(({ ok }) => ok)).toHaveLength(1);
    expect(await now()).toMatchObject({ active: '1.1.0', next: null });
    expect(await count('agent_events')).toBe(before + 1);
    const { lines } = await t.stores.ledger.verify(t.tenant, state.action.run);
    expect(lines.map(({ sentence }) => sentence)).toContain(
      'fraud-review was rolled back to version 1.1.0 in production, as Robin Reyes asked.',
    );
    const db = await t.as('superuser');
    const { rows } = await db.query(
      `SELECT why, approval FROM agent_versions ORDER BY revision DESC LIMIT 1`,
    );
    expect(rows[0]).toEqual({ why: 'rolled_back', approval: state.id });
    expect(await t.stores.ledger.verify(t.tenant)).toMatchObject({ ok: true });
  });

  test('ends a share first; runs that have begun keep their version', async () => {
    await t.stores.versions.set(t.tenant, { ...place, active: '1.1.0', next: '1.2.0', percent: 99 });
    const state = await now();
    const key = ['a', 'b', 'c'].find(
      (one) => chooseVersion(state, { tenant: t.tenant, agent: place.agent, key: one }) === '1.2.0',
    )!;
    const { run } = await create('1.2.0', key);
    const back = await askBack();
    expect(back.action.args).toMatchObject({ from_version: '1.2.0', share: 99, to_version: '1.1.0' });
    await approve(back, t.people.ines.id);
    expect(await execute(back)).toMatchObject({ ok: true });
    expect(await now()).toMatchObject({ active: '1.1.0', next: null, percent: 0 });
    expect((await t.stores.runs.get(t.tenant, run))?.agentVersion).toBe('1.2.0');
    await expect(create('1.2.0', key)).rejects.toThrow(VersionMovedError);
  });

  test('a tenant’s rule decides who signs instead', async () => {
    const policy = (await t.stores.approvals.policy(t.tenant))!;
    const [rule] = EXAMPLE_POLICY.rules;
    const two = {
      when: { agent: 'countersign', tool: 'roll_back_version' },
      risk: 'low' as const,
      require: {
        ...rule!.require,
        ...{ grants: false, breakGlass: false },
        stages: [
          {
            name: 'on call',
            quorum: 2,
            who: ['manager', 'admin', 'engineer'].map((role) => ({
              kind: 'role' as const,
              role: role as 'admin',
            })),
          },
        ],
      },
    };
    await t.stores.approvals.putPolicy(t.tenant, {
      ...policy,
      version: policy.version + 1,
      rules: [two, ...policy.rules],
    });
    const state = await askBack();
    expect(await approve(state, t.people.mara.id)).toMatchObject({ state: { status: 'pending' } });
    expect(await approve(state, t.people.sofia.id)).toMatchObject({ state: { status: 'approved' } });
    await t.stores.approvals.putPolicy(t.tenant, { ...policy, version: policy.version + 2 });
  });
});

describe('attacks on a roll back', () => {
  beforeEach(async () => {
    await t.stores.versions.set(t.tenant, whole('1.1.0'));
    await t.stores.versions.set(t.tenant, whole('1.2.0'));
  });

  test('wrong person: asked by nobody without the right, signed by neither the asker nor an approver of claims', async () => {
    const before = [await count('runs'), await count('approvals')];
    for (const who of ['ada', 'ben'] as const)
      expect(await openWith(requestOf(await now()), who)).toMatchObject({
        ok: false,
        reason: 'not_permitted',
      });
    // A Manager's right reaches to their team's agents.
    expect(await openWith(requestOf(await now(), { team: 'finance' }), 'mara')).toMatchObject({
      ...{ ok: false, reason: 'not_permitted' },
    });
    expect([await count('runs'), await count('approvals')]).toEqual(before);
    const state = await askBack('sofia');
    expect(await approve(state, t.people.sofia.id)).toMatchObject({ reason: 'own_request' });
    for (const who of ['ada', 'ben', 'robin'] as const)
      expect(await approve(state, t.people[who].id)).toMatchObject({ reason: 'not_an_approver' });
    expect((await now()).active).toBe('1.2.0');
  });

  test('wrong tenant: neither asked nor signed from another company', async () => {
    const state = await askBack();
    const db = await t.as('superuser');
    const theirs = { ...t.people.ines };
    await db.query(
      `INSERT INTO people (tenant, person, email, name, roles, team, time_zone)
        VALUES ($1, $2, 'ines@other.example', 'Ines Other', '{admin}', 'claims', 'UTC')`,
      [OTHER, theirs.id],
    );
    const event: ApprovalEvent = {
      ...{ kind: 'approve', by: theirs.id, via: 'slack', comment: null, cardDigest: null },
      actionDigest: state.actionDigest,
    };
    await expect(
      t.stores.approvals.transition(OTHER, state.id, event).then((said) => {
        if (!said.ok) throw new Error(said.reason);
      }),
    ).rejects.toThrow();
    expect(await stateOf(state.id)).toMatchObject({ status: 'pending', signatures: [] });
    expect(await openWith(requestOf(await now()), 'ines', {}, OTHER)).toMatchObject({ ok: false });
    expect(await t.stores.versions.read(OTHER, place)).toMatchObject({ revision: 0 });
  });

  test('forged: another step, another share, another agent or nonsense is refused before anybody is asked', async () => {
    const state = await now();
    const before = await count('approvals');
    for (const more of [
      { to_version: '1.0.0' },
      { from_version: '1.1.0', to_version: '1.2.0' },
      { share: 5 },
      { revision: state.revision - 1 },
      { revision: state.revision + 1 },
      { agent: 'other-agent' },
      { environment: 'sandbox' as const },
    ])
      expect(await openWith(requestOf(state, more), 'robin'), JSON.stringify(more)).toMatchObject({
        ...{ ok: false, reason: 'arguments_refused', detail: { why: 'version-stale' } },
      });
    for (const more of [{ to_version: 'latest' }, { extra: 1 }])
      expect(await openWith({ ...requestOf(state), ...more }, 'robin')).toMatchObject({
        ...{ ok: false, reason: 'arguments_refused' },
      });
    expect(await count('approvals')).toBe(before);
  });

  test('stale: what was signed before another change lapses, even where the versions are the same again', async () => {
    const [one, two] = [await askBack(), await askBack('sofia')];
    for (const state of [one, two]) await approve(state, t.people.ines.id);
    expect(await execute(one)).toMatchObject({ ok: true });
    expect(await execute(two)).toMatchObject({ ok: false, reason: 'preconditions_failed' });
    expect((await stateOf(two.id)).status).toBe('lapsed');
    const three = await (async () => {
      await t.stores.versions.set(t.tenant, whole('1.2.0'));
      return askBack();
    })();
    await approve(three, t.people.ines.id);
    await t.stores.versions.set(t.tenant, whole('1.1.0'));
    await t.stores.versions.set(t.tenant, whole('1.2.0'));
    expect(await execute(three)).toMatchObject({ ok: false, reason: 'preconditions_failed' });
    expect((await now()).active).toBe('1.2.0');
  });

  test('with nothing before it is refused', async () => {
    const lone = { ...place, agent: 'lone', known: ['1.0.0'] } as const;
    await t.stores.versions.set(t.tenant, { ...lone, active: '1.0.0', next: null, percent: 0 });
    const args = {
      ...requestOf(await now()),
      agent: 'lone',
      from_version: '1.0.0',
      to_version: '0.9.0',
      revision: 1,
    };
    expect(await openWith(args, 'robin')).toMatchObject({ ok: false, detail: { why: 'version-stale' } });
  });
});
