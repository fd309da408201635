import { describe, expect, it } from 'vitest';
import { asks, HOUR, id, IN_STAGES, PEOPLE } from './approval/examples.ts';
import { OWN, OWN_TOOLS } from './own-actions.ts';
import { carried, carriedSentences, LINT_ENGLISH, LINT_GERMAN, lintSentence } from './policy-lint-words.ts';
import { lintPolicy } from './policy-lint.ts';
import type { PolicyRule, Requirement } from './policy-types.ts';
import { refusalSentence } from './sentences.ts';

const rule = (require: Requirement, more: Partial<PolicyRule> = {}): PolicyRule => ({
  when: {},
  risk: 'low',
  require,
  ...more,
});
const lint = (...rules: PolicyRule[]): string[] =>
  lintPolicy({ id: 'p', version: 1, rules }, PEOPLE).map((f) => `${f.rule}: ${lintSentence(f)}`);
const by = (quorum: number, ...who: Requirement['stages'][number]['who']): Requirement =>
  asks(quorum, { stages: [{ name: 'only', quorum, who }] });
const FINANCE = { kind: 'group', group: 'finance' } as const;

describe('a policy that can be met', () => {
  it('has no findings', () => {
    expect(lint(rule(asks(2)), rule(IN_STAGES)).filter((s) => !s.includes('never comes into play'))).toEqual(
      [],
    );
    expect(lint(rule(by(2, FINANCE)))).toEqual([]);
    expect(
      lint(rule(asks(1), { when: { tool: 'a' } }), rule(asks(1), { when: { tool: 'b' } }), rule(asks(1))),
    ).toEqual([]);
  });
});

describe('a policy that cannot be met', () => {
  it.each<[string, PolicyRule, string]>([
    ['too few people', rule(by(3, FINANCE)), '1: Stage "only": quorum 3, only 2 eligible.'],
    [
      'too few at high risk',
      rule(by(2, FINANCE), { risk: 'high' }),
      '1: Stage "only": quorum 3 (one more than written, since the risk is high), only 2 eligible.',
    ],
    [
      'an unknown group',
      rule(by(1, { kind: 'group', group: 'pirates' })),
      '1: Stage "only" names the group "pirates", and nobody here is that.',
    ],
    [
      'a role that may not sign',
      rule(by(1, { kind: 'role', role: 'engineer' })),
      '1: Stage "only" names the role "engineer", and nobody in it has a role that may sign.',
    ],
    [
      'a person who left',
      rule(by(1, { kind: 'person', person: id('gone') })),
      '1: Stage "only" names the person per_gone, and nobody here is that.',
    ],
    [
      'escalation to nobody',
      rule(asks(1, { escalateTo: [{ kind: 'group', group: 'board' }] })),
      '1: Its escalation names the group "board", and nobody here is that.',
    ],
    [
      'expiry before escalation',
      rule(asks(1, { expireAfterMs: 24 * HOUR, remindAfterMs: [] })),
      '1: It escalates after 48 h but expires after 24 h: nobody senior would ever be asked.',
    ],
    [
      'a reminder after expiry',
      rule(asks(1, { remindAfterMs: [97 * HOUR] })),
      '1: A reminder after 97 h comes when it has expired (96 h).',
    ],
    [
      'grants for the irreversible',
      rule(asks(1, { grants: true }), { when: { effect: 'irreversible' } }),
      '1: It allows grants for what cannot be undone; a grant signs for reversible tools only.',
    ],
    [
      'grants at high risk',
      rule(asks(1, { grants: true }), { risk: 'high' }),
      '1: It allows grants at high risk, where a person must sign.',
    ],
    [
      'a threshold below zero',
      rule(asks(1), { when: { amountAbove: { amount: { currency: 'GBP', micros: -1 } } } }),
      '1: Its threshold is below zero.',
    ],
  ])('says so of %s', (_, broken, sentence) => expect(lint(broken)).toContain(sentence));

  it('sees that the same two people cannot fill three seats of two stages', () => {
    const stages = [
      { name: 'a', quorum: 2, who: [FINANCE] },
      { name: 'b', quorum: 1, who: [FINANCE] },
    ];
    expect(lint(rule(asks(1, { stages })))).toEqual([
      '1: Its stages need 3 different people, and there are 1 too few: each person signs once.',
    ]);
  });

  it('sees break-glass without an Admin', () => {
    const people = PEOPLE.filter((p) => !p.roles.includes('admin'));
    const findings = lintPolicy(
      { id: 'p', version: 1, rules: [rule(asks(1, { breakGlass: true }))] },
      people,
    );
    expect(findings).toEqual([{ rule: 1, what: 'no-admin', detail: {} }]);
    expect(findings.map((one) => lintSentence(one))).toEqual([
      'It allows break-glass, and there is no Admin.',
    ]);
  });

  it('sees a rule that an earlier one hides, and no other', () => {
    const amount = (micros: number) => ({ amountAbove: { amount: { currency: 'GBP', micros } } });
    const hidden = '2: It never comes into play: rule 1 takes everything that it would.';
    expect(lint(rule(asks(1)), rule(asks(1), { when: { tool: 'x' } }))).toEqual([hidden]);
    expect(lint(rule(asks(1), { when: amount(5) }), rule(asks(1), { when: amount(9) }))).toEqual([hidden]);
    expect(lint(rule(asks(1), { when: amount(9) }), rule(asks(1), { when: amount(5) }))).toEqual([]);
    expect(lint(rule(asks(1), { when: { tool: 'x' } }), rule(asks(1)))).toEqual([]);
  });
});

