import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Finding } from '../../core/alerts/finding.ts';
import { sha256Text } from '../../core/canonical-json.ts';
import { firing } from '../../core/incident/examples.ts';
import { incidentEventSubject } from '../../core/incident/subject.ts';
import type { IncidentState, Ladder } from '../../core/incident/types.ts';
import type { IncidentId, TenantId } from '../../core/ids.ts';
import { EXAMPLE } from '../../local/example/example.ts';
import { letIncidentsBeApart } from '../../test/incidents-apart.ts';
import { openTestStores, type TestStores } from '../../test/test-stores.ts';
import { openDatabase, type Database } from '../database.ts';
import { newId } from '../ids.ts';
import type { IncidentStore } from '../stores.ts';
import { openAdmin } from '../tenants.ts';
import { createIncidentStore } from './incident-store.ts';

let t: TestStores;
let db: Database;
let incidents: IncidentStore;
/** Whoever is on call just now. */
let ladder: Ladder;
const OTHER = 'other-insurer' as TenantId;

beforeAll(async () => {
  t = await openTestStores();
  const { ada, ben, mara } = t.people;
  ladder = { first: ada.id, second: ben.id, manager: mara.id };
  db = openDatabase(t.urls.appUrl);
  incidents = createIncidentStore({ db, wake: () => {}, whoIsOnCall: () => Promise.resolve(ladder) });
  const admin = openAdmin({ appUrl: t.urls.appUrl });
  await admin.createTenant({ tenant: OTHER, name: 'Other', workspaces: [] });
  await admin.close();
});
afterAll(async () => {
  await db.close();
  await t.close();
});

beforeEach(() => letIncidentsBeApart(t));

let n = 0;
/** Something else that is wrong, so that each test has an incident of its own. */
const wrong = (change: Partial<Finding> = {}): Finding => {
  n += 1;
  return firing({
    fingerprint: `faithfulness/agent-${n}`,
    agent: `agent-${n}`,
    sinceMs: Date.now(),
    ...change,
  });
};

async function rows<Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> {
  const superuser = await t.as('superuser');
  return (await superuser.query(text, values)).rows as Row[];
}

const ofFingerprint = (fingerprint: string): Promise<{ incident: IncidentId; state: IncidentState }[]> =>
  rows('SELECT incident, state FROM incidents WHERE fingerprint = $1 ORDER BY opened_at', [fingerprint]);

async function opened(change: Partial<Finding> = {}): Promise<{ id: IncidentId; finding: Finding }> {
  await letIncidentsBeApart(t);
  const finding = wrong(change);
  await incidents.observe(t.tenant, [finding]);
  const [row] = await ofFingerprint(finding.fingerprint);
  if (!row) throw new Error('no incident was opened');
  return { id: row.incident, finding };
}

const kindsOf = async (id: IncidentId): Promise<string[]> =>
  (await rows<{ kind: string }>('SELECT kind FROM ledger_entries WHERE subject = $1 ORDER BY seq', [id])).map(
    ({ kind }) => kind,
  );

const copiesOf = (subject: string) =>
  rows<{ platform: string; conversation: string; thread: string | null; person: string | null }>(
    'SELECT platform, conversation, thread, person FROM card_copies WHERE subject = $1 ORDER BY platform, person NULLS FIRST',
    [subject],
  );

/** Moves the incident's own clock: what was at `minutes` ago. */
const longAgo = (id: IncidentId, minutes: number): Promise<unknown> =>
  rows(
    `UPDATE incidents SET state = state || (SELECT jsonb_object_agg(k, CASE
        WHEN jsonb_typeof(v) = 'number' THEN to_jsonb(v::text::bigint - $2::bigint * 60000)
        WHEN k = 'asked' THEN v || jsonb_build_object('atMs', (v->>'atMs')::bigint - $2::bigint * 60000, 'triedAtMs', (v->>'triedAtMs')::bigint - $2::bigint * 60000)
        ELSE v END) FROM jsonb_each(state) AS e(k, v)
      WHERE k IN ('openedAtMs','observedAtMs','drawnAtMs','clearSinceMs','asked')) WHERE incident = $1`,
    [id, minutes],
  );

