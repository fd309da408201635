import { describe, expect, it } from 'vitest';
import { actionDigest } from '../action.ts';
import { advance } from './advance.ts';
import { apr, approveBy, asks, at, declineBy, editBy, HOUR, id, opened, START, state } from './examples.ts';
import type { ApprovalEvent, ApprovalState } from './types.ts';

function edited(
  from: ApprovalState,
  by: string,
  micros = 5_830_000_000,
  n = 2,
  nowMs = START,
): [ApprovalState, ApprovalState] {
  const result = advance(from, editBy(by, from, micros, apr(n)), at(from, nowMs));
  if (!result.ok || !result.successor) throw new Error('no successor');
  return [result.state, result.successor];
}

describe('an edit', () => {
  it('puts a successor in its place: new id and digest, same root, earlier signatures void, the diff kept', () => {
    const signed = state(advance(opened(), approveBy('ben', opened()), at(opened())));
    const [old, successor] = edited(signed, 'ada');
    expect(old).toMatchObject({ status: 'superseded', supersededBy: apr(2), version: signed.version + 1 });
    expect(successor).toMatchObject({
      id: apr(2),
      root: apr(1),
      version: 1,
      status: 'pending',
      editors: [id('ada')],
    });
    expect(successor.actionDigest).toBe(actionDigest(successor.action));
    expect(successor.actionDigest).not.toBe(old.actionDigest);
    expect(successor.action.approval).toBe(apr(2));
    expect(successor.edits[0]).toMatchObject({
      person: id('ada'),
      before: signed.action.args,
      after: successor.action.args,
    });
    expect(successor.signatures.map((s) => s.person)).toEqual([id('ada')]);
    expect(advance(old, approveBy('ben', old), at(old))).toMatchObject({
      ok: false,
      reason: 'superseded',
      detail: { successor: apr(2) },
    });
    expect(advance(successor, approveBy('ben', old), at(successor))).toMatchObject({
      reason: 'digest_mismatch',
    });
  });

  it('is signed by its editor, which never suffices: somebody who did not edit signs too', () => {
    const [, one] = edited(opened(asks(1)), 'ada');
    expect(one).toMatchObject({ status: 'pending', progress: { signed: 1, needed: 2 } });
    expect(advance(one, approveBy('ada', one), at(one))).toMatchObject({ ok: true, duplicate: true });
    const [, two] = edited(one, 'ben', 5_000_000_000, 3);
    expect(two.editors).toEqual([id('ada'), id('ben')]);
    expect(advance(two, approveBy('ada', two), at(two))).toMatchObject({ ok: false, reason: 'editor_alone' });
    expect(state(advance(two, approveBy('sofia', two), at(two))).status).toBe('approved');
  });

  it('counts editors once among a larger quorum', () => {
    const [, s] = edited(opened(asks(2)), 'ada');
    expect(state(advance(s, approveBy('ben', s), at(s))).status).toBe('approved');
    const [, again] = edited(s, 'ben', 1, 3);
    const both = state(advance(again, approveBy('ada', again), at(again)));
    expect(both).toMatchObject({ status: 'pending', progress: { signed: 2, needed: 3 } });
    expect(state(advance(both, approveBy('sofia', both), at(both))).status).toBe('approved');
  });

  it('does not sign for an editor whom the new policy does not name', () => {
    const finance = asks(1, {
      stages: [{ name: 'finance', quorum: 1, who: [{ kind: 'group', group: 'finance' }] }],
    });
    const event = {
      ...editBy('ada', opened(), 9, apr(2)),
      successorRequirement: { id: 'p', version: 2, requirement: finance },
    } as ApprovalEvent;
    const result = advance(opened(), event, at(opened()));
    expect(result.ok && result.successor).toMatchObject({
      signatures: [],
      editors: [id('ada')],
      policy: { version: 2 },
    });
  });

  it('buys no time: the clock, the escalation and an open question go on', () => {
    const asked = state(
      advance(
        opened(),
        { kind: 'ask', by: id('ben'), questionId: 'q', text: 'why?' },
        at(opened(), START + HOUR),
      ),
    );
    const [, successor] = edited(asked, 'ada', 1, 2, START + 3 * HOUR);
    expect(successor).toMatchObject({ createdAtMs: START, pausedSinceMs: START + HOUR });
    const fresh = edited(opened(), 'ada')[1];
    expect(advance(fresh, approveBy('ben', fresh), at(fresh, START + 96 * HOUR))).toMatchObject({
      reason: 'expired',
    });
  });

  it('sent again finds what it made; another edit of the old one is refused', () => {
    const [old] = edited(opened(), 'ada');
    const again = advance(old, { ...editBy('ada', old, 5_830_000_000, apr(9)) }, at(old));
    expect(again).toMatchObject({
      ok: true,
      duplicate: true,
      successor: null,
      state: { supersededBy: apr(2) },
    });
    expect(advance(old, editBy('ben', old, 7, apr(9)), at(old))).toMatchObject({ reason: 'superseded' });
    expect(advance(old, declineBy('ada', old), at(old))).toMatchObject({ reason: 'superseded' });
  });

  it.each<[string, object]>([
    ['the same arguments', opened().action.args],
    ['the same in another order', { amount: { micros: 6_180_000_000, currency: 'GBP' }, claim: 'CLM-0847' }],
    ['an unsafe integer', { claim: 'CLM-0847', amount: 2 ** 53 }],
    ['text not in NFC', { claim: 'cafe\u0301' }],
    ['half a surrogate', { claim: '\ud800' }],
    ['NUL', { claim: 'a\0' }],
  ])('refuses %s', (_, args) => {
    const event = { ...editBy('ada', opened(), 1, apr(2)), args } as ApprovalEvent;
    expect(advance(opened(), event, at(opened()))).toMatchObject({ ok: false, reason: 'arguments_refused' });
  });
});

