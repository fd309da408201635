import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ApprovalState } from '../../core/approval/types.ts';
import { ApprovalId, type PersonId } from '../../core/ids.ts';
import { EXAMPLE } from '../../local/example/example.ts';
import { loadConfig } from '../../platform/config.ts';
import { examineEntra, LINES } from '../../platform/doctor/index.ts';
import { createLog } from '../../platform/log.ts';
import { openAdmin } from '../../platform/tenants.ts';
import { createGraph } from '../../platform/identity/graph.ts';
import { inSlack, inTeams, type Typist } from '../../test/both-chats.ts';
import { startBotKit, type BotKit } from '../../test/bot-kit.ts';
import { addressIn, signIn as browse } from '../../test/browser-kit.ts';
import { startKeepingRights } from '../keep-rights.ts';
import { entraUser, startEntraKit, type EntraKit } from '../../test/entra-kit.ts';
import { handsInSlack, handsInTeams, meetInTeams, type Hands } from '../../test/hands.ts';
import { TEAMS_PEOPLE } from '../../test/teams-kit.ts';

/** Roles that groups give, mapped from chat and signed by a second Admin, read from a local Graph and Slack when somebody clicks. */
let world: BotKit;
let entra: EntraKit;
let mapped: ApprovalState;
let chats: Readonly<Record<'Slack' | 'Teams', Hands & Pick<Typist, 'type'>>>;

const GROUP = '11111111-2222-4333-8444-555555555555';
const APP_ROLE = '22222222-2222-4333-8444-555555555555';
const SLACK_GROUP = 'S08PAYERS';
const ben = TEAMS_PEOPLE.ben.entraObject;
const sql = async (text: string) => (await world.kit.as('superuser')).query(text);

beforeAll(async () => {
  entra = await startEntraKit();
  // Else a look that began before a group was taken away is written after it.
  world = await startBotKit({ withTeams: true, environment: entra.environment, looksAtDirectories: false });
  await sql(`UPDATE people SET roles = roles || '{admin}' WHERE name LIKE 'Sofia%'`);
  // What they may is theirs by groups alone from here on.
  await sql(`UPDATE people SET roles = '{consumer}' WHERE name LIKE 'Ben%' OR name LIKE 'Ada%'`);
  for (const { entraObject, email } of Object.values(TEAMS_PEOPLE))
    entra.users.set(entraObject, entraUser({ userPrincipalName: email }));
  entra.appRoles.set(APP_ROLE, 'Countersign.Approver');
  chats = {
    Slack: { ...handsInSlack(world), type: inSlack(world).type },
    Teams: { ...handsInTeams(world), type: inTeams(world).type },
  };
  await meetInTeams(world, 'ada', 'ben', 'sofia', 'ines');
  mapped = await change('Slack', `map entra ${GROUP} approver`);
});
afterAll(async () => {
  await world?.close();
  await entra?.close();
});
beforeEach(() => {
  entra.down = null;
  entra.faults.length = 0;
});

/** As if that long ago: nobody waits in a test. */
const age = (seconds: number) =>
  sql(`UPDATE directory_memberships SET read_at = now() - interval '${seconds} seconds'`);
const user = (oid: string) => entra.users.get(oid) ?? entraUser();

async function carryOut(id: ApprovalId): Promise<ApprovalState> {
  const { actionDigest } = await world.approval(id);
  const done = await world.kit.stores.approvals.transition(world.kit.tenant, id, {
    ...{ kind: 'execute-begin', actionDigest, preconditionsHold: true },
  });
  if (!done.ok) throw new Error(done.reason);
  return done.state;
}

/** Asked by Ines, signed by Sofia in the other chat, done. */
async function change(chat: 'Slack' | 'Teams', words: string): Promise<ApprovalState> {
  const said = await chats[chat].type('ines', `roles ${words}`);
  const id = ApprovalId.parse(/apr_[0-9A-Z]{26}/.exec(said)?.[0] ?? said);
  const signed = chats[chat === 'Slack' ? 'Teams' : 'Slack'];
  expect(await signed.press('sofia', { subject: id }, 'Approve')).toContain('approved');
  return carryOut(id);
}

const click = async (chat: 'Slack' | 'Teams', who: 'ada' | 'ben', asked: ApprovalState): Promise<string> =>
  chats[chat].press(who, { subject: asked.id }, 'Approve');

