import { describe, expect, it } from 'vitest';
import type { Sha256 } from '../canonical-json.ts';
import { advance } from './advance.ts';
import {
  apr,
  approveBy,
  asks,
  at,
  begin,
  declineBy,
  editBy,
  HOUR,
  id,
  IN_STAGES,
  opened,
  PEOPLE,
  peopleMap,
  START,
  state,
} from './examples.ts';
import type { ApprovalContext, ApprovalEvent, ApprovalState, RefusalReason } from './types.ts';

const run = (from: ApprovalState, events: readonly ApprovalEvent[], ctx = at(from)): ApprovalState =>
  events.reduce((s, event) => state(advance(s, event, ctx)), from);
const reason = (from: ApprovalState, event: ApprovalEvent, ctx = at(from)): RefusalReason | 'accepted' => {
  const result = advance(from, event, ctx);
  return result.ok ? 'accepted' : result.reason;
};
const without = (name: string, change: object): ApprovalContext['people'] =>
  peopleMap(PEOPLE.map((p) => (p.id === id(name) ? { ...p, ...change } : p)));

describe('signing', () => {
  it('approves when two people out of the named groups have signed', () => {
    const first = advance(opened(), approveBy('ada', opened(), 'fine'), at(opened()));
    expect(first).toMatchObject({ ok: true, summary: 'Signed, 1 of 2.', duplicate: false });
    const second = advance(state(first), approveBy('sofia', opened()), at(opened()));
    expect(second).toMatchObject({ ok: true, summary: 'Signed, 2 of 2: approved.' });
    expect(state(second)).toMatchObject({ status: 'approved', version: 3, decidedAtMs: START });
    expect(state(second).signatures[0]).toMatchObject({
      person: id('ada'),
      comment: 'fine',
      stage: 0,
      via: 'slack',
    });
  });

  it('counts a person once, whatever chat the second click comes from', () => {
    const once = run(opened(), [approveBy('ada', opened())]);
    const again = advance(once, { ...approveBy('ada', opened()), via: 'teams' } as ApprovalEvent, at(once));
    expect(again).toEqual({
      ok: true,
      state: once,
      happened: { what: 'recorded-before', detail: {} },
      successor: null,
      duplicate: true,
      summary: expect.any(String),
    });
  });

  it('tells a click that is delivered again after execution that it was recorded', () => {
    const done = run(opened(asks(1)), [
      approveBy('ada', opened(asks(1))),
      begin(opened(asks(1))),
      { kind: 'execute-done', summary: 'Paid', reference: 'PAY-1' },
    ]);
    expect(done.status).toBe('executed');
    expect(advance(done, approveBy('ada', done), at(done))).toMatchObject({ ok: true, duplicate: true });
    expect(reason(done, approveBy('ben', done))).toBe('already_decided');
    expect(reason(done, declineBy('ada', done))).toBe('already_decided');
  });

  it.each<[string, string, RefusalReason]>([
    ['the requester', 'robin', 'own_request'],
    ['an operator whom the group names but roles.md does not permit', 'olga', 'not_permitted'],
    ['an engineer of the team', 'eve', 'not_permitted'],
    ['an Admin whom the policy does not name', 'ines', 'not_an_approver'],
    ['an approver of another team', 'fay', 'not_an_approver'],
    ['somebody unknown', 'nobody', 'not_an_approver'],
  ])('refuses %s', (_, name, expected) => {
    expect(reason(opened(), approveBy(name, opened()))).toBe(expected);
    expect(reason(opened(), declineBy(name, opened()))).toBe(expected);
    expect(reason(opened(), editBy(name, opened(), 5, apr(2)))).toBe(expected);
  });

  it('lets a Manager sign for their own team only', () => {
    expect(reason(opened(), approveBy('mara', opened()))).toBe('accepted');
    const elsewhere = at(opened(), START, { people: without('robin', { team: 'motor' }) });
    expect(reason(opened(), approveBy('mara', opened()), elsewhere)).toBe('not_permitted');
  });

  it('attack 21: refuses someone whose role was taken away after the card was posted', () => {
    expect(
      reason(
        opened(),
        approveBy('ada', opened()),
        at(opened(), START, { people: without('ada', { roles: ['consumer'] }) }),
      ),
    ).toBe('not_permitted');
    expect(
      reason(
        opened(),
        approveBy('ada', opened()),
        at(opened(), START, { people: without('ada', { active: false }) }),
      ),
    ).toBe('not_an_approver');
  });

  it('does not count an earlier signer who lost the right by the time the quorum would complete', () => {
    const one = run(opened(), [approveBy('ada', opened())]);
    const ctx = at(one, START, { people: without('ada', { roles: ['operator'] }) });
    const two = state(advance(one, approveBy('ben', one), ctx));
    expect(two).toMatchObject({ status: 'pending', progress: { signed: 1, needed: 2 } });
    expect(state(advance(two, approveBy('sofia', two), ctx)).status).toBe('approved');
  });

  it('refuses a digest that is not that of the action, stored or shown', () => {
    const forged = { ...approveBy('ada', opened()), actionDigest: 'f'.repeat(64) as Sha256 } as ApprovalEvent;
    expect(reason(opened(), forged)).toBe('digest_mismatch');
    const tampered = { ...opened(), action: { ...opened().action, args: { claim: 'CLM-1' } } };
    expect(reason(tampered, approveBy('ada', tampered))).toBe('digest_mismatch');
  });

  it('refuses while the policy cannot be read, the agent is paused or the tenant stopped', () => {
    const s = opened();
    expect(reason(s, approveBy('ada', s), at(s, START, { requirementNow: null }))).toBe('policy_unreadable');
    expect(reason(s, approveBy('ada', s), at(s, START, { agentPaused: true }))).toBe('agent_paused');
    expect(reason(s, approveBy('ada', s), at(s, START, { tenantStopped: true }))).toBe('tenant_stopped');
    expect(reason(s, declineBy('ada', s), at(s, START, { tenantStopped: true }))).toBe('accepted');
  });

  it('cleans comments so that they can be stored and digested', () => {
    const s = run(opened(), [approveBy('ada', opened(), ' cafe\u0301 \ud800\u0000 ')]);
    expect(s.signatures[0]?.comment).toBe('caf\u00e9 \ufffd\ufffd');
    expect(run(opened(), [approveBy('ada', opened(), '   ')]).signatures[0]?.comment).toBeNull();
  });
});