describe('why an edit is refused', () => {
  const withArgs = (by: string, from: ApprovalState, args: object, successor = apr(2)): ApprovalEvent =>
    ({ ...editBy(by, from, 1, successor), args }) as ApprovalEvent;
  const refusal = (detail: object) => ({ ok: false, reason: 'arguments_refused', detail });

  it.each<[string, object, object]>([
    ['nothing changed', opened().action.args, { why: 'nothing-changed' }],
    ['NUL in a text', { claim: 'a\0' }, { why: 'holds-nul' }],
    ['NUL in a name', { 'a\0': 1 }, { why: 'holds-nul' }],
    ['an unsafe integer', { amount: 2 ** 53 }, { why: 'not-canonical', path: 'amount', form: 'too-large' }],
  ])('is said: %s', (_, args, detail) =>
    expect(advance(opened(), withArgs('ada', opened(), args), at(opened()))).toEqual(refusal(detail)),
  );

  it('is that Countersign works out its own arguments', () => {
    const who = [{ kind: 'role' as const, role: 'admin' as const }];
    const own = opened(asks(1, { stages: [{ name: 'own', quorum: 1, who }] }), {
      action: { ...opened().action, connector: 'countersign', tool: 'change_policy' },
      effect: 'reversible',
    });
    expect(advance(own, editBy('ines', own, 7, apr(2)), at(own))).toEqual(refusal({ why: 'own-action' }));
  });

  it('is that a successor needs an id of its own', () =>
    expect(advance(opened(), editBy('ada', opened(), 7, apr(1)), at(opened()))).toEqual(
      refusal({ why: 'needs-new-id' }),
    ));

  it('is never a fault of ours: that is thrown', () => {
    const broken = {
      get claim(): string {
        throw new RangeError('a fault of ours');
      },
    };
    expect(() => advance(opened(), withArgs('ada', opened(), broken), at(opened()))).toThrow(
      new RangeError('a fault of ours'),
    );
  });

  it('is that it was superseded, unless it is the very edit that did so', () => {
    const [old, successor] = edited(opened(), 'ada');
    const { args } = successor.action;
    const again = (event: ApprovalEvent) => advance(old, event, at(old));
    const over = { ok: false, reason: 'superseded', detail: { successor: apr(2) } };
    expect(again(withArgs('ada', old, args, apr(9)))).toEqual({
      ok: true,
      state: old,
      successor: null,
      duplicate: true,
      happened: { what: 'recorded-before', detail: {} },
      summary: expect.any(String),
    });
    expect(again(withArgs('ben', old, args, apr(9)))).toEqual(over);
    expect(again(withArgs('ada', old, { claim: 'other' }, apr(9)))).toEqual(over);
    expect(again(withArgs('ada', old, { claim: '\ud800' }, apr(9)))).toEqual(over);
    expect(again(withArgs('ada', successor, args, apr(9)))).toEqual(over);
    const bare: ApprovalState = { ...old, edits: [] };
    expect(advance(bare, withArgs('ada', bare, args, apr(9)), at(bare))).toEqual(over);
  });

  it('is, on what it made, that nothing changed', () => {
    const [, successor] = edited(opened(), 'ada');
    const event = withArgs('ada', successor, successor.action.args, apr(9));
    expect(advance(successor, event, at(successor))).toEqual(refusal({ why: 'nothing-changed' }));
  });

  it('is none when it is made, and then it says by what it was replaced', () =>
    expect(advance(opened(), editBy('ada', opened(), 7, apr(2)), at(opened()))).toMatchObject({
      ok: true,
      duplicate: false,
      happened: { what: 'edited', detail: { successor: apr(2) } },
    }));
});