describe('a group of Entra', () => {
  test('gives a role when a second Admin signed it, and not to one Admin alone', async () => {
    expect(mapped.execution?.summary).toContain('gives the role approver');
    expect(await chats.Slack.type('ben', `roles map entra ${GROUP} admin`)).toMatch(
      /Your roles do not allow/,
    );
    expect(await chats.Teams.type('ines', `roles map entra everybody approver`)).toMatch(/names no group/);
    const said = await chats.Slack.type('ines', `roles map entra ${GROUP} admin`);
    const id = ApprovalId.parse(/apr_[0-9A-Z]{26}/.exec(said)?.[0] ?? said);
    expect(await chats.Slack.press('ines', { subject: id }, 'Approve')).toMatch(/asked for this yourself/);
    expect(await chats.Slack.type('ines', 'roles approver')).toContain(GROUP);
    expect(await chats.Slack.type('ben', 'roles approver')).not.toContain(GROUP);
    expect(await chats.Slack.type('ines', `roles map entra ${GROUP} approver`)).toMatch(/in force already/);
  });

  test.each(['Slack', 'Teams'] as const)(
    'attack 21: taken from it after the card was posted, the click in %s is refused',
    async (chat) => {
      user(ben).groups = [GROUP];
      await age(61);
      const asked = await world.ask();
      expect(await click(chat, 'ben', asked)).toContain('1 of 2');
      const second = await world.ask();
      user(ben).groups = [];
      await age(31);
      expect(await click(chat, 'ben', second)).toMatch(/does not ask you|Your roles do not allow/);
      expect((await world.approval(second.id)).signatures).toEqual([]);
      // And what was signed before counts no more when the next one signs.
      user(TEAMS_PEOPLE.ada.entraObject).groups = [GROUP];
      expect(await click(chat, 'ada', asked)).toContain('1 of 2');
    },
  );

  test.each([
    ['does not answer', 503],
    ['does not let us ask', 403],
  ])(
    'attack 14: where Graph %s, nobody is taken to be in no group, nor in the one of yesterday',
    async (_, status) => {
      user(ben).groups = [GROUP];
      entra.down = status;
      await age(61);
      const asked = await world.ask();
      const before = await world.counts();
      expect(await click('Slack', 'ben', asked)).toMatch(
        /Microsoft Entra does not answer\. Nothing was done/,
      );
      expect((await world.counts()).refused).toBe(before.refused + 1);
      expect((await world.approval(asked.id)).signatures).toEqual([]);
    },
  );

  test('that is asked too often is asked again as soon as Graph lets us', async () => {
    user(ben).groups = [GROUP];
    await age(61);
    entra.faults.push({ status: 429, retryAfter: '0' }, { status: 503 });
    expect(await click('Teams', 'ben', await world.ask())).toContain('1 of 2');
  });

  test('that lets nobody ask for a while is left alone for that while', async () => {
    const busy = createServer((_, res) => void res.writeHead(429, { 'retry-after': '12' }).end());
    await new Promise<void>((resolve) => busy.listen(0, '127.0.0.1', resolve));
    const { port } = busy.address() as AddressInfo;
    const graph = createGraph({
      baseUrl: `http://127.0.0.1:${port}`,
      token: async () => 'x',
      budgetMs: 11_000,
    });
    await expect(graph.memberOf(ben, [GROUP])).rejects.toMatchObject({ leaveAloneMs: 12_000 });
    busy.close();
  });

  test('nor does anybody count who is switched off there, or a guest, whatever groups they are in', async () => {
    for (const change of [{ accountEnabled: false }, { userType: 'Guest' }] as const) {
      entra.users.set(ben, entraUser({ groups: [GROUP], ...change }));
      await age(61);
      expect(await click('Slack', 'ben', await world.ask())).toMatch(/Guests, external people/);
    }
    entra.users.set(ben, entraUser({ groups: [GROUP] }));
    await age(61);
    expect(await click('Slack', 'ben', await world.ask())).toContain('1 of 2');
  });
});

test('an app role, in one team alone, and a user group of Slack give theirs; unmapped, they do not', async () => {
  entra.users.set(ben, entraUser({ appRoles: ['33333333-2222-4333-8444-555555555555', APP_ROLE] }));
  await change('Teams', 'map app-role Countersign.Approver approver senior-approvers');
  await age(61);
  expect(await chats.Slack.type('ben', 'whoami')).toMatch(/approver.*claims, senior-approvers/s);

  const ada = TEAMS_PEOPLE.ada.entraObject;
  entra.users.set(ada, entraUser());
  // Before anybody can ask Slack for it: what it said is good for some seconds.
  world.slack.userGroups.set(SLACK_GROUP, ['U08ADA']);
  await change('Slack', `map slack ${SLACK_GROUP.toLowerCase()} operator`);
  await age(61);
  expect(await chats.Slack.type('ada', 'whoami')).toMatch(/consumer, operator/);
  await change('Slack', `unmap slack ${SLACK_GROUP} operator`);
  expect(await chats.Slack.type('ada', 'whoami')).not.toMatch(/operator/);
  // A directory that is not asked any more locks nobody out by what it said last.
  await sql(`UPDATE directory_memberships SET standing = 'deactivated' WHERE directory = 'slack'`);
  expect(await chats.Slack.type('ada', 'whoami')).toMatch(/You are Ada/);
});

test('a token has the roles that groups give its owner now, read as for a click; while Entra is away, none of them', async () => {
  entra.users.set(ben, entraUser({ groups: [GROUP] }));
  await age(61);
  expect(await chats.Slack.type('ben', 'whoami')).toMatch(/approver/);
  const admin = openAdmin({ appUrl: world.kit.urls.appUrl });
  const owner = TEAMS_PEOPLE.ben.email;
  const { text } = await admin.createToken(world.kit.tenant, { name: 'b', owner, verbs: ['inbox'], days: 1 });
  await admin.close();
  const inbox = async (): Promise<number> => {
    const headers = { authorization: `Bearer ${text}` };
    return (await fetch(`${world.url}/api/v1/approvals`, { headers })).status;
  };
  await age(31);
  expect(await inbox()).toBe(200);
  // What was read too long ago counts no more, and is no "in no group" either.
  entra.down = 503;
  await age(61);
  const before = await world.counts();
  expect(await inbox()).toBe(503);
  expect((await world.counts()).refused).toBe(before.refused + 1);
});

