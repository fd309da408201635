import { describe, expect, it } from 'vitest';
import { advance } from './advance.ts';
import { approveBy, asks, at, begin, HOUR, opened, START, state } from './examples.ts';
import type { ApprovalEvent, ApprovalState, ApprovalStatus } from './types.ts';

const run = (from: ApprovalState, ...events: ApprovalEvent[]): ApprovalState =>
  events.reduce((s, event) => state(advance(s, event, at(s))), from);
const done = (summary = 'Paid', reference: string | null = 'PAY-1'): ApprovalEvent => ({
  kind: 'execute-done',
  summary,
  reference,
});
const failed = (summary: string): ApprovalEvent => ({ kind: 'execute-failed', summary });
const unknown = (summary: string): ApprovalEvent => ({ kind: 'execute-unknown', summary });
const undone = (summary: string): ApprovalEvent => ({ kind: 'compensated', summary });

const OPEN = opened(asks(1));
const APPROVED = run(OPEN, approveBy('ada', OPEN));
const RUNNING = run(APPROVED, begin(APPROVED));
const PAID = run(RUNNING, done());
const UNDONE = run(PAID, undone('Paid back'));

const wrong = (status: ApprovalStatus) => ({ ok: false, reason: 'wrong_state', detail: { status } });
const again = (s: ApprovalState) => ({
  ok: true,
  state: s,
  successor: null,
  duplicate: true,
  happened: { what: 'recorded-before', detail: {} },
  summary: expect.any(String),
});

describe('what cannot come now', () => {
  it.each<[string, ApprovalState, ApprovalEvent]>([
    ['a start before it is signed', OPEN, begin(OPEN)],
    ['a second start', RUNNING, begin(RUNNING)],
    ['a start of what ran', PAID, begin(PAID)],
    ['a retry before the start', APPROVED, { kind: 'execute-retry' }],
    ['a retry of what ran', PAID, { kind: 'execute-retry' }],
    ['a retry of what holds no start', { ...RUNNING, execution: null }, { kind: 'execute-retry' }],
    ['an end before the start', APPROVED, done()],
    ['an end of what holds no start', { ...RUNNING, execution: null }, done()],
    ['the same end of what holds no start', { ...PAID, execution: null }, done()],
    ['an end in other words', PAID, done('Paid twice')],
    ['an end with another reference', PAID, done('Paid', 'PAY-2')],
    ['another end in the same words', run(RUNNING, failed('?')), unknown('?')],
    ['an undoing of what runs', RUNNING, undone('Paid back')],
    ['an undoing of what holds no start', { ...PAID, execution: null }, undone('Paid back')],
    ['another undoing', UNDONE, undone('Paid back twice')],
    ['the same undoing of what holds no start', { ...UNDONE, execution: null }, undone('Paid back')],
  ])('is refused with how it stands: %s', (_, s, event) =>
    expect(advance(s, event, at(s))).toEqual(wrong(s.status)),
  );
});

describe('what was said before', () => {
  it.each<[string, ApprovalState, ApprovalEvent]>([
    ['that it was done', PAID, done()],
    ['that it failed', run(RUNNING, failed('No.')), failed('No.')],
    ['that nobody knows', run(RUNNING, unknown('?')), unknown('?')],
    ['that it was undone', UNDONE, undone('Paid back')],
  ])('is recorded once: %s', (_, s, event) => expect(advance(s, event, at(s))).toEqual(again(s)));
});

describe('an execution', () => {
  it('keeps when it began and ended, how often it was tried, and what was said', () => {
    const execution = { startedAtMs: START, finishedAtMs: null, attempts: 1, summary: null, reference: null };
    expect(RUNNING).toEqual({ ...APPROVED, version: 3, status: 'executing', execution });
    const ended = state(advance(RUNNING, done(), at(RUNNING, START + HOUR)));
    expect(ended.execution).toEqual({
      startedAtMs: START,
      finishedAtMs: START + HOUR,
      attempts: 1,
      summary: 'Paid',
      reference: 'PAY-1',
    });
    expect(UNDONE).toEqual({
      ...PAID,
      version: 5,
      status: 'compensated',
      execution: { ...PAID.execution, summary: 'Paid back' },
    });
  });

  it('may be undone in the words in which it was done', () =>
    expect(advance(PAID, undone('Paid'), at(PAID))).toMatchObject({
      duplicate: false,
      state: { status: 'compensated', version: PAID.version + 1 },
    }));

  it('says which attempt it is', () => {
    const second = advance(RUNNING, { kind: 'execute-retry' }, at(RUNNING));
    expect(second).toMatchObject({ happened: { what: 'execution-retried', detail: { attempts: 2 } } });
    const third = advance(state(second), { kind: 'execute-retry' }, at(RUNNING));
    expect(third).toMatchObject({
      happened: { detail: { attempts: 3 } },
      state: { status: 'executing', execution: { startedAtMs: START, attempts: 3 } },
    });
  });

  it('goes by the grant that signed it, for as long as it stands', () => {
    const open = opened(asks(1, { grants: true }), { effect: 'reversible' });
    const granted = run(open, { kind: 'grant', grant: 'grt_1' });
    expect(advance(granted, begin(granted), at(granted))).toMatchObject({ state: { status: 'executing' } });
    expect(advance(granted, begin(granted), at(granted, START, { grantRevoked: true }))).toMatchObject({
      ok: false,
      reason: 'policy_unmet',
      moved: { status: 'lapsed' },
    });
  });
});
