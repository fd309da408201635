import { describe, expect, it } from 'vitest';
import { ApprovalId } from '../ids.ts';
import { advance } from './advance.ts';
import {
  asidesMoved,
  BREAK_GLASS,
  isReminder,
  looksTheSame,
  openQuestions,
  questionSubject,
  readQuestionSubject,
  reminderAfterSnooze,
  remindersOf,
  reminderNumber,
} from './card-subjects.ts';
import { approveBy, asks, at, HOUR, id, opened, START, state } from './examples.ts';
import type { ApprovalEvent, ApprovalState } from './types.ts';

const ULID = '01JD8ZQ3V4W5X6Y7Z8A9B0C1D2';
const APPROVAL = ApprovalId.parse(`apr_${ULID}`);
const LATER = START + 2 * HOUR;

const step = (from: ApprovalState, event: ApprovalEvent, nowMs = START): ApprovalState =>
  state(advance(from, event, at(from, nowMs)));
const ask = (questionId: string): ApprovalEvent => ({ kind: 'ask', by: id('ada'), questionId, text: 'why?' });
const answer = (questionId: string): ApprovalEvent => ({
  kind: 'answer',
  by: id('robin'),
  questionId,
  text: 'so',
});
const snooze = (name: string, untilMs: number): ApprovalEvent => ({ kind: 'snooze', by: id(name), untilMs });
const TIMER: ApprovalEvent = { kind: 'timer' };

describe('the subject of a question', () => {
  it('begins with the approval and is read back as it was written', () => {
    const subject = questionSubject({ approval: APPROVAL, question: 'qst_1' });
    expect(subject).toBe(`apr_${ULID}/qst_1`);
    expect(readQuestionSubject(subject)).toEqual({ approval: APPROVAL, question: 'qst_1' });
  });

  it.each([
    ['nothing', ''],
    ['an approval alone', `apr_${ULID}`],
    ['a question without a name', `apr_${ULID}/`],
    ['more than a question', `apr_${ULID}/qst_1/more`],
    ['one more stroke', `apr_${ULID}/qst_1/`],
    ['an id of something else', `per_${ULID}/qst_1`],
    ['an id that is too short', 'apr_1/qst_1'],
    ['a question without an approval', '/qst_1'],
  ])('is not %s', (_, subject) => {
    expect(readQuestionSubject(subject)).toBeNull();
  });
});

describe('the names of reminders', () => {
  it.each([
    [reminderNumber(1), 'reminder-1', true],
    [reminderNumber(12), 'reminder-12', true],
    [reminderAfterSnooze(LATER), `reminder-snooze-${LATER}`, true],
    [BREAK_GLASS, 'break-glass', false],
    ['qst_reminder-', 'qst_reminder-', false],
    ['reminder', 'reminder', false],
  ])('%s', (aside, name, reminder) => {
    expect(aside).toBe(name);
    expect(isReminder(aside)).toBe(reminder);
  });

  it('are those that went out by the clock, then one for each end of a snooze', () => {
    const s: ApprovalState = {
      ...opened(),
      reminders: 2,
      snoozes: [
        { person: id('ada'), untilMs: LATER, ended: true },
        { person: id('ben'), untilMs: LATER, ended: true },
        { person: id('sofia'), untilMs: LATER + HOUR },
        { person: id('mara'), untilMs: LATER + 2 * HOUR, ended: true },
      ],
    };
    expect(remindersOf(s)).toEqual([
      'reminder-1',
      'reminder-2',
      `reminder-snooze-${LATER}`,
      `reminder-snooze-${LATER + 2 * HOUR}`,
    ]);
  });

  it('are none before any went out, however many snooze', () => {
    expect(remindersOf(opened())).toEqual([]);
    expect(remindersOf(step(opened(), snooze('ada', LATER)))).toEqual([]);
  });
});

describe('whether others see a change', () => {
  const snoozed = step(opened(), snooze('ada', LATER));

  it.each<[string, ApprovalState, ApprovalState, boolean]>([
    ['nothing', opened(), opened(), true],
    ['a snooze', opened(), snoozed, true],
    ['the end of a snooze', snoozed, step(snoozed, TIMER, LATER), true],
    ['a reminder', opened(), step(opened(), TIMER, START + 4 * HOUR), false],
    ['a signature', opened(), step(opened(), approveBy('ada', opened())), false],
    ['a question', opened(), step(opened(), ask('qst_1')), false],
  ])('of %s', (_, before, after, same) => {
    expect(looksTheSame(before, after)).toBe(same);
  });
});

describe('what else looks different after an event', () => {
  const two = step(step(opened(asks(1)), ask('qst_1')), ask('qst_2'));
  const one = step(two, answer('qst_1'));

  it('is a question that was answered, and no other', () => {
    expect(asidesMoved(two, one)).toEqual(['qst_1']);
    expect(asidesMoved(one, step(one, answer('qst_2')))).toEqual(['qst_2']);
  });

  it('is no question that is as open, or as answered, as before', () => {
    expect(asidesMoved(two, two)).toEqual([]);
    expect(asidesMoved(one, one)).toEqual([]);
    expect(asidesMoved(opened(), step(opened(), ask('qst_1')))).toEqual([]);
  });

  it('is every open question once the request is decided, and none after that', () => {
    const decided = step(two, approveBy('ada', two));
    expect(decided.status).toBe('approved');
    expect(asidesMoved(two, decided)).toEqual(['qst_1', 'qst_2']);
    expect(asidesMoved(one, step(one, approveBy('ada', one)))).toEqual(['qst_2']);
    expect(asidesMoved(decided, { ...decided, status: 'executing' })).toEqual([]);
  });

  it('is a question that is not asked any more', () => {
    expect(asidesMoved(two, { ...two, questions: [] })).toEqual(['qst_1', 'qst_2']);
  });

  it('is each reminder that was out before, not one that the event sends', () => {
    const reminded = step(opened(), TIMER, START + 4 * HOUR);
    expect(asidesMoved(opened(), reminded)).toEqual([]);
    expect(asidesMoved(reminded, step(reminded, approveBy('ada', reminded)))).toEqual(['reminder-1']);
  });

  it('is the notice of a broken glass that was out before, after questions and reminders', () => {
    const broken: ApprovalState = {
      ...two,
      reminders: 1,
      breakGlass: { person: id('ines'), reason: 'flood', atMs: START },
    };
    expect(asidesMoved({ ...broken, breakGlass: null }, broken)).toEqual(['reminder-1']);
    expect(asidesMoved(broken, { ...broken, status: 'approved' })).toEqual([
      'qst_1',
      'qst_2',
      'reminder-1',
      'break-glass',
    ]);
  });
});

describe('open questions', () => {
  it('are those without an answer, with all that was asked', () => {
    const two = step(step(opened(), ask('qst_1')), ask('qst_2'));
    expect(openQuestions(opened())).toEqual([]);
    expect(openQuestions(two)).toEqual(two.questions);
    expect(openQuestions(step(two, answer('qst_1')))).toEqual([two.questions[1]]);
  });
});
