import { describe, expect, it } from 'vitest';
import { proves, strongest, type Proof } from '../proof.ts';
import type { PasskeyId } from '../ids.ts';
import { lintSentence } from '../policy-lint-words.ts';
import { lintPolicy } from '../policy-lint.ts';
import { simulate } from '../policy-views.ts';
import { refusalSentence } from '../sentences.ts';
import { advance } from './advance.ts';
import { grantable } from './decisions.ts';
import { approveBy, asks, at, begin, editBy, apr, id, opened, PEOPLE, START, state } from './examples.ts';
import { quorumProgress } from './quorum.ts';
import type { ApprovalEvent, ApprovalState } from './types.ts';

const PASSKEY: Proof = {
  kind: 'passkey',
  passkey: `pky_${'0'.repeat(26)}` as PasskeyId,
  statement: '{}',
  assertion: { clientData: 'a', authenticatorData: 'b', signature: 'c' },
};
const SIGN_IN: Proof = {
  kind: 'sign-in',
  statement: '{}',
  issuer: 'https://login.example',
  account: 'a-b',
  signedInAtMs: START,
};
const proved = (name: string, s: ApprovalState, proof: Proof): ApprovalEvent =>
  ({ ...approveBy(name, s), seen: 'whole', proof }) as ApprovalEvent;
const one = asks(1, { proof: 'passkey' });
const high = (requirement = one) => opened(requirement, { risk: 'high' });