test('attack 21: taken from the group, their token may it no more', async () => {
  const admin = openAdmin({ appUrl: world.kit.urls.appUrl });
  entra.users.set(ben, entraUser({ groups: [GROUP] }));
  await age(61);
  expect(await chats.Slack.type('ben', 'whoami')).toMatch(/approver/);
  const owner = TEAMS_PEOPLE.ben.email;
  const { text } = await admin.createToken(world.kit.tenant, { name: 'c', owner, verbs: ['inbox'], days: 1 });
  await admin.close();
  user(ben).groups = [];
  await age(31);
  const headers = { authorization: `Bearer ${text}` };
  expect((await fetch(`${world.url}/api/v1/approvals`, { headers })).status).toBe(403);
});

test('whoever signed what is still to run is read where nobody clicks', async () => {
  user(ben).groups = [GROUP];
  await age(61);
  expect(await click('Slack', 'ben', await world.ask())).toContain('1 of 2');
  const read: PersonId[] = [];
  const { identity, metrics } = world.kit.stores;
  const nothing = { anew: false, away: [] };
  let closing = async (): Promise<void> => {};
  const log = createLog({ level: 'silent' });
  await new Promise<void>((looked) => {
    const rights = {
      ofPeople: async (_: unknown, people: readonly PersonId[]) => (read.push(...people), nothing),
      ofEverybody: async () => (looked(), nothing),
      ...{ ofAccount: async () => nothing, ofPerson: async () => nothing, ofApproval: async () => nothing },
    };
    const kept = startKeepingRights({ rights, identity, metrics, log });
    closing = kept.close;
  });
  await closing();
  expect(read).toContain(world.kit.people.ben.id);
});

test('the doctor finds the directory, and says which permissions it lacks', async () => {
  const config = loadConfig({ ...entra.environment });
  const told = async () => (await examineEntra(config)).map(({ what, state, found }) => [what, state, found]);
  expect(await told()).toEqual([
    [LINES.signIn, 'ok', expect.stringContaining('is found')],
    [LINES.graph, 'note', expect.stringContaining('not granted: User.Read.All, GroupMember.Read.All')],
  ]);
  entra.permissions = ['User.Read.All', 'GroupMember.Read.All'];
  expect((await told())[1]).toEqual([LINES.graph, 'ok', expect.stringContaining('GroupMember.Read.All')]);
});

describe('at a sign-in', () => {
  const signInAsBen = async (): Promise<string> => {
    const { stranger, slack } = EXAMPLE;
    await sql(`DELETE FROM chat_identities WHERE account = '${stranger.slackUser}'`);
    const { body } = await world.slack.client.command(stranger.slackUser, slack.channel, '/countersign link');
    return (await browse(addressIn(body))).text;
  };
  const membership = async (): Promise<unknown> =>
    (
      await sql(`SELECT groups FROM directory_memberships d JOIN people p USING (tenant, person)
      WHERE directory = 'entra' AND name LIKE 'Ben%'`)
    ).rows;

  test('groups and roles of the token count without another question', async () => {
    const claims = { acct: 0, verified_primary_email: ['ben.sato@harbour.example'] };
    entra.signsIn = { oid: ben, claims: { ...claims, groups: [GROUP], roles: ['Countersign.Approver'] } };
    const about = (): number => entra.asked.filter((path) => path.includes(ben)).length;
    const asked = about();
    expect(await signInAsBen()).toContain('Ben Sato');
    expect(about()).toBe(asked);
    expect(await membership()).toEqual([
      { groups: [`entra:${GROUP}`, 'app-role:Countersign.Approver'].sort() },
    ]);
  });

  test('attack 14: too many groups for the token are asked of Graph; where it is away, nothing is linked', async () => {
    entra.users.set(ben, entraUser({ groups: [GROUP], userPrincipalName: 'ben.sato@harbour.example' }));
    const overage = {
      acct: 0,
      _claim_names: { groups: 'src1' },
      _claim_sources: { src1: { endpoint: 'https://graph.windows.net/x' } },
    };
    entra.signsIn = { oid: ben, claims: { ...overage, roles: [] } };
    entra.down = 503;
    expect(await signInAsBen()).toMatch(/Groups could not be read just now/);
    entra.down = null;
    const { rowCount } = await sql(
      `SELECT FROM chat_identities WHERE account = '${EXAMPLE.stranger.slackUser}'`,
    );
    expect(rowCount).toBe(0);
    expect(await signInAsBen()).toContain('Ben Sato');
    expect(await membership()).toEqual([{ groups: [`entra:${GROUP}`] }]);
  });
});
