import { afterAll, beforeAll, expect, test } from 'vitest';
import { EXAMPLE, EXAMPLE_POLICY } from '../local/example/example.ts';
import { openTestStores, type TestStores } from '../test/test-stores.ts';
import { PeopleRefusedError } from './import-people.ts';
import { openAdmin, type Admin } from './tenants.ts';

let t: TestStores;
let admin: Admin;
beforeAll(async () => {
  t = await openTestStores();
  admin = openAdmin({ appUrl: t.urls.appUrl });
});
afterAll(async () => {
  await admin.close();
  await t.close();
});

const HEADER = 'email,name,roles,team,manager,slack_team,slack_user,entra_tenant,entra_object,time_zone';
const file = (...lines: string[]) => [HEADER, ...lines].join('\n');

test('the example people are known in both chats', async () => {
  const who = await t.stores.people.identify(t.tenant, {
    platform: 'slack',
    workspace: EXAMPLE.slack.team,
    account: 'U08ADA',
  });
  expect(who).toMatchObject({
    ok: true,
    kind: 'member',
    person: { name: 'Ada Okafor', roles: ['approver'], team: 'claims', timeZone: 'Europe/London' },
  });
  const same = await t.stores.people.identify(t.tenant, {
    platform: 'teams',
    workspace: EXAMPLE.teams.tenant,
    account: '0a1f0c52-1b7e-4d0e-8d2c-5f1e6a9b0002',
  });
  expect(same.ok && who.ok && same.person.id === who.person.id).toBe(true);
  expect(who.ok && who.person.manager).toBe(t.people.mara.id);
  expect(await t.stores.people.tenantOf('slack', EXAMPLE.slack.team)).toBe(t.tenant);
  expect(await t.stores.people.tenantOf('slack', 'T0NOBODY')).toBeNull();
});

test('strangers, guests and people who left are told apart', async () => {
  const account = {
    platform: 'slack',
    workspace: EXAMPLE.slack.team,
    account: EXAMPLE.stranger.slackUser,
  } as const;
  expect(await t.stores.people.identify(t.tenant, account)).toEqual({
    ok: false,
    reason: 'identity_unlinked',
    mapped: false,
  });
  const db = await t.as('superuser');
  for (const change of [
    `UPDATE chat_identities SET kind = 'guest' WHERE account = 'U08BEN'`,
    `UPDATE people SET active = false WHERE person = '${t.people.ben.id}'`,
  ]) {
    await db.query(change);
    expect(await t.stores.people.identify(t.tenant, { ...account, account: 'U08BEN' })).toEqual({
      ok: false,
      reason: 'guest_or_external',
      mapped: false,
    });
    await db.query(`UPDATE chat_identities SET kind = 'member'`);
  }
  await db.query('UPDATE people SET active = true');
});

test('every bad line is named at once, and nothing is imported', async () => {
  const bad = file(
    'new.one@harbour.example,New One,operator,claims,,,,,,Europe/London',
    'not-an-email,,boss;operator,,nobody,T1,,,,Mars/Olympus',
    '"two@harbour.example","Two\nLines",approver,claims,,,,,,',
    'NEW.ONE@harbour.example,Twin,operator,claims,,,,,,',
  );
  const refused = await admin.importPeople(t.tenant, bad).catch((e: unknown) => e);
  expect(refused).toBeInstanceOf(PeopleRefusedError);
  expect((refused as PeopleRefusedError).problems).toEqual([
    'Line 3 has no valid email ("not-an-email").',
    'Line 3 has no name.',
    'Line 3 has no team.',
    'Line 3 names the manager "nobody", which is no email.',
    'Line 3 has the time zone "Mars/Olympus", which does not exist; use e.g. Europe/London.',
    expect.stringContaining('Line 3 names the role "boss", which does not exist'),
    'Line 3 has slack_team but no slack_user.',
    'Line 6 has the same email as line 2.',
  ]);
  expect(await t.stores.people.everyone(t.tenant)).toHaveLength(6);
});

test("an unknown manager, or an account that is somebody else's, refuses the whole file", async () => {
  const taken = file(
    'x@harbour.example,X,operator,claims,ghost@harbour.example,,,,,',
    `y@harbour.example,Y,approver,claims,,${EXAMPLE.slack.team},U08ADA,,,`,
  );
  await expect(admin.importPeople(t.tenant, taken)).rejects.toThrow(
    /Line 2 names the manager[\s\S]*Line 3 has a Slack account/,
  );
  expect(await t.stores.people.everyone(t.tenant)).toHaveLength(6);
});

test('a file without its columns, without people, or that is no CSV, says so', async () => {
  await expect(admin.importPeople(t.tenant, 'email,name\na@b.example,A')).rejects.toThrow(
    /lacks the columns roles, team/,
  );
  await expect(admin.importPeople(t.tenant, HEADER)).rejects.toThrow(/no people/);
  await expect(admin.importPeople(t.tenant, `${HEADER}\n"broken`)).rejects.toThrow(/not a CSV/);
});