const only = (quorum: number, group: string): Requirement => by(quorum, { kind: 'group', group });
const above = (micros: number, currency = 'GBP', windowMs?: number): PolicyRule['when'] => ({
  amountAbove: { amount: { currency, micros }, ...(windowMs === undefined ? {} : { windowMs }) },
});

describe('all that is found', () => {
  it.each<[string, PolicyRule, string[]]>([
    ['too few people is said once', rule(by(3, FINANCE)), ['1: Stage "only": quorum 3, only 2 eligible.']],
    [
      'whoever may not sign is not counted',
      rule(only(5, 'claims')),
      ['1: Stage "only": quorum 5, only 4 eligible.'],
    ],
    [
      'only the last stage wants one more at high risk',
      rule(
        asks(1, {
          stages: [
            { name: 'a', quorum: 3, who: [FINANCE] },
            { name: 'b', quorum: 2, who: [FINANCE] },
          ],
        }),
        { risk: 'high' },
      ),
      [
        '1: Stage "a": quorum 3, only 2 eligible.',
        '1: Stage "b": quorum 3 (one more than written, since the risk is high), only 2 eligible.',
      ],
    ],
    [
      'seats that are missing at high risk',
      rule(
        asks(1, {
          stages: [
            { name: 'a', quorum: 1, who: [FINANCE] },
            { name: 'b', quorum: 1, who: [FINANCE] },
          ],
        }),
        { risk: 'high' },
      ),
      [
        '1: Its stages need 3 different people (one more than written, since the risk is high), and there are 1 too few: each person signs once.',
      ],
    ],
    [
      'escalation just when it expires',
      rule(asks(1, { escalateAfterMs: 96 * HOUR })),
      ['1: It escalates after 96 h but expires after 96 h: nobody senior would ever be asked.'],
    ],
    ['escalation just before', rule(asks(1, { escalateAfterMs: 96 * HOUR - 1 })), []],
    [
      'a reminder just when it expires',
      rule(asks(1, { remindAfterMs: [4 * HOUR, 96 * HOUR] })),
      ['1: A reminder after 96 h comes when it has expired (96 h).'],
    ],
    ['break-glass where there is an Admin', rule(asks(1, { breakGlass: true })), []],
    ['the irreversible without grants', rule(asks(1), { when: { effect: 'irreversible' } }), []],
    ['high risk without grants', rule(asks(1), { risk: 'high' }), []],
    ['grants for the reversible', rule(asks(1, { grants: true }), { when: { effect: 'reversible' } }), []],
    ['a threshold of nothing', rule(asks(1), { when: above(0) }), []],
  ])('is this and no more: %s', (_, written, findings) => expect(lint(written)).toEqual(findings));

  it.each<[string, PolicyRule['when'], PolicyRule['when'], boolean]>([
    ['the same threshold', above(5), above(5), true],
    ['a higher one', above(5), above(6), true],
    ['a lower one', above(5), above(4), false],
    ['no threshold behind one', above(5), {}, false],
    ['a threshold behind none', {}, above(5), true],
    ['another currency', above(5), above(9, 'EUR'), false],
    ['the same window', above(5, 'GBP', HOUR), above(5, 'GBP', HOUR), true],
    ['another window', above(5, 'GBP', HOUR), above(5, 'GBP', 2 * HOUR), false],
    ['a window behind none', above(5), above(5, 'GBP', HOUR), false],
    ['the same tool, and more', { tool: 'x' }, { tool: 'x', effect: 'reversible' }, true],
    ['another tool', { tool: 'x' }, { tool: 'y' }, false],
    ['another agent', { agent: 'x' }, { agent: 'y', tool: 'z' }, false],
    ['the same tier', { risk: 'low' }, { risk: 'low', agent: 'a' }, true],
    ['another tier', { risk: 'low' }, { risk: 'high' }, false],
  ])('behind an earlier rule: %s', (_, earlier, later, hidden) =>
    expect(lint(rule(asks(1), { when: earlier }), rule(asks(1), { when: later }))).toEqual(
      hidden ? ['2: It never comes into play: rule 1 takes everything that it would.'] : [],
    ),
  );

  it('counts an Admin who left as none, and asks for one for break-glass alone', () => {
    const left = PEOPLE.map((one) => (one.id === id('ines') ? { ...one, active: false } : one));
    const found = (require: Requirement) =>
      lintPolicy({ id: 'p', version: 1, rules: [rule(require)] }, left).map((one) => lintSentence(one));
    expect(found(asks(1, { breakGlass: true }))).toEqual(['It allows break-glass, and there is no Admin.']);
    expect(found(asks(1))).toEqual([]);
  });
});

