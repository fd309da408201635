import { describe, expect, it } from 'vitest';
import type { Risk } from '../action.ts';
import type { JsonObject, Sha256 } from '../canonical-json.ts';
import type { Person } from '../people.ts';
import { ASK_PERSON } from '../person-question.ts';
import { advance } from './advance.ts';
import { grantable, mayBreakGlass } from './decisions.ts';
import {
  approveBy,
  asks,
  at,
  begin,
  declineBy,
  HOUR,
  id,
  opened,
  PEOPLE,
  peopleMap,
  START,
  state,
} from './examples.ts';
import type { ApprovalContext, ApprovalEvent, ApprovalState } from './types.ts';

type Approve = Extract<ApprovalEvent, { kind: 'approve' }>;

const step = (from: ApprovalState, event: ApprovalEvent): ApprovalState =>
  state(advance(from, event, at(from)));
const OTHER = 'f'.repeat(64) as Sha256;
const refusal = (reason: string, detail: object = {}): object => ({ ok: false, reason, detail });
const said = (from: ApprovalState, event: ApprovalEvent, ctx = at(from)): string => {
  const result = advance(from, event, ctx);
  if (!result.ok) return result.reason;
  return result.duplicate ? 'duplicate' : 'accepted';
};
const CANCEL: ApprovalEvent = { kind: 'cancel', by: null, reason: 'the claim was withdrawn' };
const people = (change: (person: Person) => Person): ApprovalContext['people'] =>
  peopleMap(PEOPLE.map(change));
const inesGone = people((p) => (p.id === id('ines') ? { ...p, active: false } : p));
const inesUnknown = peopleMap(PEOPLE.filter((p) => p.id !== id('ines')));

describe('what was seen before it was signed', () => {
  const holding = (args: JsonObject, risk: Risk = 'low'): ApprovalState =>
    opened(asks(1), { action: { ...opened().action, args }, risk });
  const note = (length: number): JsonObject => ({ note: 'x'.repeat(length) });
  const signing = (s: ApprovalState, seen?: Approve['seen']): ApprovalEvent => ({
    ...(approveBy('ada', s) as Approve),
    ...(seen ? { seen } : {}),
  });

  it.each<[args: number, seen: Approve['seen'] | 'on a card', expected: string]>([
    [300, 'together', 'accepted'],
    [301, 'together', 'one_by_one'],
    [1500, 'together', 'one_by_one'],
    [301, 'on a card', 'accepted'],
    [1500, 'on a card', 'accepted'],
    [1501, 'on a card', 'arguments_too_long'],
    [1501, 'whole', 'accepted'],
  ])('%s characters, read %s: %s', (length, seen, expected) => {
    const s = holding(note(length));
    expect(said(s, signing(s, seen === 'on a card' ? undefined : seen))).toBe(expected);
  });

  it('says what no card holds', () => {
    const s = holding(note(1501));
    expect(advance(s, signing(s), at(s))).toEqual(
      refusal('arguments_too_long', { why: 'argument-too-long', count: 1501, most: 1500, argument: 'note' }),
    );
  });

  it.each<[risk: Risk, riskNow: Risk | undefined, length: number, together: string]>([
    ['low', undefined, 9, 'accepted'],
    ['low', 'low', 9, 'accepted'],
    ['low', 'high', 9, 'one_by_one'],
    ['high', undefined, 9, 'one_by_one'],
    ['high', 'low', 9, 'one_by_one'],
    ['high', 'high', 9, 'one_by_one'],
    ['low', 'high', 301, 'one_by_one'],
    ['high', 'low', 301, 'one_by_one'],
  ])('risk %s, now %s, %s characters: beside others it is %s', (risk, riskNow, length, together) => {
    const s = holding(note(length), risk);
    const ctx = at(s, START, riskNow ? { riskNow } : {});
    expect(said(s, signing(s, 'together'), ctx)).toBe(together);
    expect(said(s, signing(s), ctx)).toBe('accepted');
    expect(said(s, signing(s, 'whole'), ctx)).toBe('accepted');
  });
});

