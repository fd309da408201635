import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asks, HOUR, PEOPLE } from './approval/examples.ts';
import type { Json } from './canonical-json.ts';
import { OWN, OWN_TOOLS, ownRequirement, ownSchema } from './own-actions.ts';
import {
  changeArguments,
  differences,
  policyDigest,
  policyLines,
  saidBy,
  wholeAmount,
  wholeDuration,
} from './policy-change.ts';
import { lintSentence } from './policy-lint-words.ts';
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

const PER = 'per_01JD0000000000000000000ADA';

describe('a single value', () => {
  test.each([
    [48 * HOUR, '48 h'],
    [HOUR, '1 h'],
    [90 * 60_000, '90 min'],
    [61_000, '61 s'],
    [1_001, '1001 ms'],
    [1.5, '1.5 ms'],
  ])('of %d ms is %s', (ms, text) => expect(wholeDuration(ms)).toBe(text));

  test.each([
    [1_000_000_000, 'GBP 1000'],
    [1_050_100, 'GBP 1.0501'],
    [500_000, 'GBP 0.5'],
    [1, 'GBP 0.000001'],
    [0, 'GBP 0'],
    [-1, 'GBP -0.000001'],
    [-20_000_000, 'GBP -20'],
  ])('of %d micros is %s', (micros, text) => expect(wholeAmount({ currency: 'GBP', micros })).toBe(text));

  test.each<[string, Json, [string, string][]]>([
    ['a duration, by its name', { afterMs: 90_000 }, [['afterMs', '90 s']]],
    ['a list of durations', { atMs: [4 * HOUR, 90_000] }, [['atMs', '4 h, 90 s']]],
    ['no durations', { atMs: [] }, [['atMs', '-']]],
    ['a duration that is not said', { afterMs: null }, [['afterMs', 'null']]],
    ['a number with another name', { Msgs: 60_000 }, [['Msgs', '60000']]],
    ['numbers with another name', { Msgs: [60_000] }, [['Msgs', '[60000]']]],
    ['an amount', { limit: { currency: 'EUR', micros: 2_500_000 } }, [['limit', 'EUR 2.5']]],
    [
      'the three kinds of selectors',
      {
        who: [
          { kind: 'role', role: 'admin' },
          { kind: 'group', group: 'claims' },
          { kind: 'person', person: PER },
        ],
      },
      [['who', `role "admin", group "claims", person "${PER}"`]],
    ],
    ['a selector of a role', { who: [{ kind: 'role', role: 'manager' }] }, [['who', 'role "manager"']]],
    ['a selector of a person', { who: [{ kind: 'person', person: PER }] }, [['who', `person "${PER}"`]]],
    ['words', { days: ['mon', 'tue'] }, [['days', '["mon","tue"]']]],
    ['an empty list', { days: [] }, [['days', '[]']]],
    ['nothing', { a: null }, [['a', 'null']]],
    [
      'a list of mixed things',
      { a: [1, { b: 'x' }] },
      [
        ['a[1]', '1'],
        ['a[2].b', '"x"'],
      ],
    ],
    ['what lies deep', { a: { b: { c: true } } }, [['a.b.c', 'true']]],
  ])('says %s', (_, value, said) => expect([...saidBy(value)]).toEqual(said));

  test('that only one of them says is null on the other side', () => {
    expect(differences({ a: 1, b: 2, c: 3 }, { b: 2, c: 4, d: 5 })).toEqual([
      { path: 'a', before: '1', after: null },
      { path: 'c', before: '3', after: '4' },
      { path: 'd', before: null, after: '5' },
    ]);
  });
});

/** `ab`: a policy of two rules that differ in nothing but the tool that they name. */
const tools = (word: string): Policy => policy(...[...word].map((tool) => rule({ when: { tool } })));
const toolLines = (before: string, after: string): string[] =>
  policyLines(tools(before), tools(after)).filter((line) => line.includes(' when.tool: '));

const longestCommon = (a: string, b: string): number => {
  if (a === '' || b === '') return 0;
  if (a[0] === b[0]) return 1 + longestCommon(a.slice(1), b.slice(1));
  return Math.max(longestCommon(a.slice(1), b), longestCommon(a, b.slice(1)));
};
const words = (letters: string, length: number): string[] =>
  length === 0 ? [''] : words(letters, length - 1).flatMap((word) => [...letters].map((one) => word + one));

