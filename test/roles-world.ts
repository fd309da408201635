import { fraudReview } from '../agents/fraud-review/agent.ts';
import type { Caller, Gateway, Outcome, Place } from '../bot/chat.ts';
import { createGateway } from '../bot/gateway.ts';
import type { GatewayOptions } from '../bot/gateway-options.ts';
import { Remembered } from '../bot/remembered.ts';
import type { AgentContract } from '../core/contract.ts';
import type { ApprovalState } from '../core/approval/types.ts';
import { TenantId, type RunId } from '../core/ids.ts';
import { ROLES, type Person, type Role } from '../core/people.ts';
import { ASK_PERSON } from '../core/person-question.ts';
import type { Policy, Selector } from '../core/policy-types.ts';
import { EXAMPLE, EXAMPLE_POLICY } from '../local/example/example.ts';
import { createLog } from '../platform/log.ts';
import type { NewApproval } from '../platform/stores.ts';
import { openAdmin } from '../platform/tenants.ts';
import { openTestStores, testApproval, type TestStores } from './test-stores.ts';

/** Whose the things are that people are let at, or not: of the team that owns the agents, of another, of another company. */
export const WHERE = ['own team', 'other team', 'other tenant'] as const;
export type Where = (typeof WHERE)[number];

export interface Actor {
  readonly role: Role;
  readonly where: Where;
  readonly tenant: TenantId;
  readonly person: Person;
  readonly caller: Caller;
}

/** An entry of a ledger, as far as the walk looks at it. */
export interface Entry {
  readonly kind: string;
  readonly actor: string | null;
  readonly reason: string | null;
}

export interface RolesWorld {
  readonly kit: TestStores;
  readonly gateway: Gateway;
  /** What the gateway stands on, for other doors to the same. */
  readonly options: GatewayOptions;
  readonly actors: readonly Actor[];
  /** Of the team that owns the agents; asks for what is nobody's own. */
  readonly asker: Person;
  /** Whom a policy names where it names none of those who walk. */
  readonly bystander: Person;
  readonly agents: Readonly<Record<'standard' | 'restricted' | 'sandbox', AgentContract>>;
  run(requester: Person, agent?: AgentContract): Promise<RunId>;
  ask(requester: Person, change?: Partial<NewApproval>): Promise<ApprovalState>;
  say(actor: Actor, words: string, fields?: Readonly<Record<string, string>>): Promise<Outcome>;
  /** Everything that a company has, as digests by table; its ledger and what was sent before are left out. */
  state(tenant: TenantId): Promise<Readonly<Record<string, string>>>;
  /** What came to a ledger since it was last asked for, without news about cards. */
  entries(tenant: TenantId): Promise<readonly Entry[]>;
  close(): Promise<void>;
}

export const OTHER = TenantId.parse('other-insurer');
export const PLACE: Place = { conversation: EXAMPLE.slack.channel, thread: null, kind: 'channel' };
/** What everybody is named for by the walk's policy, and what nobody is. */
const NAMED_TOOL = 'settle_claim';
export const UNNAMED_TOOL = 'pay_elsewhere';

const HEAD = 'email,name,roles,team,manager,slack_team,slack_user,entra_tenant,entra_object,time_zone';
const line = (name: string, roles: string, team: string, workspace: string): string =>
  `${name.toLowerCase()}@${workspace.toLowerCase()}.example,${name},${roles},${team},,${workspace},U08${name},,,Europe/London`;

const nameOf = (role: Role, where: Where): string =>
  `${role}${where === 'other team' ? '2' : ''}`.toUpperCase();

async function people({ urls, tenant }: TestStores): Promise<void> {
  const admin = openAdmin({ appUrl: urls.appUrl });
  const home = ROLES.flatMap((role) => [
    line(nameOf(role, 'own team'), role, 'claims', EXAMPLE.slack.team),
    line(nameOf(role, 'other team'), role, 'motor', EXAMPLE.slack.team),
  ]);
  const more = [
    line('ASKER', 'operator', 'claims', EXAMPLE.slack.team),
    line('BYSTANDER', 'approver', 'elsewhere', EXAMPLE.slack.team),
  ];
  await admin.importPeople(tenant, [HEAD, ...home, ...more, ''].join('\n'));
  const workspaces = [{ platform: 'slack' as const, workspace: 'T08OTHER', settings: {} }];
  await admin.createTenant({ tenant: OTHER, name: 'Other Insurer', workspaces });
  // The same account ids as at home: an id says nothing without its workspace.
  const others = ROLES.map((role) => line(nameOf(role, 'other tenant'), role, 'claims', 'T08OTHER'));
  await admin.importPeople(OTHER, [HEAD, ...others, ''].join('\n'));
  await admin.close();
}

/** Names everybody by their team, so that only the roles table decides; and for the other tool nobody of those who walk. */
function policyOf(bystander: Person): Policy {
  const [rule] = EXAMPLE_POLICY.rules;
  if (rule === undefined) throw new Error('the example has no rule');
  const requirement = (who: Selector[]): Policy['rules'][number]['require'] => ({
    ...rule.require,
    ...{ stages: [{ name: 'walk', quorum: 1, who }], breakGlass: true, grants: true },
    escalateTo: [{ kind: 'person', person: bystander.id }],
  });
  const everybody = requirement(['claims', 'motor'].map((group) => ({ kind: 'group', group })));
  const nobody = requirement([{ kind: 'person', person: bystander.id }]);
  return {
    ...{ id: 'walk', version: 2 },
    rules: [
      { when: { tool: UNNAMED_TOOL }, risk: 'low', require: nobody },
      { when: { tool: NAMED_TOOL }, risk: 'low', require: everybody },
      { when: { tool: ASK_PERSON.tool }, risk: 'low', require: everybody },
    ],
  };
}

