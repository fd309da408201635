import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { authorise } from '../../core/roles.ts';
import type { Role } from '../../core/people.ts';
import { TOKEN_VERBS, type TokenVerb } from '../../core/tokens.ts';
import { createLog } from '../../platform/log.ts';
import { openRedis } from '../../platform/redis.ts';
import type { NewToken } from '../../platform/tokens/token-store.ts';
import { openAdmin, type Admin } from '../../platform/tenants.ts';
import { testEngines } from '../../test/engines.ts';
import { cellOf, DESIGN_ROWS, wording } from '../../test/roles-design.ts';
import { newKey, openRolesWorld, OTHER, PLACE, type Actor, type RolesWorld } from '../../test/roles-world.ts';
import { USUAL_RATES } from '../../platform/rates.ts';
import { createGateway } from '../gateway.ts';
import { createRateLimit, NO_RATE_LIMIT } from '../rate-limit.ts';
import { listenHttp, type HttpServer } from './http.ts';
import { mcpRoutes } from './mcp.ts';
import { operations } from './operations/index.ts';
import { apiRoutes } from './routes.ts';

/** The API and MCP over HTTP, on the real store, by tokens of people of every role and of another company. */
let world: RolesWorld;
let admin: Admin;
let http: HttpServer;
let url: string;
const log = createLog({ level: process.env['LOG_LEVEL'] ?? 'silent' });
const tokens = new Map<string, string>();
const counted: string[] = [];

beforeAll(async () => {
  world = await openRolesWorld();
  admin = openAdmin({ appUrl: world.kit.urls.appUrl, encryptionKey: world.kit.encryptionKey });
  const options = { ...world.options, count: (name: string, labels: object) => void counted.push(`${name} ${JSON.stringify(labels)}`) }; // prettier-ignore
  const edges = { options, limit: NO_RATE_LIMIT };
  const routes = { ...apiRoutes(edges), ...mcpRoutes(edges, 'https://countersign.example') };
  http = await listenHttp({ routes, host: '127.0.0.1', port: 0, log, tls: true });
  url = `http://127.0.0.1:${http.port}`;
  for (const actor of world.actors) tokens.set(keyOf(actor), await tokenOf(actor));
}, 240_000);
afterAll(async () => {
  await http?.close(0);
  await admin?.close();
  await world?.close();
});

const keyOf = ({ role, where }: Pick<Actor, 'role' | 'where'>): string => `${role} ${where}`;
const tokenOf = async ({ tenant, person }: Actor, change: Partial<NewToken> = {}): Promise<string> => {
  const made = { name: 'walk', owner: person.email, verbs: TOKEN_VERBS, days: 90, ...change };
  return (await admin.createToken(tenant, made)).text;
};
const actor = (role: Role, where: Actor['where'] = 'own team'): Actor => {
  const found = world.actors.find((one) => keyOf(one) === keyOf({ role, where }));
  if (found === undefined) throw new Error(`no ${role}`);
  return found;
};
const of = (role: Role, where: Actor['where'] = 'own team'): string =>
  tokens.get(keyOf({ role, where })) ?? '';

