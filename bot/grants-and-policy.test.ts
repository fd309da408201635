import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ApprovalState } from '../core/approval/types.ts';
import type { Sha256 } from '../core/canonical-json.ts';
import { ApprovalId, GrantId } from '../core/ids.ts';
import type { Policy } from '../core/policy-types.ts';
import { EXAMPLE_POLICY } from '../local/example/example.ts';
import type { NewApproval } from '../platform/stores.ts';
import { inSlack, inTeams, type Typist } from '../test/both-chats.ts';
import { startBotKit, type BotKit } from '../test/bot-kit.ts';
import { handsInSlack, handsInTeams, meetInTeams, type Hands } from '../test/hands.ts';

/** Grants and the policy, asked for, signed, used, shown and revoked in Slack and in Teams, over both real wires. */
let world: BotKit;
let chats: Readonly<Record<'Slack' | 'Teams', Hands & Pick<Typist, 'type'> & { hand: Typist['fillIn'] }>>;

beforeAll(async () => {
  world = await startBotKit({ withTeams: true });
  const db = await world.kit.as('superuser');
  await db.query(`UPDATE people SET roles = roles || '{admin}' WHERE name LIKE 'Sofia%'`);
  const rules = EXAMPLE_POLICY.rules.map((rule) => ({
    ...rule,
    require: { ...rule.require, grants: rule.when.effect === 'reversible' },
  }));
  await world.kit.stores.approvals.putPolicy(world.kit.tenant, { ...EXAMPLE_POLICY, version: 2, rules });
  const slack = inSlack(world);
  const teams = inTeams(world);
  chats = {
    Slack: { ...handsInSlack(world), type: slack.type, hand: slack.fillIn },
    Teams: { ...handsInTeams(world), type: teams.type, hand: teams.fillIn },
  };
  await meetInTeams(world, 'robin', 'ada', 'ben', 'sofia', 'mara', 'ines');
});
afterAll(() => world?.close());

const SCHEMA = 'b'.repeat(64) as Sha256;

const referral = (claim = 'CLM-0847'): Partial<NewApproval> => ({
  ...{ tool: 'refer_to_siu', toolSchemaHash: SCHEMA, effect: 'reversible', amount: null },
  args: { claim, reason: 'Two phones' },
});

const askedIn = (said: string): ApprovalId => {
  const found = /apr_[0-9A-Z]{26}/.exec(said)?.[0];
  if (found === undefined) throw new Error(`nothing was asked: ${said}`);
  return ApprovalId.parse(found);
};

/** As the worker does when everybody signed. */
async function carryOut(id: ApprovalId): Promise<ApprovalState> {
  const { actionDigest } = await world.approval(id);
  const done = await world.kit.stores.approvals.transition(world.kit.tenant, id, {
    ...{ kind: 'execute-begin', actionDigest, preconditionsHold: true },
  });
  if (!done.ok) throw new Error(done.reason);
  return done.state;
}

const policyNow = async (): Promise<Policy> => (await world.kit.stores.approvals.policy(world.kit.tenant))!;
const withExpiry = async (hours: number): Promise<string> => {
  const rule = (await policyNow()).rules[1]!;
  return JSON.stringify({ ...rule, require: { ...rule.require, expireAfterMs: hours * 3_600_000 } });
};

const OPEN = { 'bound.reason': 'any', uses: '2', days: '7', why: 'It is asked for every day' };

