import { describe, expect, it } from 'vitest';
import { ASK_PERSON, type AnswerValue, type PersonQuestion } from '../person-question.ts';
import { statusNote, statusWords } from '../sentences.ts';
import { advance } from './advance.ts';
import { asks, at, HOUR, id, opened, PEOPLE, peopleMap, START, state as stateOf } from './examples.ts';
import { nextTimer } from './timers.ts';
import type { ApprovalEvent, ApprovalState } from './types.ts';

const ABOUT = { to: 'claims', question: 'Which day was it?', why: 'Two say otherwise.', citations: [] };
const NUMBER: PersonQuestion = {
  ...ABOUT,
  kind: 'correct_field',
  field: { label: 'Days', type: 'number', current: 3, least: 1, most: 14 },
};
const DATE: PersonQuestion = {
  ...ABOUT,
  kind: 'correct_field',
  field: {
    label: 'Incident',
    type: 'date',
    current: '2026-10-26',
    earliest: '2026-10-01',
    latest: '2026-11-24',
  },
};
const CHOICE: PersonQuestion = { ...ABOUT, kind: 'choose', options: ['Monday', 'Tuesday'] };
const EXCEPTION: PersonQuestion = { ...ABOUT, kind: 'grant_exception' };

/** Ben alone is asked; the seniors once it was escalated. */
const toBen = asks(1, {
  stages: [{ name: 'answer', quorum: 1, who: [{ kind: 'person', person: id('ben') }] }],
});

const asked = (question: PersonQuestion): ApprovalState => {
  const { action } = opened();
  const args = JSON.parse(JSON.stringify(question)) as ApprovalState['action']['args'];
  return opened(toBen, { action: { ...action, ...ASK_PERSON, args }, effect: 'reversible', amount: null });
};

const answer = (
  name: string,
  s: ApprovalState,
  value: AnswerValue,
  reason: string | null = null,
): ApprovalEvent => ({
  ...{ kind: 'respond', by: id(name), via: 'slack', actionDigest: s.actionDigest, cardDigest: null },
  ...{ value, reason },
});

const said = (s: ApprovalState, event: ApprovalEvent, nowMs = START, more = {}) => {
  const result = advance(s, event, at(s, nowMs, more));
  return result.ok ? result.state.status : result.reason;
};

describe('an answer', () => {
  it('comes from whom it names, the requester, a Manager of the team or an Admin', () => {
    const s = asked(CHOICE);
    for (const name of ['ben', 'robin', 'mara', 'ines'])
      expect(said(s, answer(name, s, 'Monday')), name).toBe('answered');
    for (const name of ['ada', 'sofia', 'finn', 'olga', 'eve'])
      expect(said(s, answer(name, s, 'Monday')), name).toBe('not_asked');
    expect(said({ ...s, escalatedAtMs: START }, answer('sofia', s, 'Monday'))).toBe('answered');
  });

  it('never grants the requester an exception, nor whom they named for it', () => {
    const s = asked(EXCEPTION);
    expect(said(s, answer('robin', s, true, 'Please'))).toBe('own_request');
    const named = [
      {
        from: id('robin'),
        to: id('ben'),
        createdBy: id('robin'),
        createdAtMs: START,
        fromMs: 0,
        untilMs: 9e15,
      },
    ];
    expect(said(s, answer('ben', s, true, 'Please'), START, { delegations: named })).toBe(
      'delegate_not_allowed',
    );
    expect(said(s, answer('ben', s, true))).toBe('reason_needed');
    expect(said(s, answer('ben', s, 'yes', 'So be it'))).toBe('answer_refused');
    expect(said(s, answer('ben', s, false, 'No'))).toBe('answered');
  });

  it.each([
    [NUMBER, 14, 'answered'],
    [NUMBER, 15, 'answer_refused'],
    [NUMBER, '4', 'answer_refused'],
    [DATE, '2026-10-28', 'answered'],
    [DATE, '2026-02-30', 'answer_refused'],
    [DATE, '2026-09-30', 'answer_refused'],
    [CHOICE, 'Tuesday', 'answered'],
    [CHOICE, 'Sunday', 'answer_refused'],
  ] as const)('%# is held to what was asked: %s', (question, value, outcome) => {
    const s = asked(question);
    expect(said(s, answer('ben', s, value))).toBe(outcome);
  });

  it('is one answer, by the card that was shown, and never while everything is stopped', () => {
    const s = asked(CHOICE);
    const other = { ...s, actionDigest: opened().actionDigest };
    expect(said(s, answer('ben', other, 'Monday'))).toBe('digest_mismatch');
    expect(said(s, answer('ben', s, 'Monday'), START, { tenantStopped: true })).toBe('tenant_stopped');
    expect(said(s, answer('ben', s, 'Monday'), START, { agentPaused: true })).toBe('agent_paused');
    const done = stateOf(advance(s, answer('ben', s, 'Monday'), at(s)));
    expect(advance(done, answer('ben', done, 'Monday'), at(done))).toMatchObject({
      ok: true,
      duplicate: true,
    });
    expect(said(done, answer('ben', done, 'Tuesday'))).toBe('already_decided');
    expect(said(done, answer('mara', done, 'Monday'))).toBe('already_decided');
    expect(nextTimer(done, START)).toBeNull();
  });

  it('cannot be signed, declined, edited, run or let through by a grant or an Admin', () => {
    const s = asked(CHOICE);
    const shown = { by: id('ben'), via: 'slack', actionDigest: s.actionDigest, cardDigest: null } as const;
    expect(said(s, { kind: 'approve', ...shown, comment: null })).toBe('answer_needed');
    expect(said(s, { kind: 'decline', ...shown, reason: 'no' })).toBe('answer_needed');
    expect(said(s, { kind: 'break-glass', ...shown, by: id('ines'), reason: 'now' })).toBe('answer_needed');
    expect(said(s, { kind: 'grant', grant: 'grt_1' })).toBe('grant_not_allowed');
    const done = stateOf(advance(s, answer('ben', s, 'Monday'), at(s)));
    const begin = { kind: 'execute-begin', actionDigest: s.actionDigest, preconditionsHold: true } as const;
    expect(said(done, begin)).toBe('wrong_state');
  });

  it('is reminded of, escalated after 48 h, and expires without being a decline', () => {
    const s = asked(CHOICE);
    const reminded = stateOf(advance(s, { kind: 'timer' }, at(s, START + 5 * HOUR)));
    expect(reminded.reminders).toBe(1);
    const escalated = stateOf(advance(reminded, { kind: 'timer' }, at(s, START + 48 * HOUR)));
    expect(escalated.escalatedAtMs).toBe(START + 48 * HOUR);
    expect(said(escalated, answer('sofia', s, 'Monday'), START + 49 * HOUR)).toBe('answered');
    const over = stateOf(advance(escalated, { kind: 'timer' }, at(s, START + 96 * HOUR)));
    expect(over.status).toBe('expired');
    expect(statusWords(over)).toBe('Expired without an answer');
    expect(said(escalated, answer('ben', s, 'Monday'), START + 97 * HOUR)).toBe('expired');
    expect([statusWords(s), statusNote(s)]).toEqual(['Waiting for an answer', 'The run waits for it']);
  });
});