describe('the same click again', () => {
  it('with another digest than the one that was signed is none', () => {
    const s = opened(asks(1));
    const signed = step(s, approveBy('ada', s));
    expect(said(signed, approveBy('ada', s))).toBe('duplicate');
    expect(said(signed, { ...(approveBy('ada', s) as Approve), actionDigest: OTHER })).toBe(
      'already_decided',
    );
    const no = step(s, declineBy('ada', s));
    expect(said(no, declineBy('ada', s))).toBe('duplicate');
    expect(said(no, { ...declineBy('ada', s), actionDigest: OTHER } as ApprovalEvent)).toBe(
      'already_decided',
    );
  });

  it('is refused without a stage to wait for where every seat that this person could fill is taken', () => {
    const finance = asks(1, {
      stages: [{ name: 'finance', quorum: 1, who: [{ kind: 'group', group: 'finance' }] }],
    });
    const s = opened(finance);
    const now = at(s, START, { requirementNow: asks(1) });
    const one = state(advance(s, approveBy('fay', s), now));
    expect(one.status).toBe('pending');
    expect(advance(one, approveBy('finn', one), now)).toStrictEqual(refusal('not_an_approver'));
  });
});

describe('break-glass', () => {
  const allowed = asks(2, { breakGlass: true });
  const glass = (s: ApprovalState, name = 'ines', more: object = {}): ApprovalEvent => ({
    kind: 'break-glass',
    by: id(name),
    via: 'slack',
    actionDigest: s.actionDigest,
    reason: 'flood',
    ...more,
  });
  const s = opened(allowed);
  const broken = step(s, glass(s));

  it('records who, why and when', () => {
    expect(broken).toMatchObject({
      status: 'approved',
      decidedAtMs: START,
      breakGlass: { person: id('ines'), reason: 'flood', atMs: START },
    });
  });

  it.each<[string, ApprovalState, string, string]>([
    ['by the same Admin', broken, 'ines', 'duplicate'],
    ['by the same Admin once it runs', step(broken, begin(broken)), 'ines', 'duplicate'],
    ['by the same Admin after it was cancelled', step(broken, CANCEL), 'ines', 'already_decided'],
    ['by somebody else', broken, 'ada', 'already_decided'],
    ['on what others approved', { ...broken, breakGlass: null }, 'ines', 'already_decided'],
  ])('again %s', (_, from, name, expected) => {
    expect(said(from, glass(from, name))).toBe(expected);
  });

  it.each<[string, ApprovalEvent, Partial<ApprovalContext>, object]>([
    ['by one who left', glass(s), { people: inesGone }, refusal('not_an_approver')],
    ['by one who is unknown', glass(s), { people: inesUnknown }, refusal('not_an_approver')],
    ['on a stale card', glass(s, 'ines', { actionDigest: OTHER }), {}, refusal('digest_mismatch')],
    ['under no readable policy', glass(s), { requirementNow: null }, refusal('policy_unreadable')],
    ['for a paused agent', glass(s), { agentPaused: true }, refusal('agent_paused')],
    ['in a stopped tenant', glass(s), { tenantStopped: true }, refusal('tenant_stopped')],
    ['without a reason', glass(s, 'ines', { reason: ' ' }), {}, refusal('reason_needed')],
    ['without the right', glass(s, 'ada'), {}, refusal('not_permitted', { verb: 'break-glass' })],
    ['where policy forbids it', glass(s), { requirementNow: asks(2) }, refusal('break_glass_not_allowed')],
  ])('is refused %s', (_, event, more, expected) => {
    expect(advance(s, event, at(s, START, more))).toEqual(expected);
  });

  it('is refused after the deadline, to one who left before anything is said of it, and on a question', () => {
    const late = at(s, START + 96 * HOUR);
    expect(advance(s, glass(s), late)).toMatchObject({ reason: 'expired', moved: { status: 'expired' } });
    expect(advance(s, glass(s), { ...late, people: inesGone })).toEqual(refusal('not_an_approver'));
    const question = opened(allowed, { action: { ...s.action, ...ASK_PERSON } });
    expect(said(question, glass(question))).toBe('answer_needed');
  });

  it('is refused to an Admin whom the requester named', () => {
    const named = [{ from: id('robin'), to: id('ines'), by: id('robin'), atMs: START }];
    const chosen: ApprovalState = { ...s, delegations: named };
    expect(advance(chosen, glass(chosen), at(chosen))).toEqual(refusal('delegate_not_allowed'));
  });

  it.each<[string, boolean, Partial<ApprovalState>, Partial<ApprovalContext>]>([
    ['an Admin', true, {}, {}],
    ['an Admin who is gone', false, {}, { people: inesGone }],
    ['an Admin who is unknown', false, {}, { people: inesUnknown }],
    ['an Admin who asked', false, { requester: id('ines') }, {}],
    ['an Admin who edited', false, { editors: [id('ines')] }, {}],
    ['an Admin beside one who edited', true, { editors: [id('ada')] }, {}],
    ['an Admin under no readable policy', false, {}, { requirementNow: null }],
    ['an Admin whom policy stopped since', false, {}, { requirementNow: asks(2) }],
  ])('may be done, and holds until it runs: %s (%s)', (_, may, change, more) => {
    const asked = { ...s, ...change };
    expect(mayBreakGlass(asked, at(asked, START, more), id('ines'))).toBe(may);
    if (more.requirementNow === null) return;
    const then = { ...broken, ...change };
    expect(said(then, begin(then), at(then, START, more))).toBe(may ? 'accepted' : 'policy_unmet');
  });
});