describe('a rule about what Countersign does itself', () => {
  const NEVER =
    '1: It never comes into play: what changes Countersign itself can be undone, names no amount, and counts as high.';
  const admins = (['mara', 'ines', 'ada'] as const).map((name) => ({
    ...PEOPLE.find((one) => one.id === id(name))!,
    roles: ['admin' as const],
  }));
  const found = (
    when: PolicyRule['when'],
    role: 'admin' | 'manager' = 'admin',
    people: typeof PEOPLE = admins,
  ): string[] => {
    const who = [{ kind: 'role' as const, role }];
    const require = asks(1, { stages: [{ name: 'own', quorum: 1, who }], escalateTo: who });
    const rules = [rule(require, { when: { agent: OWN.agent, ...when } })];
    return lintPolicy({ id: 'p', version: 1, rules }, people).map((f) => `${f.rule}: ${lintSentence(f)}`);
  };

  it.each<[string, PolicyRule['when'], string[]]>([
    ['all of it', {}, []],
    ['one tool', { tool: 'create_grant' }, []],
    ['what it never does for good', { effect: 'irreversible' }, [NEVER]],
    ['what it does', { effect: 'reversible', risk: 'high' }, []],
    ['an amount', above(5), [NEVER]],
    ['low risk', { risk: 'low' }, [NEVER]],
    ['all three', { effect: 'irreversible', risk: 'low', ...above(5) }, [NEVER]],
    [
      'a tool that it has not',
      { tool: 'delete_ledger' },
      [
        `1: It names the tool "delete_ledger" of Countersign itself; there are ${Object.keys(OWN_TOOLS).join(', ')}.`,
      ],
    ],
  ])('may name %s', (_, when, findings) => expect(found(when)).toEqual(findings));

  it('asks for the right to each thing that it covers, of two people', () => {
    const managers = PEOPLE.map((one) =>
      one.id === id('ada') ? { ...one, roles: ['manager' as const] } : one,
    );
    expect(found({ tool: 'create_grant' }, 'manager', managers)).toEqual([]);
    const nobody = [
      '1: Stage "own" names the role "manager", and nobody in it has a role that may sign.',
      '1: Stage "own": quorum 1, only 0 eligible besides the one who asks.',
      '1: Its escalation names the role "manager", and nobody in it has a role that may sign.',
    ];
    expect(found({ tool: 'change_policy' }, 'manager', managers)).toEqual(nobody);
    expect(found({}, 'manager', managers)).toEqual(nobody);
  });
});

describe('in German', () => {
  const german = (...rules: PolicyRule[]): string[] =>
    lintPolicy({ id: 'p', version: 1, rules }, PEOPLE).map((one) => lintSentence(one, LINT_GERMAN));

  it('says the same in other words, figures as they are written there', () => {
    expect(german(rule(by(3, FINANCE)))).toContain(
      'Die Stufe „only“ braucht 3 Unterschriften; unterschreiben könnten nur 2.',
    );
    expect(german(rule(asks(1, { remindAfterMs: [97.5 * HOUR] })))).toContain(
      'Eine Erinnerung nach 97,5 Std. käme erst, wenn alles abgelaufen ist (96 Std.).',
    );
    expect(german(rule(asks(1)), rule(asks(1)))).toEqual([
      'Sie kommt nie zum Zug: Regel 1 nimmt alles, was sie nähme.',
    ]);
  });

  it('travels within a refusal, and is said in the language of whoever reads it', () => {
    const findings = lintPolicy({ id: 'p', version: 1, rules: [rule(by(3, FINANCE))] }, PEOPLE);
    const detail = { why: 'policy-lint', findings: carried(findings) };
    const refusal = { reason: 'policy_unmet', detail } as const;
    expect(refusalSentence(refusal)).toContain('#1: Stage "only": quorum 3, only 2 eligible.');
    expect(refusalSentence(refusal, { language: 'de' })).toContain('#1: Die Stufe „only“ braucht 3');
    expect(carriedSentences('[{"rule":1,"what":"of another version"}]', LINT_ENGLISH)).toBe('');
    expect(carriedSentences(undefined, LINT_GERMAN)).toBe('');
  });
});