test('the same file again changes nothing; a changed line changes that person', async () => {
  const line =
    'kim@harbour.example,Kim Novak,operator;approver,claims,mara.lindqvist@harbour.example,,,,,Europe/Paris';
  expect(await admin.importPeople(t.tenant, file(line))).toEqual({ added: 1, changed: 0, same: 0 });
  expect(await admin.importPeople(t.tenant, file(line))).toEqual({ added: 0, changed: 0, same: 1 });
  expect(await admin.importPeople(t.tenant, file(line.replace('operator;approver', 'manager')))).toEqual({
    added: 0,
    changed: 1,
    same: 0,
  });
});

test('a file cannot take the last Admin’s role away, and says who would be left', async () => {
  const without =
    'ines.vogel@harbour.example,Ines Vogel,approver,operations,,T08HARBOUR,U08INES,,,Europe/London';
  await expect(admin.importPeople(t.tenant, file(without))).rejects.toThrow(/Nobody would be an Admin/);
  const roles = (await t.stores.people.everyone(t.tenant)).find((p) => p.name === 'Ines Vogel')?.roles;
  expect(roles).toEqual(['admin']);
  expect(
    (await admin.importPeople(t.tenant, file(without.replace('approver', 'admin;approver')))).changed,
  ).toBe(1);
});

test('names in the place of ids are refused', async () => {
  const named = file(
    'q@harbour.example,Q,operator,claims,,T08HARBOUR,@q,,,',
    'r@harbour.example,R,operator,claims,,,,harbour.example,r@harbour.example,',
  );
  await expect(admin.importPeople(t.tenant, named)).rejects.toThrow(
    /Line 2 has a wrong slack_user: "@q" is not a Slack member id[\s\S]*Line 3 has a wrong entra_tenant/,
  );
});

test('somebody known who becomes the first Admin gets the chat account that is named', async () => {
  const tenant = 'third-insurer' as typeof t.tenant;
  await admin.createTenant({ tenant, name: 'Third', workspaces: [] });
  await admin.importPeople(tenant, file('first@third.example,First,operator,operations,,,,,,'));
  const account = { platform: 'slack', workspace: 'T3', account: 'U3' } as const;
  const who = { email: 'first@third.example', name: 'First', team: 'operations', accounts: [account] };
  await admin.bootstrapAdmin(tenant, who);
  expect(await t.stores.people.identify(tenant, account)).toMatchObject({
    ok: true,
    person: { name: 'First', roles: ['admin', 'operator'] },
  });
});

test('the first Admin is made once', async () => {
  const tenant = 'second-insurer' as typeof t.tenant;
  await admin.createTenant({ tenant, name: 'Second', workspaces: [] });
  const who = {
    email: 'First@second.example',
    name: 'First',
    team: 'operations',
    accounts: [{ platform: 'slack', workspace: 'T2', account: 'U2' }],
  } as const;
  const both = await Promise.allSettled([
    admin.bootstrapAdmin(tenant, who),
    admin.bootstrapAdmin(tenant, { ...who, email: 'other@second.example' }),
  ]);
  expect(both.map((b) => b.status).sort()).toEqual(['fulfilled', 'rejected']);
  await expect(admin.bootstrapAdmin(t.tenant, who)).rejects.toThrow(/Admin already/);
  expect((await t.stores.ledger.verify(tenant)).lines.map((l) => l.kind)).toEqual([
    'tenant.created',
    'admin.bootstrapped',
  ]);
});

test('a policy that nobody can meet is refused with its findings, and versions only rise', async () => {
  const rule = EXAMPLE_POLICY.rules[0]!;
  const impossible = {
    ...EXAMPLE_POLICY,
    version: 2,
    rules: [
      {
        ...rule,
        require: {
          ...rule.require,
          stages: [{ name: 'claims', quorum: 9, who: [{ kind: 'group' as const, group: 'claims' }] }],
        },
      },
    ],
  };
  await expect(admin.putPolicy(t.tenant, impossible)).rejects.toThrow(/only \d eligible/);
  for (let again = 0; again < 2; again++) await admin.putPolicy(t.tenant, EXAMPLE_POLICY);
  await expect(admin.putPolicy(t.tenant, { ...EXAMPLE_POLICY, id: 'other' })).rejects.toThrow(
    /higher version/,
  );
  expect((await t.stores.approvals.policy(t.tenant))?.version).toBe(EXAMPLE_POLICY.version);
});

test('a language may be said in a column of its own, is kept by files without it, and must be one that we speak', async () => {
  const line = 'lena@harbour.example,Lena Vogt,approver,claims,,T08HARBOUR,U08LENA,,,Europe/Berlin';
  const withLanguage = (one: string, said: string) => [`${HEADER},language`, `${one},${said}`].join('\n');
  const reads = async () => {
    const account = { platform: 'slack', workspace: 'T08HARBOUR', account: 'U08LENA' } as const;
    const found = await t.stores.people.identify(t.tenant, account);
    return found.ok ? found.person.language : found.reason;
  };
  await admin.importPeople(t.tenant, file(line));
  expect(await reads()).toBe('en');
  expect(await admin.importPeople(t.tenant, withLanguage(line, 'de-AT'))).toMatchObject({ changed: 1 });
  expect(await reads()).toBe('de');
  expect(await admin.importPeople(t.tenant, file(line))).toMatchObject({ changed: 0, same: 1 });
  expect(await reads()).toBe('de');
  await expect(admin.importPeople(t.tenant, withLanguage(line, 'fr'))).rejects.toThrow(
    'Line 2 names the language "fr"; use en or de',
  );
});
