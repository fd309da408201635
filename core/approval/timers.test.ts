import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advance } from './advance.ts';
import { approveBy, asks, at, declineBy, HOUR, id, opened, START, state } from './examples.ts';
import { deadlines, latestDeadlines, LONGEST_PAUSE_MS, nextTimer, snoozedUntil } from './timers.ts';
import type { ApprovalEvent, ApprovalState } from './types.ts';

const step = (s: ApprovalState, event: ApprovalEvent, hours: number): ApprovalState =>
  state(advance(s, event, at(s, START + hours * HOUR)));
const ask = (questionId: string): ApprovalEvent => ({ kind: 'ask', by: id('ada'), questionId, text: 'why?' });
const answer = (questionId: string): ApprovalEvent => ({
  kind: 'answer',
  by: id('robin'),
  questionId,
  text: 'so',
});
const TIMER: ApprovalEvent = { kind: 'timer' };

describe('the clock', () => {
  it('reminds, reminds, escalates, expires', () => {
    let s = opened();
    const seen: [string, number][] = [];
    for (let timer = nextTimer(s, START); timer; timer = nextTimer(s, timer.atMs)) {
      seen.push([timer.kind, (timer.atMs - START) / HOUR]);
      s = state(advance(s, TIMER, at(s, timer.atMs)));
    }
    expect(seen).toEqual([
      ['reminder', 4],
      ['reminder', 24],
      ['escalation', 48],
      ['expiry', 96],
    ]);
    expect(s).toMatchObject({ status: 'expired', reminders: 2, escalatedAtMs: START + 48 * HOUR });
  });

  it('runs in working hours only where the policy has them, over a weekend and the end of summer time', () => {
    const workingHours = {
      timeZone: 'Europe/London',
      days: [1, 2, 3, 4, 5],
      from: '09:00',
      to: '17:00',
    };
    const friday = Date.UTC(2026, 9, 23, 14); // 15:00 in London, two hours before the weekend
    const iso = (ms: number): string => new Date(ms).toISOString().slice(0, 16);
    let s: ApprovalState = {
      ...opened(asks(2, { workingHours, escalateAfterMs: 10 * HOUR, expireAfterMs: 20 * HOUR, remindAfterMs: [4 * HOUR] })), // prettier-ignore
      createdAtMs: friday,
    };
    expect(iso(deadlines(s, friday).escalatesAtMs)).toBe('2026-10-26T17:00');
    const seen: [string, string][] = [];
    for (let timer = nextTimer(s, friday); timer; timer = nextTimer(s, timer.atMs)) {
      seen.push([timer.kind, iso(timer.atMs)]);
      s = state(advance(s, TIMER, at(s, timer.atMs)));
    }
    expect(seen).toEqual([
      ['reminder', '2026-10-26T11:00'],
      ['escalation', '2026-10-26T17:00'],
      ['expiry', '2026-10-28T11:00'],
    ]);
  });

  it('a question asked on Friday evening holds no more than the hours that would have counted', () => {
    const workingHours = { timeZone: 'UTC', days: [1, 2, 3, 4, 5], from: '09:00', to: '17:00' };
    const friday = Date.UTC(2026, 10, 20, 16);
    const monday = Date.UTC(2026, 10, 23, 10);
    const s: ApprovalState = {
      ...opened(asks(2, { workingHours, escalateAfterMs: 10 * HOUR })),
      createdAtMs: friday,
    };
    const held = state(advance(s, ask('q'), at(s, friday)));
    const going = state(advance(held, answer('q'), at(held, monday)));
    expect(going.pausedTotalMs).toBe(2 * HOUR);
    expect(deadlines(going, monday).escalatesAtMs).toBe(Date.UTC(2026, 10, 24, 12));
    // Never answered: 24 of its hours are held, then ten more count.
    expect(latestDeadlines(held, friday).escalatesAtMs).toBe(Date.UTC(2026, 10, 27, 10));
  });

  it('does nothing when nothing is due, and everything that is due when it is late', () => {
    expect(advance(opened(), TIMER, at(opened(), START + HOUR))).toMatchObject({ ok: true, duplicate: true });
    expect(step(opened(), TIMER, 50)).toMatchObject({
      reminders: 2,
      escalatedAtMs: START + 50 * HOUR,
      version: 2,
    });
    expect(step(opened(), TIMER, 200)).toMatchObject({ status: 'expired', reminders: 0 });
  });

  it('refuses after the deadline even if no timer fired, and hands over the expired state', () => {
    const late = at(opened(), START + 96 * HOUR);
    for (const event of [approveBy('ada', opened()), declineBy('ada', opened()), ask('q')])
      expect(advance(opened(), event, late)).toMatchObject({
        ok: false,
        reason: 'expired',
        detail: { signed: 0, needed: 2 },
        moved: { status: 'expired', version: 2 },
      });
    expect(advance(opened(), approveBy('ada', opened()), at(opened(), START + 96 * HOUR - 1)).ok).toBe(true);
    const over = step(opened(), TIMER, 96);
    expect(advance(over, approveBy('ada', over), late)).toMatchObject({ reason: 'expired' });
  });

  it('lets the senior group sign once it is escalated', () => {
    const stages = [{ name: 'ada alone', quorum: 1, who: [{ kind: 'person' as const, person: id('ada') }] }];
    const s = opened(asks(1, { stages }));
    expect(advance(s, approveBy('sofia', s), at(s))).toMatchObject({ reason: 'not_an_approver' });
    const escalated = step(s, TIMER, 48);
    expect(step(escalated, approveBy('sofia', s), 49).status).toBe('approved');
  });

  it('lapses what was approved and not begun in time', () => {
    const approved = step(opened(asks(1)), approveBy('ada', opened(asks(1))), 1);
    expect(nextTimer(approved, START)).toMatchObject({ kind: 'lapse', atMs: START + 25 * HOUR });
    expect(advance(approved, TIMER, at(approved, START + 24 * HOUR))).toMatchObject({ duplicate: true });
    expect(step(approved, TIMER, 25)).toMatchObject({ status: 'lapsed', closed: { reason: 'lapsed' } });
    expect(nextTimer(step(approved, TIMER, 25), START)).toBeNull();
  });
});

