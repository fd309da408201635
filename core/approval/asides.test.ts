import { describe, expect, it } from 'vitest';
import { ASK_PERSON } from '../person-question.ts';
import { advance } from './advance.ts';
import {
  approveBy,
  asks,
  at,
  declineBy,
  HOUR,
  id,
  opened,
  PEOPLE,
  peopleMap,
  START,
  state,
} from './examples.ts';
import type { ApprovalEvent, ApprovalState } from './types.ts';

const step = (from: ApprovalState, event: ApprovalEvent, nowMs = START): ApprovalState =>
  state(advance(from, event, at(from, nowMs)));
const ask = (name: string, questionId = 'qst_1', text = 'why?'): ApprovalEvent => ({
  kind: 'ask',
  by: id(name),
  questionId,
  text,
});
const answer = (name: string, text: string, questionId = 'qst_1'): ApprovalEvent => ({
  kind: 'answer',
  by: id(name),
  questionId,
  text,
});
const delegate = (by: string, to: string): ApprovalEvent => ({ kind: 'delegate', by: id(by), to: id(to) });
const snooze = (name: string, untilMs: number): ApprovalEvent => ({ kind: 'snooze', by: id(name), untilMs });
const declined = (from: ApprovalState): ApprovalState => step(from, declineBy('sofia', from));
const adaGone = peopleMap(PEOPLE.map((p) => (p.id === id('ada') ? { ...p, active: false } : p)));

const UNCHANGED = { ok: true, duplicate: true };
const refusal = (reason: string, detail: object = {}): object => ({ ok: false, reason, detail });

describe('whatever is done beside deciding', () => {
  it.each<[string, ApprovalEvent]>([
    ['a question', ask('ada')],
    ['a delegate', delegate('ada', 'ben')],
    ['a snooze', snooze('ada', START + HOUR)],
  ])('%s is for those who are there, asked, in time, and never the requester', (_, event) => {
    const s = opened();
    const byOther = (name: string): ApprovalEvent => ({ ...event, by: id(name) }) as ApprovalEvent;
    expect(advance(s, event, at(s))).toMatchObject({ ok: true, duplicate: false });
    expect(advance(s, byOther('robin'), at(s))).toEqual(refusal('own_request'));
    expect(advance(s, byOther('fay'), at(s))).toEqual(refusal('not_an_approver'));
    expect(advance(s, byOther('nobody'), at(s))).toEqual(refusal('not_an_approver'));
    const late = at(s, START + 96 * HOUR);
    expect(advance(s, event, late)).toMatchObject({ reason: 'expired', moved: { status: 'expired' } });
    expect(advance(declined(s), event, at(s))).toMatchObject({ reason: 'already_decided' });
    // Whoever left is told nothing of how it ended.
    expect(advance(declined(s), event, at(s, START, { people: adaGone }))).toEqual(
      refusal('not_an_approver'),
    );
  });
});

describe('a question', () => {
  it('is kept as it was asked, and asked once', () => {
    const asked = step(opened(), ask('ada', 'qst_1', ' why? '), START + HOUR);
    expect(asked.questions).toEqual([
      {
        id: 'qst_1',
        by: id('ada'),
        askedAtMs: START + HOUR,
        text: 'why?',
        answer: null,
        answeredAtMs: null,
      },
    ]);
    expect(asked.pausedSinceMs).toBe(START + HOUR);
    expect(advance(asked, ask('ada'), at(asked))).toMatchObject({ ...UNCHANGED, state: asked });
    expect(step(asked, ask('ada', 'qst_2')).questions.map((q) => q.id)).toEqual(['qst_1', 'qst_2']);
  });

  it('that came through stays so, also when it is delivered again after the end', () => {
    const over = declined(step(opened(), ask('ada')));
    expect(advance(over, ask('ada'), at(over))).toMatchObject(UNCHANGED);
    expect(advance(over, ask('ada', 'qst_2'), at(over))).toMatchObject({ reason: 'already_decided' });
  });

  it('says something', () => {
    expect(advance(opened(), ask('ada', 'qst_1', ' \n '), at(opened()))).toEqual(refusal('reason_needed'));
  });
});

describe('an answer', () => {
  const asked = step(opened(), ask('ada'));
  const answered = step(asked, answer('robin', ' so '), START + HOUR);

  it('is kept with who gave it and when', () => {
    expect(answered.questions).toMatchObject([
      { id: 'qst_1', answer: 'so', answeredAtMs: START + HOUR, answeredBy: id('robin') },
    ]);
  });

  it.each<[string, ApprovalState, ApprovalEvent, object]>([
    ['the same again', answered, answer('robin', 'so'), UNCHANGED],
    ['the same again after the end', declined(answered), answer('robin', 'so'), UNCHANGED],
    ['another one', answered, answer('robin', 'no'), refusal('wrong_state', { why: 'answered-before' })],
    ['blank', asked, answer('robin', '  '), refusal('reason_needed')],
    ['to what nobody asked', asked, answer('robin', 'so', 'qst_2'), refusal('not_found')],
    ['of a bystander', asked, answer('fay', 'so'), refusal('not_permitted', { verb: 'answer' })],
    ['of somebody unknown', asked, answer('nobody', 'so'), refusal('not_permitted', { verb: 'answer' })],
  ])('%s', (_, from, event, expected) => {
    const result = advance(from, event, at(from));
    if (expected === UNCHANGED) expect(result).toMatchObject({ ...UNCHANGED, state: from });
    else expect(result).toEqual(expected);
  });

  it.each(['so', ''])('comes too late after the end: "%s"', (text) => {
    const over = declined(asked);
    expect(advance(over, answer('robin', text), at(over))).toMatchObject({ reason: 'already_decided' });
    const late = at(asked, START + 120 * HOUR);
    expect(advance(asked, answer('robin', text), late)).toMatchObject({ reason: 'expired' });
  });
});