describe('declining', () => {
  it('needs a reason, ends it, and holds against one who approved before', () => {
    expect(reason(opened(), declineBy('ada', opened(), '  '))).toBe('reason_needed');
    const s = run(opened(), [approveBy('ada', opened()), declineBy('ada', opened(), 'the phone link')]);
    expect(s).toMatchObject({
      status: 'declined',
      declined: { person: id('ada'), reason: 'the phone link' },
    });
    expect(advance(s, declineBy('ada', s), at(s))).toMatchObject({ ok: true, duplicate: true });
    expect(advance(s, approveBy('ben', s), at(s))).toMatchObject({
      ok: false,
      reason: 'already_decided',
      detail: { status: 'declined', by: id('ada'), atMs: START },
    });
  });
});

describe('stages', () => {
  it('run one after the other, each with people of its own', () => {
    const s = opened(IN_STAGES);
    expect(advance(s, approveBy('fay', s), at(s))).toMatchObject({
      reason: 'not_an_approver',
      detail: { openStage: 'team' },
    });
    const one = run(s, [approveBy('ada', s)]);
    expect(reason(one, approveBy('ben', one))).toBe('not_an_approver');
    expect(one.progress).toEqual({
      signed: 1,
      needed: 2,
      stages: [
        { name: 'team', signed: 1, needed: 1 },
        { name: 'finance', signed: 0, needed: 1 },
      ],
    });
    const two = run(one, [approveBy('fay', one)]);
    expect(two.status).toBe('approved');
    expect(two.signatures.map((x) => x.stage)).toEqual([0, 1]);
  });

  it('go on from where they were when an early signer loses the right', () => {
    const s = run(opened(IN_STAGES), [approveBy('ada', opened(IN_STAGES))]);
    const ctx = at(s, START, { people: without('ada', { roles: [] }) });
    expect(reason(s, approveBy('fay', s), ctx)).toBe('not_an_approver');
    const mended = state(advance(s, approveBy('ben', s), ctx));
    expect(state(advance(mended, approveBy('fay', mended), ctx)).status).toBe('approved');
  });
});