interface Came {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}
async function ask(
  token: string,
  what: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Came> {
  const [method = 'GET', path = ''] = what.split(' ');
  const init: RequestInit & { headers: Record<string, string> } = { method, headers: {} };
  if (token !== '') init.headers['authorization'] = `Bearer ${token}`;
  if (body !== undefined) {
    init.headers['content-type'] = 'application/json';
    init.body = typeof body === 'string' ? body : JSON.stringify(body);
  }
  const sent = { ...init, headers: { ...init.headers, ...headers } };
  const response = await fetch(`${url}/api/v1${path}`, sent);
  const text = await response.text();
  const read = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
  return { status: response.status, headers: response.headers, body: read };
}
/** Tokens note when they were used. */
async function stateBut(table: string): Promise<Record<string, string>> {
  const all = await world.state(world.kit.tenant);
  return Object.fromEntries(Object.entries(all).filter(([name]) => name !== table));
}

const START = { agent: 'fraud-review', input: { claim: 'CLM-0847' } };
const ABSENT = 'run_01JD9Q6Z3M7T5N4X8R2V6B1C0A';

describe('a token', () => {
  test('attack 19: lies as a hash, is told once, expires, is revoked at once, and each is in the ledger', async () => {
    await world.entries(world.kit.tenant);
    const { token, text } = await admin.createToken(world.kit.tenant, {
      ...{ name: 'nightly', owner: actor('operator').person.email, verbs: ['runs', 'whoami'], days: 30 },
    });
    expect((await ask(text, 'GET /whoami')).body).toMatchObject({ roles: ['operator'], service: false });
    const db = await world.kit.as('superuser');
    const { rows } = await db.query(
      'SELECT t::text AS row, last_used_at FROM api_tokens t WHERE token = $1',
      [token],
    );
    expect(rows[0]?.last_used_at).not.toBeNull();
    expect(rows[0]?.row).not.toContain(text.slice(-30));
    await db.query(`UPDATE api_tokens SET created_at = now() - interval '2 days', expires_at = now() - interval '1 second' WHERE token = $1`, [token]); // prettier-ignore
    expect((await ask(text, 'GET /whoami')).status).toBe(401);
    await db.query(`UPDATE api_tokens SET expires_at = now() + interval '1 day' WHERE token = $1`, [token]);
    expect((await ask(text, 'GET /whoami')).status).toBe(200);
    expect(await admin.revokeToken(world.kit.tenant, token)).toBe(true);
    expect((await ask(text, 'GET /whoami')).status).toBe(401);
    expect(await admin.revokeToken(world.kit.tenant, token)).toBe(false);
    const kinds = (await world.entries(world.kit.tenant)).map(({ kind }) => kind);
    expect(kinds).toEqual(['token.created', 'token.revoked']);
    expect(JSON.stringify(await world.kit.stores.ledger.verify(world.kit.tenant))).not.toContain(
      text.slice(-30),
    );
  });

  test('nobody: 401 that says how, counted, and in no ledger', async () => {
    await world.entries(world.kit.tenant);
    const good = of('admin');
    const wrong = ['', 'x', good.slice(0, -1), `${good}x`, good.replace('harbour-mutual', 'other-insurer'), good.toUpperCase()]; // prettier-ignore
    for (const token of wrong) {
      const { status, headers, body } = await ask(token, 'GET /runs');
      expect(status, token).toBe(401);
      expect(headers.get('www-authenticate')).toMatch(/^Bearer realm="countersign"/);
      expect(body).toMatchObject({ code: 'unauthenticated', status: 401 });
    }
    expect((await ask('', 'GET /nothing')).status).toBe(401);
    expect(await world.entries(world.kit.tenant)).toEqual([]);
    expect(counted.filter((one) => one.includes('unauthenticated')).length).toBeGreaterThan(wrong.length);
  });

  test('attack: a token reaches as far as both its owner and what it was made for: verbs, roles, and the owner’s roles of now', async () => {
    const narrow = await tokenOf(actor('admin'), { verbs: ['runs', 'whoami'] });
    expect((await ask(narrow, 'GET /runs')).status).toBe(200);
    expect((await ask(narrow, 'GET /costs')).body).toMatchObject({ status: 403, code: 'not_permitted' });
    const person = actor('admin').person.email;
    await expect(tokenOf(actor('approver'), { roles: ['admin'] })).rejects.toThrow(/is no admin/);
    await expect(tokenOf(actor('admin'), { days: 366 })).rejects.toThrow(/1 to 365 days/);
    const db = await world.kit.as('superuser');
    await db.query(`UPDATE people SET roles = '{approver}' WHERE email = $1`, [person]);
    expect((await ask(of('admin'), 'GET /ledger/entries')).status).toBe(403);
    await db.query(`UPDATE people SET roles = '{admin}', active = false WHERE email = $1`, [person]);
    expect((await ask(of('admin'), 'GET /whoami')).status).toBe(401);
    await db.query(`UPDATE people SET active = true WHERE email = $1`, [person]);
    expect((await ask(of('admin'), 'GET /ledger/entries?limit=2')).status).toBe(200);
  });

  test('attack 19: signs nothing; a service account is named by no policy and refused by the machine itself', async () => {
    expect(operations.filter(({ method }) => method === 'POST').map(({ id }) => id)).toEqual(['startRun', 'cancelRun', 'replayRun', 'askForReview', 'createReviewLink', 'revokeReviewLinks']); // prettier-ignore
    const asked = await world.ask(world.asker);
    await admin.createService(world.kit.tenant, {
      name: 'nightly',
      team: 'claims',
      roles: ['approver', 'admin'],
    });
    const owner = 'nightly@service.invalid';
    const { text } = await admin.createToken(world.kit.tenant, {
      name: 'n',
      owner,
      verbs: TOKEN_VERBS,
      days: 1,
    });
    for (const verb of ['approve', 'decline', 'decisions'])
      expect((await ask(text, `POST /approvals/${asked.id}/${verb}`, {})).status).toBe(404);
    const who = await ask(text, 'GET /whoami');
    expect(who.body).toMatchObject({ service: true, roles: ['approver', 'admin'] });
    const [service] = (await world.kit.stores.people.everyone(world.kit.tenant)).filter((one) => one.service);
    if (service === undefined) throw new Error('no service account');
    for (const event of [
      { kind: 'approve', comment: null, cardDigest: null },
      { kind: 'break-glass', reason: 'None is here.' },
    ] as const)
      // prettier-ignore
      expect(
        await world.kit.stores.approvals.transition(world.kit.tenant, asked.id, {
          ...{ ...event, by: service.id, via: 'api', actionDigest: asked.actionDigest },
        }),
      ).toMatchObject({ ok: false });
    expect(await world.kit.stores.approvals.get(world.kit.tenant, asked.id)).toMatchObject({ status: 'pending', signatures: [] }); // prettier-ignore
    const on = { tenant: world.kit.tenant, team: 'claims', owner: null, assigned: true, class: 'standard', environment: 'production' } as const; // prettier-ignore
    expect(authorise(service, 'approve', on, world.kit.tenant).ok).toBe(false);
    expect((await ask(text, `GET /approvals/${asked.id}`)).body).toMatchObject({
      approval: asked.id,
      signed: 0,
    });
    expect((TOKEN_VERBS as readonly string[]).filter((verb) => /approve|decline|edit|break|answer|grant|change|stop/.test(verb))).toEqual([]); // prettier-ignore
  });
});

describe('runs', () => {
  test('start, once by key; list by cursor; read, trace, cancel, replay', async () => {
    const token = of('manager');
    const headers = { 'idempotency-key': 'one' };
    const started = await ask(token, 'POST /runs', START, headers);
    expect(started).toMatchObject({
      status: 201,
      body: { agent: 'fraud-review', about: 'CLM-0847', status: 'queued' },
    });
    const run = String(started.body['run']);
    expect(started.headers.get('location')).toBe(`/api/v1/runs/${run}`);
    expect((await ask(token, 'POST /runs', START, headers)).body['run']).toBe(run);
    const other = { ...START, input: { claim: 'CLM-0312' } };
    expect(await ask(token, 'POST /runs', other, headers)).toMatchObject({
      status: 422,
      body: { code: 'bad_input' },
    });
    // Somebody else's key is another key.
    expect((await ask(of('admin'), 'POST /runs', START, headers)).body['run']).not.toBe(run);
    const page = await ask(token, 'GET /runs?limit=1');
    expect(page.body['runs']).toHaveLength(1);
    const next = await ask(of('admin'), `GET /runs?limit=1&cursor=${String(page.body['next_cursor'])}`);
    expect(next.body['runs']).toHaveLength(1);
    expect(JSON.stringify(next.body['runs'])).not.toContain(String(page.body['next_cursor']));
    expect((await ask(token, `GET /runs/${run}`)).body).toEqual(started.body);
    expect((await ask(token, `GET /runs/${run}/trace`)).body).toMatchObject({ run, steps: [] });
    expect((await ask(token, `POST /runs/${run}/replay`, {})).body).toMatchObject({
      status: 409,
      code: 'wrong_state',
    });
    expect((await ask(token, `POST /runs/${run}/cancel`)).body).toMatchObject({ run, status: 'cancelled' });
    const again = await ask(token, `POST /runs/${run}/replay`, {});
    expect(again.status).toBe(201);
    const row = await world.kit
      .as('superuser')
      .then((db) => db.query('SELECT source FROM runs WHERE run = $1', [run]));
    expect(row.rows).toEqual([{ source: 'api' }]);
  });

  test('what does not fit is refused with what is wrong, and starts nothing', async () => {
    const token = of('manager');
    const cases: readonly [string, unknown, Record<string, string>, number, string][] = [
      ['POST /runs', '{', {}, 400, 'bad_request'],
      ['POST /runs', '[]', {}, 400, 'bad_request'],
      ['POST /runs', {}, {}, 400, 'bad_request'],
      ['POST /runs', { ...START, tenant: OTHER }, {}, 400, 'bad_request'],
      ['POST /runs?agent=x', START, {}, 400, 'bad_request'],
      ['POST /runs', START, { 'content-type': 'text/plain' }, 415, 'not_json'],
      ['POST /runs', START, { 'idempotency-key': 'a b' }, 400, 'bad_request'],
      ['POST /runs', { ...START, agent: 'nobody' }, {}, 422, 'unknown_agent'],
      ['POST /runs', { ...START, input: { claim: 7 } }, {}, 422, 'bad_input'],
      ['POST /runs', JSON.stringify({ ...START, agent: 'a'.repeat(300_000) }), {}, 413, 'too_large'],
      ['GET /runs?limit=1000', undefined, {}, 400, 'bad_request'],
      ['GET /runs?cursor=nowhere', undefined, {}, 422, 'bad_input'],
    ];
    const before = await stateBut('api_tokens');
    for (const [what, body, headers, status, code] of cases) {
      const came = await ask(token, what, body, headers);
      expect(came.body, `${what} ${JSON.stringify(body)?.slice(0, 80)}`).toMatchObject({ status, code });
      expect(came.headers.get('content-type')).toBe('application/problem+json');
    }
    const after = await stateBut('api_tokens');
    expect(after).toEqual(before);
    expect((await ask(token, 'POST /runs', {})).body['errors']).toContainEqual(expect.objectContaining({ pointer: '/agent' })); // prettier-ignore
  });
});

describe('rights', () => {
  test('attack 22, attack 36: what is another company’s reads like what is not there, and is written into no ledger of theirs', async () => {
    const run = await world.run(world.asker);
    const { id } = await world.ask(world.asker);
    await world.entries(world.kit.tenant);
    await world.entries(OTHER);
    const before = await world.state(world.kit.tenant);
    const token = of('admin', 'other tenant');
    const pairs = [
      [`GET /runs/${run}`, `GET /runs/${ABSENT}`],
      [`GET /runs/${run}/trace`, `GET /runs/${ABSENT}/trace`],
      [`POST /runs/${run}/cancel`, `POST /runs/${ABSENT}/cancel`],
      [`POST /runs/${run}/replay`, `POST /runs/${ABSENT}/replay`],
      [`GET /approvals/${id}`, `GET /approvals/apr_${ABSENT.slice(4)}`],
      [`GET /approvals/${id}/receipt`, `GET /approvals/apr_${ABSENT.slice(4)}/receipt`],
      [`GET /runs/${run}/receipt`, `GET /runs/${ABSENT}/receipt`],
      [`GET /ledger/verification?of=${run}`, `GET /ledger/verification?of=${ABSENT}`],
    ] as const;
    for (const [theirs, none] of pairs) {
      const came = await ask(token, theirs);
      expect(came.body, theirs).toMatchObject({ status: 404, code: 'not_found' });
      expect((await ask(token, none)).body).toEqual(came.body);
    }
    expect(await world.entries(world.kit.tenant)).toEqual([]);
    expect((await world.entries(OTHER)).map(({ kind, reason }) => `${kind} ${reason}`)).toEqual(pairs.flatMap(() => ['refused not_found', 'refused not_found'])); // prettier-ignore
    expect(await world.state(world.kit.tenant)).toEqual(before);
    expect((await ask(token, 'GET /runs')).body['runs']).toEqual([]);
    expect((await ask(token, 'GET /approvals')).body['approvals']).toEqual([]);
  });

  test('every operation by every role, as the roles table has it; a refusal is one entry and changes nothing', async () => {
    const run = await world.run(world.asker);
    const { id } = await world.ask(world.asker);
    const facts = { team: 'claims', owner: world.asker.id, assigned: false, class: 'standard', environment: 'production' } as const; // prettier-ignore
    const none = { ...facts, team: null, owner: null };
    type Facts = Omit<Parameters<typeof wording>[2], 'tenant'>;
    const says = (verb: TokenVerb, { role, person }: Actor, on: Facts): boolean => {
      if (verb === 'run') return cellOf('run: standard', role) === 'yes';
      const [row, alone] = DESIGN_ROWS[verb];
      return wording(cellOf(row, role), alone, { ...on, tenant: world.kit.tenant }, person);
    };
    const named = (one: Actor): Facts => ({
      ...facts,
      assigned: ['claims', 'motor'].includes(one.person.team),
    });
    const own = (one: Actor): Facts => ({ ...facts, team: one.person.team, owner: one.person.id });
    /** `also`: a row that has to allow it as well. */
    const WALK: Readonly<Record<string, readonly [string, (one: Actor) => Facts, (TokenVerb | undefined)?]>> = {
      startRun: ['POST /runs', () => facts],
      listRuns: ['GET /runs', () => none],
      getRun: [`GET /runs/${run}`, () => facts],
      getTrace: [`GET /runs/${run}/trace`, () => facts],
      getRunReceipt: [`GET /runs/${run}/receipt`, () => facts],
      replayRun: [`POST /runs/${run}/replay`, () => facts],
      listApprovals: ['GET /approvals', () => none],
      getApproval: [`GET /approvals/${id}`, named],
      getReceipt: [`GET /approvals/${id}/receipt`, (one) => ({ ...facts, owner: one.role === 'approver' ? one.person.id : facts.owner })],
      verifyLedger: ['GET /ledger/verification', () => none],
      listLedgerEntries: ['GET /ledger/entries', () => none],
      getExplanation: [`GET /approvals/${id}/explanation`, named],
      askForReview: [`POST /approvals/${id}/review`, named, 'see-output'],
      createReviewLink: [`POST /approvals/${id}/review-links`, () => facts],
      revokeReviewLinks: [`POST /approvals/${id}/review-links/revoke`, () => facts],
      listReads: ['GET /reads', () => none],
      getCosts: ['GET /costs', (one) => (one.role === 'engineer' ? { ...none, environment: 'sandbox' } : own(one))],
      listAgents: ['GET /agents', () => none],
      whoAmI: ['GET /whoami', () => none],
      cancelRun: [`POST /runs/${run}/cancel`, () => facts],
    }; // prettier-ignore
    expect(Object.keys(WALK).toSorted()).toEqual(operations.map(({ id: one }) => one).toSorted());
    const wrong: string[] = [];
    for (const one of operations) {
      const [what, on, also] = WALK[one.id] ?? ['', own];
      const home = world.actors.filter(({ where }) => where !== 'other tenant');
      const allowed = (who: Actor): boolean =>
        says(one.permission, who, on(who)) && (also === undefined || says(also, who, on(who)));
      const tried = async (who: Actor): Promise<void> => {
        await world.entries(world.kit.tenant);
        const { status } = await ask(
          of(who.role, who.where),
          what,
          one.id === 'startRun' ? START : one.id === 'askForReview' ? { why: 'Unread' } : undefined,
        );
        const entries = await world.entries(world.kit.tenant);
        const refused = entries.filter(
          ({ reason, actor: by }) => reason === 'not_permitted' && by === who.person.id,
        );
        const isRight = allowed(who) ? status !== 403 && refused.length === 0 : status === 403 && refused.length === 1 && entries.length === 1; // prettier-ignore
        if (!isRight)
          wrong.push(`${one.id} by ${keyOf(who)}: ${allowed(who)} ${status} ${JSON.stringify(entries)}`);
      };
      const before = await stateBut('api_tokens');
      for (const who of home.filter((each) => !allowed(each))) await tried(who);
      expect(await stateBut('api_tokens'), one.id).toEqual(before);
      for (const who of home.filter(allowed)) await tried(who);
    }
    expect(wrong).toEqual([]);
  });
});

describe('those whom a decision concerns', () => {
  test('an explanation as a document, a review, a link, who read it, and entries with what they say', async () => {
    const { kit } = world;
    const asked = await world.ask(world.asker);
    const { id, actionDigest } = asked;
    const reviewed = (): Promise<Came> =>
      ask(of('operator'), `POST /approvals/${id}/review`, { why: 'Unread' });
    expect((await reviewed()).status).toBe(409);
    const by = actor('manager').person.id;
    const event = { kind: 'decline', reason: 'No bill', by, via: 'slack', cardDigest: null, actionDigest } as const; // prettier-ignore
    expect(await kit.stores.approvals.transition(kit.tenant, id, event)).toMatchObject({ ok: true });
    const told = await ask(of('operator'), `GET /approvals/${asked.action.run}/explanation?format=markdown&language=de`); // prettier-ignore
    expect(told).toMatchObject({ status: 200, body: { approval: id, status: 'declined', deciders: [{ did: 'declined', roles: ['manager'], said: 'No bill' }] } }); // prettier-ignore
    expect((told.body['document'] as { text: string }).text).toMatch(/^# Wie das entschieden wurde\n[^]*## Wer entschieden hat/); // prettier-ignore
    expect(JSON.stringify(told.body)).not.toContain(actor('manager').person.name);
    expect((await reviewed()).status).toBe(201);
    expect((await reviewed()).body).toMatchObject({ asked_before: true });
    // Where browsers reach this world's pages nobody said.
    expect((await ask(of('operator'), `POST /approvals/${id}/review-links`, { days: 7 })).body).toMatchObject({ code: 'wrong_state' }); // prettier-ignore
    const { body } = await ask(of('admin'), `GET /reads?of=${id}`);
    expect(body['reads']).toContainEqual(expect.objectContaining({ reader: actor('operator').person.id, what: 'explanation', via: 'api', subject: id })); // prettier-ignore
    expect((await ask(of('admin'), 'GET /reads?limit=1')).body['reads']).toMatchObject([{ what: 'reads', via: 'api' }]); // prettier-ignore
    const size = (await kit.stores.ledger.verify(kit.tenant)).entries;
    const whole = await ask(of('admin'), `GET /ledger/entries?bodies=true&limit=1000&after=${Math.max(0, size - 900)}`); // prettier-ignore
    const entries = whole.body['entries'] as {
      kind: string;
      subject: string;
      body: Record<string, unknown>;
    }[];
    const declined = entries.find(({ kind, subject }) => kind === 'approval.declined' && subject === id);
    expect(declined?.body).toMatchObject({ reason: 'No bill', by: { roles: ['manager'] } });
    expect((await ask(of('admin'), 'GET /ledger/entries?limit=1')).body['entries']).toEqual([expect.not.objectContaining({ body: expect.anything() })]); // prettier-ignore
  });
});

describe('the document', () => {
  test('is valid OpenAPI 3.1, says every operation, and needs no token', async () => {
    const came = await ask('', 'GET /openapi.json');
    expect(came.status).toBe(200);
    const validator = new Validator();
    const result = await validator.validate(structuredClone(came.body));
    expect(result.errors ?? []).toEqual([]);
    expect(result.valid).toBe(true);
    expect(validator.version).toBe('3.1');
    const paths = came.body['paths'] as Record<string, Record<string, { operationId: string }>>;
    const ids = Object.values(paths).flatMap((item) =>
      Object.values(item).map(({ operationId }) => operationId),
    );
    expect(ids.toSorted()).toEqual(operations.map(({ id }) => id).toSorted());
    expect(JSON.stringify(came.body)).not.toMatch(/\$defs/);
  });

  test('answers come with headers that let nothing be framed, sniffed or kept; by TLS alone where TLS is in front', async () => {
    const { headers } = await ask(of('admin'), 'GET /whoami');
    expect(headers.get('strict-transport-security')).toBe('max-age=63072000');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
    expect((await fetch(`${url}/api/v1/runs`, { method: 'DELETE' })).status).toBe(405);
  });
});

describe('MCP', () => {
  const connect = async (token: string): Promise<Client> => {
    const client = new Client({ name: 'test', version: '1' });
    const requestInit = { headers: { authorization: `Bearer ${token}` } };
    const transport = new StreamableHTTPClientTransport(new URL(`${url}/mcp`), { requestInit });
    await client.connect(transport as Parameters<Client['connect']>[0]);
    return client;
  };
  const said = (result: Awaited<ReturnType<Client['callTool']>>): Record<string, unknown> => {
    const [first] = result.content as { text: string }[];
    return JSON.parse(first?.text ?? '{}') as Record<string, unknown>;
  };

  test('the same operations as tools, by the same rights', async () => {
    const client = await connect(of('operator'));
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name).toSorted()).toEqual(operations.map(({ tool }) => tool).toSorted());
    const args = { ...START, idempotency_key: 'from-mcp' };
    const started = said(await client.callTool({ name: 'start_run', arguments: args }));
    expect(started).toMatchObject({ about: 'CLM-0847', status: 'queued' });
    const run = String(started['run']);
    expect(said(await client.callTool({ name: 'start_run', arguments: args }))['run']).toBe(run);
    expect(said(await client.callTool({ name: 'get_run', arguments: { run } }))).toMatchObject({ run });
    await world.entries(world.kit.tenant);
    const refused = await client.callTool({ name: 'list_ledger_entries', arguments: {} });
    expect(refused.isError).toBe(true);
    expect(said(refused)).toMatchObject({ code: 'not_permitted', status: 403 });
    expect(await world.entries(world.kit.tenant)).toEqual([{ kind: 'refused', actor: actor('operator').person.id, reason: 'not_permitted' }]); // prettier-ignore
    await client.close();
    const abroad = await connect(of('admin', 'other tenant'));
    expect(said(await abroad.callTool({ name: 'get_run', arguments: { run } }))).toMatchObject({
      code: 'not_found',
    });
    await abroad.close();
  });

  test('nobody, and pages of other sites, are let in nowhere', async () => {
    await expect(connect('cs_harbour-mutual_nothing')).rejects.toThrow();
    const call = (headers: Record<string, string>) =>
      fetch(`${url}/mcp`, {
        method: 'POST',
        body: '{}',
        headers: { 'content-type': 'application/json', ...headers },
      });
    expect((await call({})).status).toBe(401);
    expect((await call({})).headers.get('www-authenticate')).toMatch(/^Bearer/);
    const authorization = `Bearer ${of('admin')}`;
    for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1'])
      expect((await call({ authorization, origin })).status, origin).toBe(403);
    expect((await call({ authorization, origin: 'https://countersign.example' })).status).not.toBe(403);
    expect((await fetch(`${url}/mcp`)).status).toBe(405);
  });
});