describe('a standing grant', () => {
  const granting = asks(1, { grants: true });
  const s = opened(granting, { effect: 'reversible' });
  const use = (grant = 'grt_1'): ApprovalEvent => ({ kind: 'grant', grant });
  const granted = step(s, use());
  const action = { ...s.action, connector: 'countersign', tool: 'change_policy' };
  const own = opened(granting, { effect: 'reversible', action });

  it.each<[string, boolean, ApprovalState, Partial<ApprovalContext>]>([
    ['low risk, as it was asked for', true, s, {}],
    ['low risk then and now', true, s, { riskNow: 'low' }],
    ['a grant that is not revoked', true, s, { grantRevoked: false }],
    ['a grant that was revoked', false, s, { grantRevoked: true }],
    ['high risk by now', false, s, { riskNow: 'high' }],
    ['high risk from the first', false, { ...s, risk: 'high' }, { riskNow: 'low' }],
    ['what cannot be undone', false, { ...s, effect: 'irreversible' }, {}],
    ['what somebody edited', false, { ...s, editors: [id('ada')] }, {}],
    ['a policy that allows none by now', false, s, { requirementNow: asks(1) }],
    ['a policy that allowed none then', false, opened(asks(1), { effect: 'reversible' }), { requirementNow: granting }], // prettier-ignore
    ['one of our own actions', false, own, {}],
  ])('%s: %s', (_, may, from, more) => {
    const ctx = at(from, START, more);
    expect(grantable(from, ctx)).toBe(may);
    expect(said(from, use(), ctx)).toBe(may ? 'accepted' : 'grant_not_allowed');
    const then: ApprovalState = { ...from, status: 'approved', grant: 'grt_1', decidedAtMs: START };
    expect(said(then, begin(then), ctx)).toBe(may ? 'accepted' : 'policy_unmet');
  });

  it('signs for nothing while the policy cannot be read, the agent is paused or the tenant stopped', () => {
    const unreadable = at(s, START, { requirementNow: null });
    expect(grantable(s, unreadable)).toBe(false);
    expect(advance(s, use(), unreadable)).toEqual(refusal('policy_unreadable'));
    expect(said(s, use(), at(s, START, { agentPaused: true }))).toBe('agent_paused');
    expect(said(s, use(), at(s, START, { tenantStopped: true }))).toBe('tenant_stopped');
    expect(said(s, use(), at(s, START + 96 * HOUR))).toBe('expired');
  });

  it.each<[string, ApprovalState, string, string]>([
    ['the same grant', granted, 'grt_1', 'duplicate'],
    ['the same grant once it runs', step(granted, begin(granted)), 'grt_1', 'duplicate'],
    ['the same grant after it was cancelled', step(granted, CANCEL), 'grt_1', 'already_decided'],
    ['another grant', granted, 'grt_2', 'already_decided'],
    ['a grant on what a person signed', step(s, approveBy('ada', s)), 'grt_1', 'already_decided'],
  ])('again: %s', (_, from, grant, expected) => {
    expect(said(from, use(grant))).toBe(expected);
  });
});