describe('a question', () => {
  it('holds the clock until it is answered', () => {
    const asked = step(opened(), ask('q'), 1);
    expect(deadlines(asked, START + 3 * HOUR)).toMatchObject({
      paused: true,
      expiresAtMs: START + 98 * HOUR,
    });
    expect(advance(asked, TIMER, at(asked, START + 5 * HOUR))).toMatchObject({ duplicate: true });
    const answered = step(asked, answer('q'), 11);
    expect(answered).toMatchObject({ pausedSinceMs: null, pausedTotalMs: 10 * HOUR });
    expect(nextTimer(answered, START + 11 * HOUR)).toMatchObject({
      kind: 'reminder',
      atMs: START + 14 * HOUR,
    });
    expect(advance(answered, answer('q'), at(answered))).toMatchObject({ duplicate: true });
  });

  it('holds it for 24 hours in all at most', () => {
    const asked = step(opened(), ask('q'), 1);
    expect(nextTimer(asked, START + HOUR)).toMatchObject({ atMs: START + 28 * HOUR });
    expect(advance(asked, approveBy('ada', asked), at(asked, START + 120 * HOUR))).toMatchObject({
      reason: 'expired',
    });
    expect(advance(asked, approveBy('ada', asked), at(asked, START + 120 * HOUR - 1)).ok).toBe(true);
    const late = step(asked, answer('q'), 60);
    expect(late.pausedTotalMs).toBe(LONGEST_PAUSE_MS);
    expect(advance(late, ask('q2'), at(late, START + 61 * HOUR))).toMatchObject({
      reason: 'clock_paused_too_long',
    });
  });

  it('goes on holding it while another one is open', () => {
    const two = step(step(opened(), ask('q'), 1), ask('r'), 2);
    const one = step(two, answer('q'), 3);
    expect(one.pausedSinceMs).toBe(START + HOUR);
    expect(step(one, answer('r'), 5).pausedTotalMs).toBe(4 * HOUR);
  });

  it('is asked by those who may decide and answered by the requester or a role that may', () => {
    expect(advance(opened(), { ...ask('q'), by: id('fay') } as ApprovalEvent, at(opened()))).toMatchObject({
      reason: 'not_an_approver',
    });
    const asked = step(opened(), ask('q'), 1);
    for (const [name, ok] of [
      ['robin', true],
      ['mara', true],
      ['ines', true],
      ['ben', false],
      ['fay', false],
    ] as const)
      expect(advance(asked, { ...answer('q'), by: id(name) } as ApprovalEvent, at(asked)).ok).toBe(ok);
    expect(advance(asked, answer('nope'), at(asked))).toMatchObject({ reason: 'not_found' });
  });
});

