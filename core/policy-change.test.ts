import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asks, PEOPLE } from './approval/examples.ts';
import { OWN, OWN_TOOLS, ownRequirement, ownSchema } from './own-actions.ts';
import { changeArguments, policyLines, wholeAmount, wholeDuration } from './policy-change.ts';
import { lintPolicy } from './policy-lint.ts';
import { Policy, type PolicyRule } from './policy-types.ts';
import { chooseRule } from './policy.ts';

const rule = (more: Partial<PolicyRule> = {}): PolicyRule => ({
  when: {},
  risk: 'low',
  require: asks(1),
  ...more,
});
const policy = (...rules: PolicyRule[]): Policy => Policy.parse({ id: 'p', version: 1, rules });

const anyRule: fc.Arbitrary<PolicyRule> = fc
  .record({
    agent: fc.option(fc.constantFrom('a', 'b'), { nil: undefined }),
    effect: fc.option(fc.constantFrom('reversible' as const, 'irreversible' as const), { nil: undefined }),
    micros: fc.option(fc.integer({ min: 1, max: 9_000_000 }), { nil: undefined }),
    risk: fc.constantFrom('low' as const, 'high' as const),
    quorum: fc.integer({ min: 1, max: 3 }),
    hours: fc.integer({ min: 49, max: 99 }),
    grants: fc.boolean(),
  })
  .map(({ agent, effect, micros, risk, quorum, hours, grants }) => ({
    when: {
      ...(agent ? { agent } : {}),
      ...(effect ? { effect } : {}),
      ...(micros ? { amountAbove: { amount: { currency: 'GBP', micros } } } : {}),
    },
    risk,
    require: asks(quorum, { expireAfterMs: hours * 3_600_000, grants }),
  }));

describe('the lines of a change', () => {
  test('say what was and what is, by rule and place, with nothing rounded', () => {
    const before = policy(rule({ when: { effect: 'irreversible' } }), rule());
    const after = policy(
      rule({ when: { effect: 'irreversible' } }),
      rule({ require: asks(2, { expireAfterMs: 90 * 60_000 + 1 }) }),
    );
    expect(policyLines(before, after)).toEqual([
      '#2 require.expireAfterMs: 96 h → 5400001 ms',
      '#2 require.stages[1].quorum: 1 → 2',
    ]);
    expect(policyLines(before, policy(rule()))[0]).toBe('- #1 when.effect: "irreversible"');
    expect(policyLines(policy(rule()), before)[0]).toBe('+ #1 when.effect: "irreversible"');
    expect(wholeDuration(5_400_000)).toBe('90 min');
    expect(wholeAmount({ currency: 'GBP', micros: -1_500_000 })).toBe('GBP -1.5');
    const quoted = rule({
      require: asks(1, { escalateTo: [{ kind: 'group', group: 'x\n#9 risk: "low"' }] }),
    });
    expect(policyLines(policy(rule()), policy(quoted)).every((line) => !line.includes('\n'))).toBe(true);
  });

  test('are empty if and only if nothing changed', () => {
    const some = fc.array(anyRule, { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(some, some, (a, b) => {
        const [before, after] = [policy(...a), policy(...b)];
        const same = JSON.stringify(before) === JSON.stringify(after);
        expect(policyLines(before, after).length === 0).toBe(same);
        const made = changeArguments(before, { ...after, version: 2 });
        expect(made.ok || made.why !== 'same').toBe(!same);
      }),
    );
  });
});

describe('what Countersign does itself', () => {
  test('is under rules that name it, else under the one in code, and no grant ever signs it', () => {
    const wide = policy(rule({ when: { effect: 'reversible' }, require: asks(1, { grants: true }) }));
    const subject = { agent: OWN.agent, effect: 'reversible', amount: null } as const;
    for (const tool of ['create_grant', 'change_policy'] as const) {
      const chosen = chooseRule(wide, { ...subject, tool });
      expect(chosen).toMatchObject({ ok: true, policy: { requirement: ownRequirement(tool) } });
      expect(ownSchema(tool)).toMatch(/^[0-9a-f]{64}$/);
    }
    expect(chooseRule(wide, { ...subject, tool: 'delete_ledger' })).toMatchObject({ ok: false });
    const named = policy(rule({ when: { agent: OWN.agent }, require: asks(1, { grants: true }) }));
    expect(chooseRule(named, { ...subject, tool: 'change_policy' })).toMatchObject({
      ok: true,
      policy: { requirement: { grants: false } },
    });
    expect(Object.keys(OWN_TOOLS)).toEqual(['create_grant', 'change_policy']);
  });

  test('is linted by its own rights: whom it names must be able to do it, besides the one who asks', () => {
    const when = { agent: OWN.agent, tool: 'change_policy' };
    const find = (require: PolicyRule['require'], more: Partial<PolicyRule['when']> = {}) =>
      lintPolicy(policy(rule({ when: { ...when, ...more }, require })), PEOPLE).map(
        ({ sentence }) => sentence,
      );
    expect(find(asks(1))).toContainEqual(expect.stringContaining('nobody in it has a role that may sign'));
    // Ines is the only Admin: she would have to sign her own request.
    expect(find(ownRequirement('change_policy'))).toEqual([
      'Stage "countersign": quorum 1, only 0 eligible besides the one who asks.',
    ]);
    const two = [...PEOPLE, { ...PEOPLE[0]!, id: 'per_zoe' as never, roles: ['admin' as const] }];
    expect(lintPolicy(policy(rule({ when, require: ownRequirement('change_policy') })), two)).toEqual([]);
    expect(find(ownRequirement('change_policy'), { tool: 'delete_ledger' })).toContainEqual(
      expect.stringContaining('names the tool "delete_ledger"'),
    );
    expect(find({ ...ownRequirement('change_policy'), grants: true })).toContainEqual(
      expect.stringContaining('allows grants for what changes Countersign itself'),
    );
  });
});