/** Every chat gets to know its message, as the bot does when it has posted. */
const posted = (id: IncidentId): Promise<unknown> =>
  rows(`UPDATE card_copies SET status = 'posted', message = 'm-' || copy WHERE subject = $1`, [id]);

describe('opening', () => {
  test('one transaction: the row, its event, the ledger, a thread in each chat, a message to whoever is on call, its clock', async () => {
    const { id } = await opened();
    expect(await kindsOf(id)).toEqual(['incident.opened']);
    expect(await rows('SELECT seq, kind FROM incident_events WHERE incident = $1', [id])).toEqual([
      { seq: 1, kind: 'opened' },
    ]);
    const copies = await copiesOf(id);
    expect(copies.filter(({ person }) => person === null)).toEqual([
      { platform: 'slack', conversation: EXAMPLE.slack.channel, thread: null, person: null },
      { platform: 'teams', conversation: EXAMPLE.teams.channel, thread: null, person: null },
    ]);
    expect(
      copies.filter(({ person }) => person === t.people.ada.id).map(({ platform }) => platform),
    ).toContain('slack');
    const out = await rows<{ topic: string }>(`SELECT topic FROM outbox WHERE key = $1 OR payload->>'copy' IN (SELECT copy FROM card_copies WHERE subject = $1)`, [id]); // prettier-ignore
    expect(out.filter(({ topic }) => topic === 'signals')).toHaveLength(1);
    expect(out.filter(({ topic }) => topic === 'deliver')).toHaveLength(copies.length);
  });

  test('twenty who find it at once open one', async () => {
    const finding = wrong();
    await Promise.all(Array.from({ length: 20 }, () => incidents.observe(t.tenant, [finding])));
    const found = await ofFingerprint(finding.fingerprint);
    expect(found).toHaveLength(1);
    const subject = found[0]?.incident ?? '';
    expect((await copiesOf(subject)).filter(({ person }) => person === null)).toHaveLength(2);
    expect(await kindsOf(subject as IncidentId)).toEqual(['incident.opened']);
  });

  test('the index itself refuses a second open one', async () => {
    const { id } = await opened();
    await expect(
      rows(
        `INSERT INTO incidents (tenant, incident, fingerprint, rule, status, severity, version, state, involved, first_seq, last_seq)
         SELECT tenant, $2, fingerprint, rule, status, severity, version, state, involved, 1, 1 FROM incidents WHERE incident = $1`,
        [id, newId('inc')],
      ),
    ).rejects.toThrow(/incidents_open/);
  });

  test.each(['clear', 'no_data', 'cannot_know'] as const)('%s opens none', async (state) => {
    const finding = wrong({ state });
    await incidents.observe(t.tenant, [finding]);
    expect(await ofFingerprint(finding.fingerprint)).toEqual([]);
  });

  test('one finding that cannot be recorded keeps no other from being told', async () => {
    const bad = wrong({ fingerprint: 'holds a \0 nul' });
    const good = wrong();
    await expect(incidents.observe(t.tenant, [bad, good])).rejects.toThrow();
    await expect(incidents.observe(t.tenant, [wrong({ value: null, rule: 'x\0' }), good])).rejects.toThrow();
    expect(await ofFingerprint(good.fingerprint)).toHaveLength(1);
  });

  test('an alerts channel of its own goes before that for requests', async () => {
    const { team } = EXAMPLE.slack;
    const admin = openAdmin({ appUrl: t.urls.appUrl });
    const set = (channel: string) =>
      admin.setAlertsChannel(t.tenant, { platform: 'slack', workspace: team, channel });
    await expect(
      admin.setAlertsChannel(OTHER, { platform: 'slack', workspace: team, channel: 'C08OPS' }),
    ).rejects.toThrow(/no workspace of/);
    await set('C08OPS');
    const { id } = await opened();
    await set('');
    const again = await opened();
    const slackOf = async (one: IncidentId) => (await copiesOf(one)).find(({ platform, person }) => platform === 'slack' && person === null)?.conversation; // prettier-ignore
    await admin.close();
    expect([await slackOf(id), await slackOf(again.id)]).toEqual(['C08OPS', EXAMPLE.slack.channel]);
  });
});