describe('what is kept of an answer', () => {
  const TEXT: PersonQuestion = {
    ...ABOUT,
    kind: 'correct_field',
    field: { label: 'Street', type: 'text', current: 'Quay' },
  };
  const given = (s: ApprovalState, event: ApprovalEvent) => stateOf(advance(s, event, at(s)));

  it('is who, when, what and why, cleaned, and that nobody else is needed', () => {
    const s = asked(CHOICE);
    expect(given(s, answer('ben', s, '  Monday ', ' I saw it. '))).toEqual({
      ...s,
      version: 2,
      status: 'answered',
      decidedAtMs: START,
      answer: {
        person: id('ben'),
        onBehalfOf: null,
        atMs: START,
        value: 'Monday',
        reason: 'I saw it.',
        via: 'slack',
        cardDigest: null,
      },
      progress: { signed: 1, needed: 1, stages: [{ name: 'answer', signed: 1, needed: 1 }] },
    });
  });

  it('is a seat without a name where the policy names no stage', () => {
    const s = asked(CHOICE);
    const bare: ApprovalState = {
      ...s,
      policy: { ...s.policy, requirement: { ...s.policy.requirement, stages: [] } },
    };
    expect(given(bare, answer('mara', bare, 'Monday')).progress).toEqual({
      signed: 1,
      needed: 1,
      stages: [{ name: '', signed: 1, needed: 1 }],
    });
  });

  it('is no blank text', () => {
    const s = asked(TEXT);
    expect(advance(s, answer('ben', s, ' \n '), at(s))).toEqual({
      ok: false,
      reason: 'answer_refused',
      detail: { why: 'no-input' },
    });
    expect(given(s, answer('ben', s, 'Pier')).answer?.value).toBe('Pier');
  });

  it('is nothing where nobody asked', () => {
    const s = opened();
    expect(advance(s, answer('ben', s, 'Monday'), at(s))).toEqual({
      ok: false,
      reason: 'wrong_state',
      detail: { why: 'not-a-question' },
    });
  });

  it('is the first one; only the very same is taken for it', () => {
    const s = asked(CHOICE);
    const done = given(s, answer('ben', s, 'Monday', 'I saw it.'));
    const same = advance(done, answer('ben', done, 'Monday', ' I saw it. '), at(done));
    expect(same).toMatchObject({ ok: true, duplicate: true, state: done });
    const elsewhere = { ...done, actionDigest: opened().actionDigest };
    for (const other of [
      answer('ben', done, 'Monday', 'I heard it.'),
      answer('ben', done, 'Monday'),
      answer('ben', elsewhere, 'Monday', 'I saw it.'),
    ])
      expect(said(done, other)).toBe('already_decided');
  });

  it('never comes from whom nobody knows, or who left, and they are not told how it ended', () => {
    const s = asked(CHOICE);
    const done = given(s, answer('ben', s, 'Monday'));
    const left = {
      people: peopleMap(PEOPLE.map((p) => (p.id === id('robin') ? { ...p, active: false } : p))),
    };
    for (const one of [s, done]) {
      const refusal = { ok: false, reason: 'not_asked', detail: {} };
      expect(advance(one, answer('nobody', one, 'Tuesday'), at(one))).toEqual(refusal);
      expect(advance(one, answer('robin', one, 'Tuesday'), at(one, START, left))).toEqual(refusal);
    }
  });
});