describe('which rule is meant', () => {
  test.each<[string, string, string, string[]]>([
    ['nothing changed', 'aab', 'aab', []],
    ['one changed', 'abc', 'axc', ['#2 when.tool: "b" → "x"']],
    ['two swapped', 'ab', 'ba', ['- #1 when.tool: "a"', '+ #2 when.tool: "a"']],
    ['the last came first', 'abcd', 'dabc', ['+ #1 when.tool: "d"', '- #4 when.tool: "d"']],
    ['the first came last', 'abcd', 'bcda', ['- #1 when.tool: "a"', '+ #4 when.tool: "a"']],
    ['the first two left', 'abk', 'k', ['- #1 when.tool: "a"', '- #2 when.tool: "b"']],
    ['two came in front', 'k', 'abk', ['+ #1 when.tool: "a"', '+ #2 when.tool: "b"']],
    ['the same once more', 'a', 'aa', ['+ #2 when.tool: "a"']],
    ['one changed, one added', 'ab', 'xyb', ['#1 when.tool: "a" → "x"', '+ #2 when.tool: "y"']],
    ['one left, one changed behind it', 'akb', 'kc', ['- #1 when.tool: "a"', '#3→#2 when.tool: "b" → "c"']],
  ])('is said by its number: %s', (_, before, after, lines) =>
    expect(toolLines(before, after)).toEqual(lines),
  );

  test('leaves out as many as can stay in their order', () => {
    // Every pattern of three rules against all that three may become, and some of four.
    const befores = ['aaa', 'aab', 'aba', 'abb', 'abc', 'abab', 'aabb', 'abba'];
    const pairs = befores.flatMap((before) =>
      words(before.length === 3 ? 'abc' : 'ab', before.length).map((after) => [before, after] as const),
    );
    const wrong = pairs.filter(([before, after]) => {
      const lines = toolLines(before, after);
      const [left, came] = ['+', '-'].map((not) => lines.filter((line) => !line.startsWith(not)).length);
      const stay = longestCommon(before, after);
      return left !== before.length - stay || came !== after.length - stay;
    });
    expect(wrong).toEqual([]);
  });

  test('is followed by all that an added or removed rule says', () => {
    const all = [
      'when.amountAbove.amount: GBP 1000.5',
      'when.amountAbove.windowMs: 24 h',
      'risk: "low"',
      'require.breakGlass: false',
      'require.escalateAfterMs: 48 h',
      'require.escalateTo: group "seniors"',
      'require.executeWithinMs: 24 h',
      'require.expireAfterMs: 96 h',
      'require.grants: false',
      'require.remindAfterMs: 4 h, 24 h',
      'require.route: "channel"',
      'require.stages[1].name: "claims"',
      'require.stages[1].quorum: 1',
      'require.stages[1].who: group "claims", group "seniors"',
    ];
    const amountAbove = { amount: { currency: 'GBP', micros: 1_000_500_000 }, windowMs: 24 * HOUR };
    const [one, two] = [policy(rule()), policy(rule(), rule({ when: { amountAbove } }))];
    expect(policyLines(one, two)).toEqual(all.map((line) => `+ #2 ${line}`));
    expect(policyLines(two, one)).toEqual(all.map((line) => `- #2 ${line}`));
  });

  test('is told with what it did not say before, or says no more', () => {
    const [wide, narrow] = [policy(rule()), policy(rule({ when: { risk: 'high' }, risk: 'high' }))];
    expect(policyLines(wide, narrow)).toEqual(['#1 risk: "low" → "high"', '#1 when.risk: - → "high"']);
    expect(policyLines(narrow, wide)).toEqual(['#1 when.risk: "high" → -', '#1 risk: "high" → "low"']);
    const quiet = policy(rule({ require: asks(1, { remindAfterMs: [] }) }));
    expect(policyLines(wide, quiet)).toEqual(['#1 require.remindAfterMs: 4 h, 24 h → -']);
  });

  test('comes after another name of the whole', () => {
    expect(policyLines(tools('a'), { ...tools('b'), id: 'q' })).toEqual([
      'id: p → q',
      '#1 when.tool: "a" → "b"',
    ]);
  });
});