describe('what people do', () => {
  test('is told in each thread once, with its ledger entry', async () => {
    const { id } = await opened();
    await posted(id);
    const done = await incidents.act(t.tenant, id, { kind: 'acknowledge', by: t.people.ada.id });
    const again = await incidents.act(t.tenant, id, { kind: 'acknowledge', by: t.people.ada.id });
    expect(done).toMatchObject({ ok: true, state: { status: 'acknowledged' } });
    expect(again).toMatchObject({ ok: true, happened: [] });
    expect(await kindsOf(id)).toEqual(['incident.opened', 'incident.acknowledged']);
    const told = await copiesOf(incidentEventSubject({ incident: id, seq: 2 }));
    expect(told.map(({ platform, thread }) => [platform, thread?.startsWith('m-cpy_')])).toEqual([
      ['slack', true],
      ['teams', true],
    ]);
    const shown = await rows<{ wanted_version: number }>(
      'SELECT wanted_version FROM card_copies WHERE subject = $1',
      [id],
    );
    expect(new Set(shown.map((one) => one.wanted_version))).toEqual(new Set([2]));
  });

  test('a refusal changes nothing and is in the ledger', async () => {
    const { id } = await opened();
    await incidents.act(t.tenant, id, { kind: 'acknowledge', by: t.people.ada.id });
    const refused = await incidents.act(t.tenant, id, { kind: 'acknowledge', by: t.people.ben.id });
    expect(refused).toMatchObject({ ok: false, reason: 'wrong_state', why: 'incident-acknowledged' });
    expect(await kindsOf(id)).toEqual(['incident.opened', 'incident.acknowledged', 'refused']);
  });

  test('ten at once: one acknowledges', async () => {
    const { id } = await opened();
    const everyone = Object.values(t.people);
    const results = await Promise.all(
      everyone.map((p) => incidents.act(t.tenant, id, { kind: 'acknowledge', by: p.id })),
    );
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
  });

  test('attack: an incident of another tenant does not exist, and nothing of it can be read or moved', async () => {
    const { id } = await opened();
    const before = await incidents.get(t.tenant, id);
    expect(await incidents.act(OTHER, id, { kind: 'resolve', by: t.people.ada.id })).toMatchObject({
      ok: false,
      reason: 'not_found',
    });
    expect(await incidents.view(OTHER, id)).toBeNull();
    expect(await incidents.event(OTHER, id, 1)).toBeNull();
    expect(await incidents.tick(OTHER, id)).toBeNull();
    expect(await incidents.get(t.tenant, id)).toEqual(before);
  });

  test('the card says what of ours changed before: versions, a deploy, a tool of a connector, a grant, a switch, the policy', async () => {
    const agent = 'fraud-review';
    const place = { agent, environment: 'production', known: ['1.0.0', '1.1.0'] } as const;
    const sees = (schemaHash: string) =>
      t.stores.events.sawSchema(t.tenant, {
        ...{ agent, connector: 'insurer', tool: 'get_claim', schemaHash: sha256Text(schemaHash) },
      });
    for (const next of [null, '1.1.0'])
      await t.stores.versions.set(t.tenant, { ...place, active: '1.0.0', next, percent: next ? 5 : 0 });
    for (const hash of ['before', 'after']) await sees(hash);
    await t.stores.switches.pause(t.tenant, agent, t.people.ines.id);
    await t.stores.switches.resume(t.tenant, agent, t.people.ines.id);
    await t.stores.events.deployed(t.tenant, '0.1.0+a1b2c3d4e5');
    const { id } = await opened({ agent, fingerprint: 'faithfulness/with-changes' });
    await t.stores.versions.set(t.tenant, { ...place, active: '1.1.0', next: null, percent: 0 });
    const changes = (await incidents.view(t.tenant, id))?.changes ?? [];
    expect(changes.map(({ what, about, from, to }) => [what, about, from, to])).toEqual([
      ['deploy', null, null, '0.1.0+a1b2c3d4e5'],
      ['resumed', null, null, null],
      ['paused', null, null, null],
      ['schema', 'insurer.get_claim', null, null],
      ['version', null, '1.0.0', '1.0.0, 5% 1.1.0'],
      ...changes.slice(5).map(({ what, about, from, to }) => [what, about, from, to]),
    ]);
  });

  test('a note is shown on the card and says who', async () => {
    const { id } = await opened();
    await incidents.act(t.tenant, id, {
      kind: 'note',
      by: t.people.ben.id,
      text: 'Prompt 12 dropped a line.',
    });
    const view = await incidents.view(t.tenant, id);
    expect(view?.notes).toMatchObject([{ by: t.people.ben.id, text: 'Prompt 12 dropped a line.' }]);
    expect(view?.people.get(t.people.ben.id)?.name).toBe(t.people.ben.name);
  });
});