describe.each(['Slack', 'Teams'] as const)('a grant, in %s', (name) => {
  test('is asked for from a card, signed by another, signs, is listed and revoked', async () => {
    const chat = chats[name];
    const model = await world.ask(referral());
    const form = await chat.press('mara', { subject: model.id }, 'Always allow like this…');
    expect(form).toContain('CLM-0847');
    const said = await chat.fillIn('mara', {
      ...{ ...OPEN, 'bound.claim': 'one_of', 'value.claim': 'CLM-0847; CLM-0312' },
    });
    expect(said).toMatch(/Asked: Always allow refer_to_siu to fraud-review, within bounds/);
    const id = askedIn(said);
    const card = await chat.card({ subject: id });
    for (const words of [
      'Mara Lindqvist',
      'It is asked for every day',
      'one of CLM-0847; CLM-0312',
      'any value',
    ])
      expect(card).toContain(words);
    expect(card).not.toContain('Edit…');
    expect(card).not.toContain('Always allow like');
    expect(await chat.press('mara', { subject: id }, 'Approve')).toMatch(/asked for this yourself/);
    expect(await chat.press('ada', { subject: id }, 'Approve')).toMatch(
      /does not ask you|roles do not allow/,
    );
    expect(await chat.press('ines', { subject: id }, 'Approve')).toMatch(/Signed, 1 of 1: approved/);
    const grant = GrantId.parse((await carryOut(id)).execution?.reference);
    expect(await chat.card({ subject: id })).toContain('signs from now on');

    expect(await chat.type('ada', 'grants')).toMatch(/used 0 of 2/);
    const signed = await world.ask(referral('CLM-0312'));
    expect(signed).toMatchObject({ status: 'approved', grant });
    expect(await chat.card({ subject: signed.id })).toContain('Approved by a grant, not executed yet');
    expect(await world.ask(referral('CLM-0001'))).toMatchObject({ status: 'pending', grant: null });
    const list = await chat.type('mara', 'grants');
    for (const words of ['used 1 of 2', 'Ines Vogel', grant]) expect(list).toContain(words);

    expect(await chat.type('ada', `grants revoke ${grant}`)).toMatch(/roles do not allow/);
    expect(await chat.type('mara', `grants revoke ${grant}`)).toMatch(/Revoked\./);
    expect(await chat.type('mara', `grants revoke ${grant}`)).toMatch(/revoked before/);
    expect(await world.ask(referral())).toMatchObject({ status: 'pending', grant: null });
    expect(await chat.type('ada', 'grants')).toContain('revoked by Mara Lindqvist');
  });

  test('is for those who may, for what can be undone, and within what its form offers', async () => {
    const chat = chats[name];
    const model = await world.ask(referral());
    const payout = await world.ask();
    expect(await chat.type('robin', 'grants')).toMatch(/roles do not allow/);
    expect(await chat.type('ada', `grants new ${model.id}`)).toMatch(/roles do not allow/);
    expect(await chat.type('mara', `grants new ${payout.id}`)).toMatch(/grant cannot sign for this/);
    expect(await chat.type('mara', 'grants new apr_01JD9Q6Z3M7T5N4X8R2V6B1C0A')).toMatch(/no such thing/);
    expect(await chat.card({ subject: payout.id })).not.toContain('Always allow like');
    const before = (await world.counts()).approvals;
    for (const [wrong, sentence] of [
      [{ uses: '1001' }, /whole number from 1 to 1000/],
      [{ days: '0' }, /whole number from 1 to 365/],
      [{ 'bound.claim': 'at_most' }, /does not fit/],
      [{ 'value.claim': '  ' }, /does not fit/],
    ] as const) {
      await chat.press('mara', { subject: model.id }, 'Always allow like this…');
      expect(await chat.fillIn('mara', { ...OPEN, ...wrong })).toMatch(sentence);
    }
    expect((await world.counts()).approvals).toBe(before);
  });
});

describe.each(['Slack', 'Teams'] as const)('the policy, in %s', (name) => {
  test('is shown in words, whole or for an agent, with its history, to those who may', async () => {
    const chat = chats[name];
    const shown = await chat.type('ada', 'policy');
    for (const words of [
      'Rule 1',
      'what cannot be undone',
      'expires after',
      'a grant may sign',
      'set on the machine',
    ])
      expect(shown).toContain(words);
    expect(shown).toMatch(/Change the policy.*anyone with the role admin|anyone who is admin/);
    expect(await chat.type('ada', 'policy show fraud-review')).toContain('Policy: fraud-review');
    expect(await chat.type('ada', 'policy show fruad-review')).toMatch(/Did you mean .*fraud-review/);
    expect(await chat.type('robin', 'policy')).toMatch(/roles do not allow/);
  });

  test('is changed by a second Admin, and asked what it would have wanted', async () => {
    const chat = chats[name];
    const { version } = await policyNow();
    const past = await world.ask(referral('CLM-0001'));
    expect(await chat.type('ada', `policy simulate ${past.id}`)).toContain('The same as was asked');
    expect(await chat.type('mara', 'policy change 2')).toMatch(/roles do not allow/);
    const hours = name === 'Slack' ? 60 : 72;
    await chat.type('ines', 'policy change 2');
    const said = await chat.hand('ines', { rules: await withExpiry(hours), why: 'Nobody answers later' });
    expect(said).toContain(`Change the policy from version ${version} to ${version + 1}`);
    const id = askedIn(said);
    const card = await chat.card({ subject: id });
    for (const words of ['#2 require.expireAfterMs', `→ ${hours} h`, 'Nobody answers later'])
      expect(card).toContain(words);
    const proposed = await chat.type('ada', `policy simulate ${past.id} ${id}`);
    for (const words of ['require.expireAfterMs', `${hours} h`, '1 difference', 'proposed'])
      expect(proposed).toContain(words);
    expect(await chat.press('ines', { subject: id }, 'Approve')).toMatch(/asked for this yourself/);
    expect(await chat.press('mara', { subject: id }, 'Approve')).toMatch(
      /does not ask you|roles do not allow/,
    );
    expect(await chat.press('sofia', { subject: id }, 'Approve')).toMatch(/Signed, 1 of 1: approved/);
    expect((await policyNow()).version).toBe(version);
    await carryOut(id);
    expect((await policyNow()).version).toBe(version + 1);
    const shown = await chat.type('ada', 'policy');
    for (const words of [`Version ${version + 1}`, `expires after ${hours} h`])
      expect(shown).toContain(words);
    expect(shown).toMatch(/Ines Vogel|U08INES/);
    expect(await chat.type('ada', `policy simulate ${past.id}`)).toContain('1 difference');
  });

  test('what is no policy, what nobody could meet, and what is stale is refused before anybody is asked', async () => {
    const chat = chats[name];
    const before = (await world.counts()).approvals;
    const rule = (await policyNow()).rules[1]!;
    for (const [rules, sentence] of [
      ['{', /not JSON/],
      [JSON.stringify({ ...rule, risk: 'none' }), /no policy.*risk/],
      [JSON.stringify({ ...rule, require: { ...rule.require, stages: [] } }), /no policy.*stages/],
      [JSON.stringify(rule), /Nothing was changed/],
      [
        JSON.stringify({
          ...rule,
          require: { ...rule.require, stages: [{ ...rule.require.stages[0], quorum: 9 }] },
        }),
        /quorum 9, only/,
      ],
    ] as const) {
      await chat.type('ines', 'policy change 2');
      expect(await chat.hand('ines', { rules, why: 'x' })).toMatch(sentence);
    }
    await chat.type('ines', 'policy change 2');
    const policy = await policyNow();
    await world.kit.stores.approvals.putPolicy(world.kit.tenant, { ...policy, version: policy.version + 1 });
    expect(await chat.hand('ines', { rules: await withExpiry(90), why: 'x' })).toMatch(
      /Another version of the policy/,
    );
    expect((await world.counts()).approvals).toBe(before);
  });
});