test('a flood: 429 with Retry-After for whoever asks too often and their company, in Redis; nobody else waits', async () => {
  const redis = openRedis(testEngines().redisUrl, { failFast: true, name: 'test' });
  const limit = createRateLimit(
    redis,
    log,
    { ...USUAL_RATES, person: 20, tenant: 30 },
    `test-${process.pid}-${Date.now()}`,
  );
  const edges = { options: world.options, limit };
  const flooded = await listenHttp({ routes: apiRoutes(edges), host: '127.0.0.1', port: 0, log });
  const get = (token: string) =>
    fetch(`http://127.0.0.1:${flooded.port}/api/v1/whoami`, {
      headers: { authorization: `Bearer ${token}` },
    });
  const began = performance.now();
  /** What a bucket gives in all until now: its burst, and what has come in since, however slow the machine is. */
  const given = (perMinute: number) =>
    perMinute + Math.ceil(((performance.now() - began) / 60_000) * perMinute);
  const flood = async (token: string, times: number) => {
    const answers = await Promise.all(Array.from({ length: times }, () => get(token)));
    const taken = answers.filter(({ status }) => status === 200).length;
    return { taken, late: answers.filter(({ status }) => status === 429) };
  };
  const burst = await flood(of('operator'), 60);
  expect(burst.taken).toBeGreaterThanOrEqual(20);
  expect(burst.taken).toBeLessThanOrEqual(given(20));
  expect(burst.taken + burst.late.length).toBe(60);
  expect(Number(burst.late[0]?.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  expect(await burst.late[0]?.json()).toMatchObject({
    code: 'rate_limited',
    retry_after: expect.any(Number),
  });
  const colleague = await flood(of('manager'), 20);
  expect(colleague.taken).toBeGreaterThanOrEqual(10);
  expect(burst.taken + colleague.taken).toBeLessThanOrEqual(given(30));
  const elsewhere = await flood(of('operator', 'other tenant'), 15);
  expect(elsewhere.taken).toBe(15);
  // Both chats go through the same: a sentence, no entry for each, and signatures are taken all the same.
  const chat = createGateway({ ...world.options, limit });
  const { caller } = actor('approver');
  const request = { caller, place: PLACE, verb: 'whoami', words: '' };
  await world.entries(world.kit.tenant);
  const ask = () => chat.command({ ...request, requestKey: newKey() });
  let told = await ask();
  for (let n = 0; n < 100 && !('done' in told && !told.done); n += 1) told = await ask();
  expect(told).toMatchObject({ kind: 'text', done: false, text: expect.stringMatching(/too many requests .* try again in \d+ s/) }); // prettier-ignore
  expect(await world.entries(world.kit.tenant)).toEqual([]);
  const asked = await world.ask(world.asker);
  const payload = {
    v: 1,
    approval: asked.id,
    version: asked.version,
    actionDigest: asked.actionDigest,
    copy: null,
  };
  const choice = { verb: 'approve', comment: null } as const;
  expect(await chat.decide({ caller, place: PLACE, requestKey: newKey(), message: null, payload, choice })).toMatchObject({ done: true }); // prettier-ignore
  redis.disconnect();
  // Redis away: nobody is turned away for want of it, and this process counts by itself.
  const alone = await flood(of('operator', 'other tenant'), 60);
  expect(alone.taken).toBeGreaterThanOrEqual(5);
  expect(elsewhere.taken + alone.taken).toBeLessThanOrEqual(given(20));
  await flooded.close(0);
});