describe('policy that changes while it waits', () => {
  it('attack 24: wants the quorum of creation and of now', () => {
    const s = opened(asks(1));
    const raised = at(s, START, { requirementNow: asks(2) });
    const one = state(advance(s, approveBy('ada', s), raised));
    expect(one).toMatchObject({ status: 'pending', progress: { signed: 1, needed: 2 } });
    expect(state(advance(one, approveBy('ben', one), raised)).status).toBe('approved');
    const lowered = opened(asks(2));
    const half = state(
      advance(lowered, approveBy('ada', lowered), at(lowered, START, { requirementNow: asks(1) })),
    );
    expect(half.status).toBe('pending');
  });

  it('completes at the next click when it asks for less again', () => {
    const s = opened(asks(1));
    const one = state(advance(s, approveBy('ada', s), at(s, START, { requirementNow: asks(2) })));
    expect(one.status).toBe('pending');
    expect(state(advance(one, approveBy('ada', one), at(one)))).toMatchObject({
      status: 'approved',
      version: 3,
    });
  });

  it('attack 24: wants both groups when the group was swapped', () => {
    const s = opened(asks(1));
    const stages = [{ name: 'finance', quorum: 1, who: [{ kind: 'group' as const, group: 'finance' }] }];
    const swapped = at(s, START, { requirementNow: asks(1, { stages }) });
    const old = state(advance(s, approveBy('ada', s), swapped));
    expect(old.status).toBe('pending');
    expect(state(advance(s, approveBy('fay', s), swapped)).status).toBe('pending');
    expect(state(advance(old, approveBy('fay', old), swapped)).status).toBe('approved');
  });

  it('wants one more person at high risk, of creation or of now', () => {
    const s = opened(asks(1), { risk: 'high' });
    expect(run(s, [approveBy('ada', s)])).toMatchObject({
      status: 'pending',
      progress: { signed: 1, needed: 2 },
    });
    expect(run(s, [approveBy('ada', s), approveBy('ben', s)]).status).toBe('approved');
    const low = opened(asks(1));
    expect(state(advance(low, approveBy('ada', low), at(low, START, { riskNow: 'high' }))).status).toBe(
      'pending',
    );
  });
});

describe('delegation', () => {
  const named = (by: string, createdAtMs: number): ApprovalContext['delegations'] => [
    { from: id(by), to: id('ben'), fromMs: START, untilMs: START + HOUR, createdBy: id(by), createdAtMs },
  ];

  it('is to someone who could sign anyway, is recorded, and lets nobody sign who could not', () => {
    const s = opened();
    for (const to of ['fay', 'olga', 'robin', 'nobody', 'ada'])
      expect(reason(s, { kind: 'delegate', by: id('ada'), to: id(to) })).toBe('delegate_not_allowed');
    expect(reason(s, { kind: 'delegate', by: id('robin'), to: id('ada') })).toBe('own_request');
    const handed = run(s, [{ kind: 'delegate', by: id('ada'), to: id('ben') }, approveBy('ben', s)]);
    expect(handed.signatures[0]).toMatchObject({ person: id('ben'), onBehalfOf: id('ada') });
    expect(
      reason(
        s,
        approveBy('fay', s),
        at(s, START, { delegations: [{ ...named('ada', START)[0]!, to: id('fay') }] }),
      ),
    ).toBe('not_an_approver');
  });

  it('by the requester while it is pending shuts the delegate out, and never acts for the requester', () => {
    const s = opened();
    expect(reason(s, approveBy('ben', s), at(s, START + 5, { delegations: named('robin', START + 1) }))).toBe(
      'delegate_not_allowed',
    );
    const before = state(
      advance(s, approveBy('ben', s), at(s, START, { delegations: named('robin', START - 1) })),
    );
    expect(before.signatures[0]?.onBehalfOf).toBeNull();
    const later = state(
      advance(s, approveBy('ben', s), at(s, START, { delegations: named('mara', START - 1) })),
    );
    expect(later.signatures[0]?.onBehalfOf).toBe(id('mara'));
  });

  it('by the requester also shuts out the signature given before, and reaches over an edit', () => {
    const s = opened(asks(1));
    const edited = advance(s, editBy('ada', s, 5, apr(2)), at(s, START + HOUR));
    const successor = edited.ok ? edited.successor! : s;
    const ctx = at(successor, START + 2 * HOUR, { delegations: named('robin', START + 1) });
    expect(reason(successor, approveBy('ben', successor), ctx)).toBe('delegate_not_allowed');
  });
});

