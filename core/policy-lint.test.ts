import { describe, expect, it } from 'vitest';
import { asks, HOUR, id, IN_STAGES, PEOPLE } from './approval/examples.ts';
import { lintPolicy } from './policy-lint.ts';
import type { PolicyRule, Requirement } from './policy-types.ts';

const rule = (require: Requirement, more: Partial<PolicyRule> = {}): PolicyRule => ({
  when: {},
  risk: 'low',
  require,
  ...more,
});
const lint = (...rules: PolicyRule[]): string[] =>
  lintPolicy({ id: 'p', version: 1, rules }, PEOPLE).map((f) => `${f.rule}: ${f.sentence}`);
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
    expect(findings).toEqual([{ rule: 1, sentence: 'It allows break-glass, and there is no Admin.' }]);
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