describe('a requirement with a proof', () => {
  it('knows which proof does for which', () => {
    expect(proves(undefined, undefined)).toBe(true);
    expect(proves(undefined, 'sign-in')).toBe(false);
    expect(proves('sign-in', 'passkey')).toBe(false);
    expect(proves('passkey', 'sign-in')).toBe(true);
    expect(strongest([undefined, 'passkey', 'sign-in'])).toBe('passkey');
    expect(strongest([undefined])).toBeUndefined();
  });

  it('asks each signer for it instead of one more person', () => {
    const s = high();
    expect(s.progress).toMatchObject({ signed: 0, needed: 1 });
    const refused = advance(s, approveBy('ada', s), at(s));
    expect(refused).toMatchObject({ ok: false, reason: 'step_up_needed', detail: { proof: 'passkey' } });
    expect(advance(s, proved('ada', s, SIGN_IN), at(s))).toMatchObject({ reason: 'step_up_needed' });
    const signed = state(advance(s, proved('ada', s, PASSKEY), at(s)));
    expect(signed).toMatchObject({
      status: 'approved',
      signatures: [{ person: 'per_ada', proof: { kind: 'passkey', passkey: PASSKEY.passkey } }],
    });
    expect(signed.signatures[0]).not.toHaveProperty('proof.assertion');
    expect(state(advance(signed, begin(signed), at(signed))).status).toBe('executing');
    const bySignIn = high(asks(1, { proof: 'sign-in' }));
    for (const proof of [SIGN_IN, PASSKEY])
      expect(state(advance(bySignIn, proved('ada', bySignIn, proof), at(bySignIn))).status).toBe('approved');
  });

  it('is no way round who may sign', () => {
    const s = high();
    expect(advance(s, proved('robin', s, PASSKEY), at(s))).toMatchObject({ reason: 'own_request' });
    expect(advance(s, proved('fay', s, PASSKEY), at(s))).toMatchObject({ reason: 'not_an_approver' });
    // Nobody is asked for a proof that would not count anyway.
    expect(advance(s, approveBy('fay', s), at(s))).toMatchObject({ reason: 'not_an_approver' });
  });

  it('attack 24: asked while it waits is wanted as well, and what was signed without it counts no more', () => {
    const s = opened(asks(2));
    const first = state(advance(s, approveBy('ada', s), at(s)));
    const now = at(first, START, { requirementNow: asks(2, { proof: 'passkey' }), riskNow: 'high' });
    expect(quorumProgress(first, now)).toMatchObject({ signed: 1, needed: 3 });
    expect(advance(first, approveBy('ben', first), now)).toMatchObject({ reason: 'step_up_needed' });
    const ben = state(advance(first, proved('ben', first, PASSKEY), now));
    expect(ben.status).toBe('pending');
    const again = state(advance(ben, proved('ada', ben, PASSKEY), now));
    expect(again).toMatchObject({ status: 'approved' });
    expect(again.signatures.map(({ person, proof }) => [person, proof?.kind])).toEqual([
      ['per_ben', 'passkey'],
      ['per_ada', 'passkey'],
    ]);
    // The other way round: a policy that asks no proof any more does not lift that of creation.
    const strict = high();
    const lax = at(strict, START, { requirementNow: asks(1) });
    expect(advance(strict, approveBy('ada', strict), lax)).toMatchObject({ reason: 'step_up_needed' });
    // Raised between the signature and the action: it does not run.
    const done = state(advance(opened(asks(1)), approveBy('ada', opened(asks(1))), at(opened(asks(1)))));
    expect(advance(done, begin(done), at(done, START, { requirementNow: one }))).toMatchObject({
      reason: 'policy_unmet',
      moved: { status: 'lapsed' },
    });
  });

  it('holds for an edit, several at once, a grant and a broken glass too', () => {
    const s = high();
    const edited = advance(s, editBy('ada', s, 5_000_000_000, apr(2)), at(s));
    expect(edited).toMatchObject({ ok: true, successor: { signatures: [], editors: ['per_ada'] } });
    const low = opened(asks(1, { proof: 'sign-in', grants: true }), { effect: 'reversible' });
    const together = { ...approveBy('ada', low), seen: 'together' } as ApprovalEvent;
    expect(advance(low, together, at(low))).toMatchObject({ reason: 'one_by_one' });
    expect(grantable(low, at(low))).toBe(false);
    const glass = high(asks(1, { proof: 'passkey', breakGlass: true }));
    const smash = {
      ...{ kind: 'break-glass', by: id('ines'), via: 'teams', reason: 'The flat is flooding.' },
      actionDigest: glass.actionDigest,
    } as const;
    expect(advance(glass, smash, at(glass))).toMatchObject({ reason: 'step_up_needed' });
    const broken = state(advance(glass, { ...smash, proof: PASSKEY }, at(glass)));
    expect(broken).toMatchObject({ status: 'approved', breakGlass: { proof: { kind: 'passkey' } } });
    expect(state(advance(broken, begin(broken), at(broken))).status).toBe('executing');
  });

  it('is asked for where what is signed does not fit a card, too', () => {
    const s = opened(one, { action: { ...opened().action, args: { text: 'x'.repeat(8_000) } } });
    expect(advance(s, approveBy('ada', s), at(s))).toMatchObject({ reason: 'step_up_needed' });
    const plain = opened(asks(1), { action: s.action });
    expect(advance(plain, approveBy('ada', plain), at(plain))).toMatchObject({
      reason: 'arguments_too_long',
    });
  });

  it('is counted by a simulation, and refused by the lint where it cannot be met', () => {
    const s = state(advance(opened(asks(2)), approveBy('ada', opened(asks(2))), at(opened(asks(2)))));
    const chosen = { ok: true, rule: 0, risk: 'high', policy: { ...s.policy, requirement: one } } as const;
    expect(simulate(s, chosen, at(s))).toMatchObject({
      tally: { signed: 0, needed: 1, met: false },
      differences: expect.arrayContaining([
        expect.objectContaining({ path: expect.stringContaining('proof') as string }),
      ]) as unknown[],
    });
    const lint = (requirement: typeof one, holders: readonly string[]): string[] =>
      lintPolicy(
        { id: 'p', version: 1, rules: [{ when: {}, risk: 'high', require: requirement }] },
        PEOPLE,
        new Set(holders.map(id)),
      ).map((found) => lintSentence(found));
    expect(lint(one, ['ada'])).toEqual([]);
    expect(lint(asks(2, { proof: 'passkey' }), ['ada', 'fay'])).toEqual([
      expect.stringContaining('needs 2 with a passkey, and 1 of those who may sign have one'),
    ]);
    expect(lint(asks(1, { proof: 'sign-in', grants: true }), []).join()).toContain('which no grant can give');
  });

  it('says which proof is wanted, in both languages', () => {
    const said = (proof: string, language: 'en' | 'de'): string =>
      refusalSentence({ reason: 'step_up_needed', detail: { proof } }, { language });
    expect(said('passkey', 'en')).toContain('asks for your passkey');
    expect(said('sign-in', 'de')).toContain('neue Anmeldung');
  });
});