describe('what is signed', () => {
  const risky = (id: string, risk: 'low' | 'high' = 'low'): Policy => ({
    ...policy(rule({ risk })),
    id,
    version: 2,
  });
  const RISK = '#1 risk: "low" → "high"';
  /** The line of a new name, of so many characters. */
  const idOf = (length: number): string => 'x'.repeat(length - 'id: p → '.length);
  /** One rule whose line about its tool is of so many characters. */
  const wide = (mark: string, length: number): PolicyRule =>
    rule({ when: { tool: mark.repeat(length - '#1 when.tool: "a" → ""'.length) } });

  test('is both versions, the digest of the new one and every line', () => {
    const [before, after] = [
      { ...tools('abc'), version: 7 },
      { ...tools('xyz'), version: 8 },
    ];
    expect(changeArguments(before, after)).toEqual({
      ok: true,
      args: {
        from_version: 7,
        to_version: 8,
        digest: policyDigest(after),
        changes: '#1 when.tool: "a" → "x"\n#2 when.tool: "b" → "y"\n#3 when.tool: "c" → "z"',
      },
    });
  });

  test('is nothing where nothing changed', () =>
    expect(changeArguments(tools('ab'), { ...tools('ab'), version: 2 })).toEqual({ ok: false, why: 'same' }));

  test('has lines of 1400 characters, and none that is longer', () => {
    const signed = (length: number) => changeArguments(policy(rule()), risky(idOf(length)));
    expect(signed(1400)).toMatchObject({ ok: true, args: { changes: `id: p → ${idOf(1400)}` } });
    expect(signed(1401)).toEqual({ ok: false, why: 'too-long' });
  });

  test('goes on in a second part where the first, with the line, would be over 1400 characters', () => {
    const room = 1400 - 1 - RISK.length;
    const signed = (length: number) => {
      const after = risky(idOf(length), 'high');
      const frame = { from_version: 1, to_version: 2, digest: policyDigest(after) };
      return { made: changeArguments(policy(rule()), after), frame, first: `id: p → ${after.id}` };
    };
    const fits = signed(room);
    expect(fits.made).toEqual({ ok: true, args: { ...fits.frame, changes: `${fits.first}\n${RISK}` } });
    const over = signed(room + 1);
    expect(over.made).toEqual({ ok: true, args: { ...over.frame, changes: over.first, changes_2: RISK } });
  });

  test('fills the last part only, has four at most, and is refused whole beyond that', () => {
    const before = tools('aaaaa');
    const after = (many: number): Policy => ({
      ...policy(
        ...[...'bcdef'].slice(0, many).map((mark) => wide(mark, 1400)),
        ...tools('aaaaa').rules.slice(many),
      ),
      version: 2,
    });
    const line = (mark: string, n: number): string => `#${n} when.tool: "a" → "${mark.repeat(1400 - 22)}"`;
    expect(changeArguments(before, after(4))).toEqual({
      ok: true,
      args: {
        from_version: 1,
        to_version: 2,
        digest: policyDigest(after(4)),
        changes: line('b', 1),
        changes_2: line('c', 2),
        changes_3: line('d', 3),
        changes_4: line('e', 4),
      },
    });
    expect(changeArguments(before, after(5))).toEqual({ ok: false, why: 'too-long' });
  });
});

describe('what Countersign does itself', () => {
  test('is under rules that name it, else under the one in code, and no grant ever signs it', () => {
    const wide = policy(rule({ when: { effect: 'reversible' }, require: asks(1, { grants: true }) }));
    const subject = { agent: OWN.agent, effect: 'reversible', amount: null } as const;
    for (const tool of ['create_grant', 'change_policy', 'map_role', 'roll_back_version'] as const) {
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
    expect(Object.keys(OWN_TOOLS)).toEqual([
      'create_grant',
      'change_policy',
      'map_role',
      'roll_back_version',
    ]);
  });

  test('is linted by its own rights: whom it names must be able to do it, besides the one who asks', () => {
    const when = { agent: OWN.agent, tool: 'change_policy' };
    const find = (require: PolicyRule['require'], more: Partial<PolicyRule['when']> = {}) =>
      lintPolicy(policy(rule({ when: { ...when, ...more }, require })), PEOPLE).map((one) =>
        lintSentence(one),
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
