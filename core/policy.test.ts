import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sumWithin, type AskedAmount } from './amount-window.ts';
import { asks, HOUR } from './approval/examples.ts';
import { chooseRule, windowsNeeded, type PolicySubject } from './policy.ts';
import { Policy, type PolicyRule } from './policy-types.ts';

const DAY = 24 * HOUR;
const gbp = (pounds: number) => ({ currency: 'GBP', micros: pounds * 1_000_000 });
const rule = (when: PolicyRule['when'], more: Partial<PolicyRule> = {}): PolicyRule => ({
  when, risk: 'low', require: asks(1), ...more,
}); // prettier-ignore
const policy = (...rules: PolicyRule[]): Policy => Policy.parse({ id: 'claims', version: 3, rules });
const subject: PolicySubject = {
  agent: 'fraud-review',
  tool: 'settle_claim',
  effect: 'irreversible',
  amount: gbp(500),
};
const ruleOf = (p: Policy, s: PolicySubject): number | string => {
  const chosen = chooseRule(p, s);
  return chosen.ok ? chosen.rule : chosen.reason;
};

describe('choosing a rule', () => {
  it('takes the first of which everything holds, and keeps what the approval needs of it', () => {
    const p = policy(
      rule({ tool: 'deny_claim' }),
      rule({ agent: 'fraud-review', effect: 'irreversible' }, { risk: 'high' }),
      rule({}),
    );
    expect(chooseRule(p, subject)).toEqual({
      ok: true,
      rule: 1,
      risk: 'high',
      policy: { id: 'claims', version: 3, requirement: asks(1) },
    });
    expect(ruleOf(p, { ...subject, agent: 'other' })).toBe(2);
    expect(ruleOf(p, { ...subject, tool: 'deny_claim' })).toBe(0);
  });

  it('refuses when no rule covers the action', () => {
    const p = policy(rule({ effect: 'reversible' }));
    expect(chooseRule(p, subject)).toMatchObject({
      ok: false,
      reason: 'policy_unmet',
      detail: { why: 'no-rule', tool: 'settle_claim', agent: 'fraud-review' },
    });
  });

  it('takes an unknown risk for high', () => {
    const p = policy(rule({ risk: 'high' }), rule({}));
    expect(ruleOf(p, subject)).toBe(0);
    expect(ruleOf(p, { ...subject, risk: 'low' })).toBe(1);
  });

  it('lets grants sign only for what can be undone and what the agent is sure of', () => {
    const p = policy(rule({}, { require: asks(1, { grants: true }) }));
    const grants = (s: PolicySubject): unknown => {
      const chosen = chooseRule(p, s);
      return chosen.ok && chosen.policy.requirement.grants;
    };
    expect(grants(subject)).toBe(false);
    expect(grants({ ...subject, effect: 'reversible' })).toBe(true);
    expect(grants({ ...subject, effect: 'reversible', lowConfidence: true })).toBe(false);
  });
});

describe('amounts', () => {
  const above = (pounds: number, windowMs?: number, currency = 'GBP') => ({
    amountAbove: { amount: { ...gbp(pounds), currency }, ...(windowMs ? { windowMs } : {}) },
  });
  const single = policy(rule(above(1000)), rule({}));
  const summed = policy(rule(above(1000, DAY)), rule({}));

  it('are above, not at, the threshold; an action without one is never above', () => {
    expect(ruleOf(single, { ...subject, amount: gbp(1000) })).toBe(1);
    expect(ruleOf(single, { ...subject, amount: { currency: 'GBP', micros: 1_000_000_001 } })).toBe(0);
    expect(ruleOf(single, { ...subject, amount: gbp(-2000) })).toBe(0);
    expect(ruleOf(single, { ...subject, amount: null })).toBe(1);
  });

  it('in a currency without a threshold are refused, not waved through', () => {
    expect(ruleOf(single, { ...subject, amount: { currency: 'EUR', micros: 1 } })).toBe('policy_unmet');
    const both = policy(rule(above(1000)), rule(above(900, undefined, 'EUR')), rule({}));
    expect(ruleOf(both, { ...subject, amount: { currency: 'EUR', micros: 1 } })).toBe(2);
    expect(ruleOf(both, { ...subject, amount: { currency: 'EUR', micros: 950_000_000 } })).toBe(1);
  });

  it('say which sums they need, and refuse without them', () => {
    expect(windowsNeeded(summed, subject)).toEqual([
      { rule: 0, agent: null, tool: null, effect: null, currency: 'GBP', windowMs: DAY },
    ]);
    expect(windowsNeeded(single, subject)).toEqual([]);
    expect(windowsNeeded(policy(rule({ ...above(5, DAY), agent: 'other' })), subject)).toEqual([]);
    expect(ruleOf(summed, subject)).toBe('policy_unreadable');
  });

  it('attack 38: cannot be split to stay under the threshold, however they are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 2, maxLength: 40 }), (parts) => {
        const asked: AskedAmount[] = [];
        let lenient = 0;
        parts.forEach((pounds, i) => {
          const nowMs = i * HOUR * 0.5;
          const micros = sumWithin(asked, 'GBP', DAY, nowMs);
          const chosen = ruleOf(summed, {
            ...subject,
            amount: gbp(pounds),
            windowSums: [{ rule: 0, micros }],
          });
          if (chosen === 1) lenient += pounds;
          asked.push({ askedAtMs: nowMs, amount: gbp(pounds), status: 'executed' });
        });
        expect(lenient).toBeLessThanOrEqual(1000);
      }),
    );
  });

  it('count while they may still take effect, in their own currency, within the window', () => {
    const one = (status: AskedAmount['status'], askedAtMs = 0, currency = 'GBP'): AskedAmount => ({
      askedAtMs,
      status,
      amount: { currency, micros: -5 },
    });
    expect(
      sumWithin(
        [one('pending'), one('approved'), one('executing'), one('executed'), one('unknown')],
        'GBP',
        DAY,
        DAY,
      ),
    ).toBe(25);
    expect(
      sumWithin(
        [one('declined'), one('expired'), one('superseded'), one('cancelled'), one('lapsed'), one('failed')],
        'GBP',
        DAY,
        0,
      ),
    ).toBe(0);
    expect(sumWithin([one('executed', 0, 'EUR'), one('executed', -1)], 'GBP', DAY, DAY)).toBe(0);
  });
});