/** A chat takes the card at last, step by step as the bot does it. */
async function hang(id: IncidentId, platform: 'slack' | 'teams'): Promise<string> {
  const { copies } = t.stores;
  const all = await copies.ofSubject(t.tenant, id);
  const found = all.find((one) => one.platform === platform && one.person === null);
  const copy = found && (await copies.lease(t.tenant, found.copy, 'tester'));
  if (!copy || copy === 'held') throw new Error('no copy to post');
  const [holder, message] = ['tester', `m-${copy.copy}`];
  await copies.markPosting(t.tenant, copy.copy, { holder, instead: copy.message });
  await copies.markPosted(t.tenant, copy.copy, { holder, instead: copy.message, message });
  const sent = {
    holder,
    instead: copy.message,
    message,
    version: copy.wantedVersion,
    cardDigest: sha256Text('a card'),
  };
  await copies.shown(t.tenant, copy.copy, sent);
  return message;
}

describe('what happened before a chat had the card', () => {
  const threadsOf = async (id: IncidentId, seq: number) =>
    (await copiesOf(incidentEventSubject({ incident: id, seq }))).filter(({ person }) => person === null);

  test('is told under it as soon as it hangs there, once, in each chat', async () => {
    const { id } = await opened();
    await incidents.act(t.tenant, id, { kind: 'acknowledge', by: t.people.ada.id });
    expect(await threadsOf(id, 2)).toEqual([]);
    const slack = await hang(id, 'slack');
    await incidents.act(t.tenant, id, { kind: 'note', by: t.people.ada.id, text: 'Looking.' });
    const teams = await hang(id, 'teams');
    await hang(id, 'slack');
    for (const seq of [2, 3])
      expect((await threadsOf(id, seq)).map(({ thread }) => thread)).toEqual([slack, teams]);
  });

  test('whatever happens at that very moment is told once, and never lost', async () => {
    for (let i = 0; i < 8; i += 1) {
      const { id } = await opened();
      const acts = incidents.act(t.tenant, id, { kind: 'acknowledge', by: t.people.ada.id });
      await Promise.all([acts, hang(id, 'slack'), hang(id, 'teams')]);
      expect(await threadsOf(id, 2)).toHaveLength(2);
    }
  });
});

