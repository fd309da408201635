import { describe, expect, it } from 'vitest';
import { advance } from './approval/advance.ts';
import { approveBy, asks, at, HOUR, opened, state } from './approval/examples.ts';
import type { Requirement } from './policy-types.ts';
import { simulate } from './policy-views.ts';
import type { ChosenRule } from './policy.ts';

const signed = state(advance(opened(), approveBy('ada', opened()), at(opened())));
const now = at(signed, undefined, { requirementNow: asks(3) });
const chosen = (requirement: Requirement, risk: 'low' | 'high' = 'low'): ChosenRule => ({
  ok: true,
  rule: 0,
  risk,
  policy: { id: 'claims', version: 2, requirement },
});

describe('what another policy would have asked', () => {
  it('is nothing new where it asks the same', () =>
    expect(simulate(signed, chosen(asks(2)), now)).toEqual({
      differences: [],
      tally: { signed: 1, needed: 2, met: false },
    }));

  it('is said by each difference, and counted by that policy alone', () => {
    expect(simulate(signed, chosen(asks(1, { expireAfterMs: 24 * HOUR })), now)).toEqual({
      differences: [
        { path: 'require.expireAfterMs', before: '96 h', after: '24 h' },
        { path: 'require.stages[1].quorum', before: '2', after: '1' },
      ],
      tally: { signed: 1, needed: 1, met: true },
    });
  });

  it('is one person more where it counts as high', () => {
    expect(simulate(signed, chosen(asks(1), 'high'), now)).toEqual({
      differences: [
        { path: 'require.stages[1].quorum', before: '2', after: '1' },
        { path: 'risk', before: '"low"', after: '"high"' },
      ],
      tally: { signed: 1, needed: 2, met: false },
    });
    const high = { ...signed, risk: 'high' } as const;
    expect(simulate(high, chosen(asks(1)), { ...now, riskNow: 'high' })).toMatchObject({
      tally: { signed: 1, needed: 1, met: true },
    });
  });

  it('cannot be counted where it would have refused', () => {
    const none = { ok: false, reason: 'policy_unmet', detail: { why: 'No rule.' } } as const;
    expect(simulate(signed, none, now)).toEqual({ differences: [], tally: null });
  });

  it('changes nothing', () => {
    const before = JSON.stringify(signed);
    simulate(signed, chosen(asks(1), 'high'), now);
    expect(JSON.stringify(signed)).toBe(before);
  });
});