describe.each(['Slack', 'Teams'] as const)('the limits of the alerts, in %s', (name) => {
  const limit = name === 'Slack' ? 0.1 : 0.12;

  test('are tuned by a second Admin, shown beside the rules, and survive a change of a rule', async () => {
    const chat = chats[name];
    await chat.type('ines', 'policy change alerts');
    const tuned = [
      { rule: 'error-rate', agent: 'fraud-review', enter: limit },
      { rule: 'cost-week', off: true },
    ];
    const asked = await chat.hand('ines', { rules: JSON.stringify(tuned), why: 'A noisy month' });
    const id = askedIn(asked);
    expect(await chat.card({ subject: id })).toContain(`alerts[1].enter`);
    expect(await chat.press('sofia', { subject: id }, 'Approve')).toMatch(/Signed, 1 of 1: approved/);
    await carryOut(id);
    expect((await policyNow()).alerts).toEqual(tuned);
    const shown = await chat.type('ada', 'policy');
    for (const words of [
      'Alerts that differ',
      'error-rate of fraud-review',
      `fires above ${limit * 100}%`,
      'switched off',
    ])
      // prettier-ignore
      expect(shown).toContain(words);
    await chat.type('ines', 'policy change 2');
    const rule = askedIn(await chat.hand('ines', { rules: await withExpiry(limit * 1000), why: 'x' }));
    await chat.press('sofia', { subject: rule }, 'Approve');
    await carryOut(rule);
    expect((await policyNow()).alerts).toEqual(tuned);
  });

  test('that could never be, or would hide personal data that got out, are refused before anybody is asked', async () => {
    const chat = chats[name];
    const before = (await world.counts()).approvals;
    for (const [alerts, sentence] of [
      [
        [{ rule: 'error-rate', enter: 0.02 }],
        /alerts\[1\]: error-rate: it would fire at 0.02 and be over at 0.03/,
      ],
      [[{ rule: 'pii-leak', off: true }], /always told/],
      [[{ rule: 'no-such-rule', enter: 1 }], /alerts\[1\].rule must be one of/],
    ] as const) {
      await chat.type('ines', 'policy change alerts');
      expect(await chat.hand('ines', { rules: JSON.stringify(alerts), why: 'x' })).toMatch(sentence);
    }
    expect((await world.counts()).approvals).toBe(before);
  });
});

test('both answer in German', async () => {
  const db = await world.kit.as('superuser');
  await db.query(`UPDATE people SET language = 'de' WHERE name LIKE 'Ada%'`);
  for (const chat of Object.values(chats)) {
    expect(await chat.type('ada', 'grants')).toContain('Dauerfreigabe');
    const shown = await chat.type('ada', 'policy');
    for (const words of ['Richtlinie', 'Regel 1', 'was nicht rückgängig zu machen ist'])
      expect(shown).toContain(words);
  }
});