describe('break-glass and grants', () => {
  const glass = (name: string, s: ApprovalState, why = 'flood'): ApprovalEvent => ({
    kind: 'break-glass',
    by: id(name),
    via: 'slack',
    actionDigest: s.actionDigest,
    reason: why,
  });

  it('takes an Admin, a reason, and a policy that allows it, then as now', () => {
    const s = opened(asks(2, { breakGlass: true }));
    expect(reason(s, glass('ines', s, ' '))).toBe('reason_needed');
    expect(reason(s, glass('ada', s))).toBe('not_permitted');
    expect(reason(s, glass('ines', s), at(s, START, { requirementNow: asks(2) }))).toBe(
      'break_glass_not_allowed',
    );
    expect(reason(opened(), glass('ines', opened()))).toBe('break_glass_not_allowed');
    const open = run(s, [glass('ines', s)]);
    expect(open).toMatchObject({ status: 'approved', breakGlass: { person: id('ines'), reason: 'flood' } });
    expect(run(open, [begin(open)]).status).toBe('executing');
    expect(
      reason(open, begin(open), at(open, START, { people: without('ines', { roles: ['operator'] }) })),
    ).toBe('policy_unmet');
  });

  it('never on their own request, and never by one who edited', () => {
    const own = opened(asks(2, { breakGlass: true }), { requester: id('ines') });
    expect(reason(own, glass('ines', own))).toBe('own_request');
    const edited = { ...opened(asks(2, { breakGlass: true })), editors: [id('ines')] };
    expect(reason(edited, glass('ines', edited))).toBe('editor_alone');
  });

  it('lets a grant sign for what can be undone, where both policies allow it', () => {
    const grants = asks(1, { grants: true });
    const use: ApprovalEvent = { kind: 'grant', grant: 'grt_1' };
    const ok = opened(grants, { effect: 'reversible' });
    expect(run(ok, [use])).toMatchObject({ status: 'approved', grant: 'grt_1' });
    expect(reason(opened(grants), use)).toBe('grant_not_allowed');
    expect(reason(opened(asks(1), { effect: 'reversible' }), use)).toBe('grant_not_allowed');
    expect(reason(ok, use, at(ok, START, { requirementNow: asks(1) }))).toBe('grant_not_allowed');
    expect(reason(opened(grants, { effect: 'reversible', risk: 'high' }), use)).toBe('grant_not_allowed');
    const granted = run(ok, [use]);
    expect(reason(granted, begin(granted), at(granted, START, { requirementNow: asks(1) }))).toBe(
      'policy_unmet',
    );
  });
});

describe('cancelling and failing to deliver', () => {
  it('may be done by the system and by those whom the roles table lets, also once approved', () => {
    const s = opened(asks(1));
    const cancel = (by: string | null): ApprovalEvent => ({
      kind: 'cancel',
      by: by ? id(by) : null,
      reason: 'stop',
    });
    expect(run(s, [cancel(null)])).toMatchObject({
      status: 'cancelled',
      closed: { by: null, reason: 'stop' },
    });
    expect(reason(s, cancel('olga'))).toBe('not_permitted');
    expect(reason(s, cancel('olga'), at(s, START, { agentClass: 'standard' }))).toBe('accepted');
    const approved = run(s, [approveBy('ada', s)]);
    expect(run(approved, [cancel('ines')]).status).toBe('cancelled');
    expect(reason(run(approved, [begin(approved)]), cancel(null))).toBe('already_decided');
    expect(reason(run(s, [cancel(null)]), approveBy('ada', s))).toBe('already_decided');
    expect(run(s, [{ kind: 'undeliverable' }]).status).toBe('undeliverable');
  });
});