describe('handing on', () => {
  const once = step(opened(), delegate('ada', 'ben'), START + 5);

  it('is written once for the same two people, and for others each time', () => {
    const entry = { from: id('ada'), to: id('ben'), by: id('ada'), atMs: START + 5 };
    expect(once.delegations).toEqual([entry]);
    expect(advance(once, delegate('ada', 'ben'), at(once))).toMatchObject({ ...UNCHANGED, state: once });
    for (const [by, to] of [
      ['ada', 'sofia'],
      ['mara', 'ben'],
      ['ben', 'ada'],
    ] as const)
      expect(step(once, delegate(by, to)).delegations).toEqual([
        entry,
        { from: id(by), to: id(to), by: id(by), atMs: START },
      ]);
  });

  it('is over with the request, also for what was handed on before', () => {
    const over = declined(once);
    expect(advance(over, delegate('ada', 'ben'), at(over))).toMatchObject({ reason: 'already_decided' });
  });

  it('takes the right to delegate: an operator who was asked a question answers it, and hands it to nobody', () => {
    const people = ['olga', 'ada', 'ben'].map((name) => ({ kind: 'person' as const, person: id(name) }));
    const args = { kind: 'choose', to: 'claims', question: 'Which day was it?', why: 'Two say otherwise.', citations: [], options: ['Monday', 'Tuesday'] }; // prettier-ignore
    const s = opened(asks(1, { stages: [{ name: 'answer', quorum: 1, who: people }] }), {
      action: { ...opened().action, ...ASK_PERSON, args },
    });
    expect(advance(s, delegate('ada', 'ben'), at(s))).toMatchObject({ ok: true, duplicate: false });
    expect(advance(s, delegate('olga', 'ben'), at(s))).toEqual(
      refusal('not_permitted', { verb: 'delegate' }),
    );
  });
});

describe('a snooze', () => {
  const T2 = START + 2 * HOUR;
  const T3 = START + 3 * HOUR;
  const ada = step(opened(), snooze('ada', T2));

  it('says until when', () => {
    expect(advance(opened(), snooze('ada', T2), at(opened()))).toMatchObject({
      ok: true,
      happened: { what: 'snoozed', detail: { untilMs: T2 } },
    });
    expect(ada.snoozes).toEqual([{ person: id('ada'), untilMs: T2 }]);
  });

  it('again to the same time is the same snooze', () => {
    expect(advance(ada, snooze('ada', T2), at(ada))).toMatchObject({ ...UNCHANGED, state: ada });
  });

  it('to another time takes the place of the one before, and leaves those of others alone', () => {
    const both = step(ada, snooze('ben', T2));
    expect(both.snoozes).toEqual([
      { person: id('ada'), untilMs: T2 },
      { person: id('ben'), untilMs: T2 },
    ]);
    expect(step(both, snooze('ada', T3)).snoozes).toEqual([
      { person: id('ben'), untilMs: T2 },
      { person: id('ada'), untilMs: T3 },
    ]);
  });

  it('that ended stays beside a new one, and cannot be had again', () => {
    const ended = step(ada, { kind: 'timer' }, T2);
    const past = { person: id('ada'), untilMs: T2, ended: true };
    expect(ended.snoozes).toEqual([past]);
    expect(step(ended, snooze('ada', T3), T2).snoozes).toEqual([past, { person: id('ada'), untilMs: T3 }]);
    expect(advance(ended, snooze('ada', T2), at(ended, T2))).toEqual(
      refusal('arguments_refused', { why: 'time-passed' }),
    );
  });

  it.each([
    ['a time that has passed', START - 1, false],
    ['now', START, false],
    ['the next instant', START + 1, true],
    ['no whole number', START + 1.5, false],
    ['no number', Number.NaN, false],
    ['never', Number.POSITIVE_INFINITY, false],
  ])('to %s', (_, untilMs, ok) => {
    const result = advance(opened(), snooze('ada', untilMs), at(opened()));
    if (ok) expect(result).toMatchObject({ ok: true, duplicate: false });
    else expect(result).toEqual(refusal('arguments_refused', { why: 'time-passed' }));
  });

  it("is nobody's once the request is signed for good", () => {
    const s = opened(asks(1));
    const over = step(s, approveBy('ben', s));
    expect(advance(over, snooze('ada', T2), at(over))).toMatchObject({
      reason: 'already_decided',
      detail: { status: 'approved', by: id('ben') },
    });
  });
});