const LEFT_OUT = /^(ledger_|checkpoint|seen_requests$|schema_|subject_keys$)/;

async function digests(kit: TestStores): Promise<RolesWorld['state']> {
  const db = await kit.as('superuser');
  const { rows } = await db.query<{ name: string }>(
    `SELECT DISTINCT c.table_name AS name FROM information_schema.columns c JOIN information_schema.tables t
       USING (table_schema, table_name)
     WHERE c.table_schema = 'public' AND c.column_name = 'tenant' AND t.table_type = 'BASE TABLE' ORDER BY 1`,
  );
  const each = rows
    .filter(({ name }) => !LEFT_OUT.test(name))
    .map(
      ({ name }) =>
        `SELECT '${name}' AS name, md5(coalesce(string_agg(x::text, '|' ORDER BY x::text), '')) AS digest
           FROM "${name}" x WHERE tenant = $1`,
    );
  return async (tenant) => {
    const found = await db.query<{ name: string; digest: string }>(each.join(' UNION ALL '), [tenant]);
    return Object.fromEntries(found.rows.map(({ name, digest }) => [name, digest]));
  };
}

async function ledgers(kit: TestStores): Promise<RolesWorld['entries']> {
  const db = await kit.as('superuser');
  const read = new Map<TenantId, number>();
  return async (tenant) => {
    const { rows } = await db.query<Entry & { seq: string }>(
      `SELECT e.seq, e.kind, e.header::jsonb ->> 'actor' AS actor, b.body::jsonb ->> 'reason' AS reason
       FROM ledger_entries e LEFT JOIN ledger_bodies b USING (tenant, seq)
       WHERE e.tenant = $1 AND e.seq > $2 AND e.kind NOT LIKE 'card.%' ORDER BY e.seq`,
      [tenant, read.get(tenant) ?? 0],
    );
    const last = rows.at(-1);
    if (last !== undefined) read.set(tenant, Number(last.seq));
    return rows.map(({ kind, actor, reason }) => ({ kind, actor, reason }));
  };
}

let keys = 0;
export const newKey = (): string => `walk.${process.pid}.${++keys}`;

/** One world with somebody of each role in two teams and in another company, behind the real gateway and store. */
export async function openRolesWorld(): Promise<RolesWorld> {
  const kit = await openTestStores();
  const { stores, tenant } = kit;
  await people(kit);
  const known = [...(await stores.people.everyone(tenant)), ...(await stores.people.everyone(OTHER))];
  const named = (name: string, team: string = EXAMPLE.slack.team): Person => {
    const found = known.find(({ email }) => email === `${name}@${team}.example`.toLowerCase());
    if (found === undefined) throw new Error(`nobody is called ${name}`);
    return found;
  };
  const actors = WHERE.flatMap((where) =>
    ROLES.map((role): Actor => {
      const workspace = where === 'other tenant' ? 'T08OTHER' : EXAMPLE.slack.team;
      const name = nameOf(role, where);
      const caller = { platform: 'slack', workspace, account: `U08${name}`, homeWorkspace: null } as const;
      const home = where === 'other tenant' ? OTHER : tenant;
      return { role, where, tenant: home, person: named(name, workspace), caller };
    }),
  );
  const bystander = named('BYSTANDER');
  await stores.approvals.putPolicy(tenant, policyOf(bystander));
  const agents = {
    standard: fraudReview,
    restricted: { ...fraudReview, name: 'walk-restricted', class: 'restricted' as const },
    sandbox: { ...fraudReview, name: 'walk-sandbox', environment: 'sandbox' as const },
  };
  const options: GatewayOptions = {
    ...{ stores, agents: Object.values(agents), rehearsal: true, away: async () => [] },
    ...{ log: createLog({ level: process.env['LOG_LEVEL'] ?? 'silent' }), count: () => undefined },
    ...{ remembered: new Remembered(), keepInbox: async () => undefined, deadlineMs: 60_000 },
  };
  const gateway = createGateway(options);
  const run: RolesWorld['run'] = async (requester, agent = fraudReview) => {
    const { environment } = agent;
    const created = await stores.runs.create(tenant, {
      ...{ agent, input: { claim: 'CLM-0847' }, requester, source: 'slack', dedupeKey: null, environment },
      ...{ rehearsal: true, origin: {} },
    });
    return created.run;
  };
  return {
    ...{ kit, gateway, options, actors, asker: named('ASKER'), bystander, agents, run },
    async ask(requester, change = {}) {
      const asked = await stores.approvals.open(
        tenant,
        testApproval(await run(requester), requester.id, change),
      );
      if (!asked.ok) throw new Error(asked.reason);
      const state = await stores.approvals.get(tenant, asked.approval);
      if (state === null) throw new Error('what was just asked cannot be read');
      return state;
    },
    say({ caller }, words, fields) {
      const [, verb = '', rest = ''] = /^(\S*)\s*([\s\S]*)$/.exec(words) ?? [];
      const request = { caller, place: PLACE, requestKey: newKey(), verb, words: rest };
      return gateway.command({ ...request, ...(fields === undefined ? {} : { fields }) });
    },
    state: await digests(kit),
    entries: await ledgers(kit),
    close: () => kit.close(),
  };
}