describe('a snooze', () => {
  it('never moves what the clock will do otherwise', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 95 * HOUR }),
        fc.integer({ min: 1, max: 900 * HOUR }),
        (after, length) => {
          const now = START + after;
          const s = state(
            advance(opened(), { kind: 'snooze', by: id('ada'), untilMs: now + length }, at(opened(), now)),
          );
          const next = nextTimer(opened(), now);
          const isFirst = next === null || now + length < next.atMs;
          const ends = { kind: 'snooze-end', atMs: now + length, inMs: length };
          expect(nextTimer(s, now)).toEqual(isFirst ? ends : next);
          expect(deadlines(s, now)).toEqual(deadlines(opened(), now));
          expect(s.snoozes).toEqual([{ person: id('ada'), untilMs: now + length }]);
        },
      ),
    );
    expect(advance(opened(), { kind: 'snooze', by: id('ada'), untilMs: START }, at(opened()))).toMatchObject({
      reason: 'arguments_refused',
    });
  });

  it('ends by itself, once, beside whatever else is due then, and can be begun anew', () => {
    const snooze = (untilMs: number): ApprovalEvent => ({ kind: 'snooze', by: id('ada'), untilMs });
    const two = START + 2 * HOUR;
    const snoozed = step(opened(), snooze(two), 1);
    expect(nextTimer(snoozed, START + HOUR)).toMatchObject({ kind: 'snooze-end', atMs: two });
    expect(snoozedUntil(snoozed, id('ada'), two - 1)).toBe(two);
    expect(snoozedUntil(snoozed, id('ben'), two - 1)).toBeNull();
    const ended = advance(snoozed, TIMER, at(snoozed, two));
    expect(ended).toMatchObject({ ok: true, happened: { what: 'snooze-ended' } });
    const after = state(ended);
    expect(after).toMatchObject({ status: 'pending', reminders: 0, version: snoozed.version + 1 });
    expect(advance(after, TIMER, at(after, two))).toMatchObject({ duplicate: true });
    expect(nextTimer(after, two)).toMatchObject({ kind: 'reminder', atMs: START + 4 * HOUR });
    // The later of two is the one that holds; the one that ended stays, for its reminder.
    const again = step(step(after, snooze(START + 30 * HOUR), 3), snooze(START + 24 * HOUR), 3);
    expect(again.snoozes.map(({ untilMs }) => (untilMs - START) / HOUR)).toEqual([2, 24]);
    const due = advance(again, TIMER, at(again, START + 24 * HOUR));
    expect(due).toMatchObject({ happened: { what: 'reminded' }, state: { reminders: 2 } });
    expect(state(due).snoozes.every((s) => s.ended)).toBe(true);
    // A question that holds the clock holds no snooze; an end of the request ends them all.
    const asked = step(snoozed, ask('q'), 1);
    expect(nextTimer(asked, START + HOUR)).toMatchObject({ kind: 'snooze-end', atMs: two });
    expect(nextTimer(step(again, TIMER, 96), START)).toBeNull();
  });
});