describe('execution', () => {
  const approved = (): ApprovalState => run(opened(asks(1)), [approveBy('ada', opened(asks(1)))]);

  it('begins once, with the digest that was signed', () => {
    const s = approved();
    expect(reason(opened(), begin(opened()))).toBe('wrong_state');
    const other = {
      kind: 'execute-begin',
      actionDigest: 'e'.repeat(64) as Sha256,
      preconditionsHold: true,
    } as const;
    expect(reason(s, other)).toBe('digest_mismatch');
    const running = run(s, [begin(s)]);
    expect(running).toMatchObject({ status: 'executing', execution: { attempts: 1, startedAtMs: START } });
    expect(reason(running, begin(running))).toBe('wrong_state');
    expect(run(running, [{ kind: 'execute-retry' }]).execution?.attempts).toBe(2);
    expect(reason(s, { kind: 'execute-retry' })).toBe('wrong_state');
  });

  it('does not begin while the agent is paused, the tenant stopped or the policy unreadable, and stays approved', () => {
    const s = approved();
    for (const [more, why] of [
      [{ agentPaused: true }, 'agent_paused'],
      [{ tenantStopped: true }, 'tenant_stopped'],
      [{ requirementNow: null }, 'policy_unreadable'],
    ] as const) {
      const result = advance(s, begin(s), at(s, START, more));
      expect(result).toEqual({ ok: false, reason: why, detail: {} });
    }
  });

  it.each<[string, (s: ApprovalState) => ApprovalContext, boolean, RefusalReason]>([
    [
      'a signer who lost the right',
      (s) => at(s, START, { people: without('ada', { roles: [] }) }),
      true,
      'policy_unmet',
    ],
    [
      'a signer who is gone',
      (s) => at(s, START, { people: without('ada', { active: false }) }),
      true,
      'policy_unmet',
    ],
    [
      'a policy that asks more by now',
      (s) => at(s, START, { requirementNow: asks(2) }),
      true,
      'policy_unmet',
    ],
    ['preconditions that do not hold', (s) => at(s), false, 'preconditions_failed'],
    ['a time that has passed', (s) => at(s, START + 24 * HOUR), true, 'lapsed'],
  ])('ends as lapsed for %s', (_, ctx, holds, why) => {
    const s = approved();
    const result = advance(s, begin(s, holds), ctx(s));
    expect(result).toMatchObject({
      ok: false,
      reason: why,
      moved: { status: 'lapsed', closed: { reason: why }, version: s.version + 1 },
    });
  });

  it('ends once, and the same report again is the same end', () => {
    const running = run(approved(), [begin(approved())]);
    const done: ApprovalEvent = { kind: 'execute-done', summary: 'Paid', reference: 'PAY-1' };
    const paid = run(running, [done]);
    expect(paid).toMatchObject({
      status: 'executed',
      execution: { summary: 'Paid', reference: 'PAY-1', finishedAtMs: START },
    });
    expect(advance(paid, done, at(paid))).toMatchObject({ ok: true, duplicate: true });
    expect(reason(paid, { kind: 'execute-failed', summary: 'no' })).toBe('wrong_state');
    expect(run(running, [{ kind: 'execute-failed', summary: 'no' }]).status).toBe('failed');
    expect(run(running, [{ kind: 'execute-unknown', summary: '?' }]).status).toBe('unknown');
    expect(run(paid, [{ kind: 'compensated', summary: 'undone' }]).status).toBe('compensated');
    expect(reason(running, { kind: 'compensated', summary: 'undone' })).toBe('wrong_state');
  });
});