describe('the clock', () => {
  test('asks the next, who gets the card; the threads are told; who left is passed over', async () => {
    const { id } = await opened();
    await posted(id);
    expect(await incidents.tick(t.tenant, id)).toMatchObject({ version: 1, over: false });
    await longAgo(id, 10);
    await rows('UPDATE people SET active = false WHERE person = $1', [t.people.ben.id]);
    const clock = await incidents.tick(t.tenant, id);
    await rows('UPDATE people SET active = true WHERE person = $1', [t.people.ben.id]);
    expect(clock).toMatchObject({ version: 2, nextTimerInMs: null });
    expect((await incidents.get(t.tenant, id))?.asked).toMatchObject({
      ...{ rung: 'manager', person: t.people.mara.id, insteadOf: [t.people.ben.id] },
    });
    const told = await incidents.event(t.tenant, id, 2);
    expect(told).toMatchObject({ what: 'escalated', detail: { insteadOf: t.people.ben.id } });
    for (const { people } of [told, await incidents.view(t.tenant, id)].filter((one) => one !== null))
      expect(people.get(t.people.ben.id)?.name).toBe(t.people.ben.name);
    expect((await copiesOf(id)).some(({ person }) => person === t.people.mara.id)).toBe(true);
    expect(await copiesOf(incidentEventSubject({ incident: id, seq: 2 }))).toHaveLength(2);
  });

  test('who has the card already gets a message of its own when asked again', async () => {
    const { id, finding } = await opened({ severity: 'p1' });
    await posted(id);
    await incidents.observe(t.tenant, [{ ...finding, severity: 'p0' }]);
    const told = await copiesOf(incidentEventSubject({ incident: id, seq: 2 }));
    expect(told.some(({ person }) => person === t.people.ada.id)).toBe(true);
  });

  test('it comes again after it was over: the same incident within a day, another one later', async () => {
    const { id, finding } = await opened();
    await incidents.act(t.tenant, id, { kind: 'resolve', by: t.people.ada.id });
    await incidents.observe(t.tenant, [{ ...finding, state: 'clear' }]);
    await incidents.observe(t.tenant, [finding]);
    expect(await incidents.get(t.tenant, id)).toMatchObject({ status: 'open', reopenings: 1 });
    await incidents.act(t.tenant, id, { kind: 'resolve', by: t.people.ada.id });
    await rows(`UPDATE incidents SET state = jsonb_set(state, '{resolved,atMs}', to_jsonb((state->'resolved'->>'atMs')::bigint - 90000000)) WHERE incident = $1`, [id]); // prettier-ignore
    await incidents.observe(t.tenant, [finding]);
    expect(await ofFingerprint(finding.fingerprint)).toHaveLength(2);
  });

  test('what is fine and was over writes nothing, however often it is looked at', async () => {
    const { id, finding } = await opened();
    await incidents.act(t.tenant, id, { kind: 'resolve', by: t.people.ada.id });
    const clear: Finding = { ...finding, state: 'clear' };
    await incidents.observe(t.tenant, [clear]);
    const [before] = await rows<{ x: string }>('SELECT xmin::text AS x FROM incidents WHERE incident = $1', [
      id,
    ]);
    for (let i = 0; i < 5; i += 1) await incidents.observe(t.tenant, [clear]);
    expect(await rows('SELECT xmin::text AS x FROM incidents WHERE incident = $1', [id])).toEqual([before]);
  });
});

test('without a rotation a Manager is asked', async () => {
  const finding = wrong();
  await t.stores.incidents.observe(t.tenant, [finding]);
  const [row] = await ofFingerprint(finding.fingerprint);
  expect(row?.state.asked).toMatchObject({ rung: 'manager', person: t.people.mara.id });
});

test('a flood of 10,000 findings about one thing is one thread, and a few edits', async () => {
  const finding = wrong();
  for (let i = 0; i < 20; i += 1)
    await incidents.observe(
      t.tenant,
      Array.from({ length: 500 }, (_, k) => ({ ...finding, value: k / 500 })),
    );
  const [row] = await ofFingerprint(finding.fingerprint);
  expect(row?.state.version).toBe(1);
  expect((await copiesOf(row?.incident ?? '')).filter(({ person }) => person === null)).toHaveLength(2);
});
