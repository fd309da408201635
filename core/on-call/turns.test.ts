import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { OverrideId, PersonId, RotationId } from '../ids.ts';
import { wallClock } from '../working-time.ts';
import { ladderOf } from './ladder.ts';
import { MOST_SHIFTS, readShifts, weeklyPlan, whyNoOrder, whyNoOverride } from './plan.ts';
import { onCallAt } from './turns.ts';
import type { OnCall, Override, Plan, Rotation } from './types.ts';

const [ADA, BEN, CAT] = ['ada', 'ben', 'cat'] as unknown as readonly [PersonId, PersonId, PersonId];
const at = (iso: string): number => Date.parse(iso);
const HOUR = 3_600_000;
const WEEK = 7 * 24 * HOUR;
const everybody = () => true;
const without =
  (...gone: PersonId[]) =>
  (one: PersonId): boolean =>
    !gone.includes(one);

const rotation = (plan: Plan, timeZone = 'Europe/London'): Rotation => ({
  ...{ id: 'rot_1' as RotationId, place: 'first', team: 'claims', timeZone, plan },
});
const weekly = (order: PersonId[], startsOn = '2026-11-16', time = '09:00'): Plan => ({
  ...{ kind: 'weekly', startsOn, time, order },
});
const override = (person: PersonId, from: string, until: string, id = '1'): Override => ({
  ...{ id: `ovr_${id}` as OverrideId, person, fromMs: at(from), untilMs: at(until) },
});
const nobody: OnCall = { person: null, untilMs: null, next: null, passedOver: [], override: null };

describe('a weekly rotation', () => {
  it.each([
    ['its first instant', '2026-11-16T09:00:00Z', ADA, '2026-11-23T09:00:00Z', BEN],
    ['the last before the hand-over', '2026-11-23T08:59:59.999Z', ADA, '2026-11-23T09:00:00Z', BEN],
    ['the hand-over', '2026-11-23T09:00:00Z', BEN, '2026-11-30T09:00:00Z', CAT],
    ['round again', '2026-12-07T09:00:00Z', ADA, '2026-12-14T09:00:00Z', BEN],
    ['half a year on, in summer time', '2027-04-05T07:59:59Z', BEN, '2027-04-05T08:00:00Z', CAT],
  ])('%s', (_, now, person, until, next) => {
    const found = onCallAt(rotation(weekly([ADA, BEN, CAT])), [], everybody, at(now));
    expect(found).toEqual({ ...nobody, person, untilMs: at(until), next });
  });

  it('has nobody before it begins', () => {
    const found = onCallAt(rotation(weekly([ADA, BEN])), [], everybody, at('2026-11-16T08:59:59Z'));
    expect(found).toEqual({ ...nobody, untilMs: at('2026-11-16T09:00:00Z'), next: ADA });
  });

  it('of one person hands over to nobody, ever', () => {
    const found = onCallAt(rotation(weekly([ADA])), [], everybody, at('2026-11-20T00:00:00Z'));
    expect(found).toEqual({ ...nobody, person: ADA });
  });

  test.each([
    ['spring, London: a week of 167 hours', 'Europe/London', '2026-03-23', '09:00', 167],
    ['autumn, London: a week of 169 hours', 'Europe/London', '2026-10-19', '09:00', 169],
    ['autumn, New York', 'America/New_York', '2026-10-26', '09:00', 169],
    ['half an hour, Lord Howe', 'Australia/Lord_Howe', '2026-09-28', '09:00', 167.5],
    ['no summer time, Tokyo', 'Asia/Tokyo', '2026-10-19', '09:00', 168],
    ['the hour that spring leaves out, Berlin', 'Europe/Berlin', '2026-03-22', '02:30', 168],
  ])('%s', (_, zone, startsOn, time, hours) => {
    const place = rotation(weekly([ADA, BEN], startsOn, time), zone);
    const begin = onCallAt(place, [], everybody, at(`${startsOn}T00:00:00Z`) - 2 * 24 * HOUR).untilMs ?? 0;
    const { person, untilMs } = onCallAt(place, [], everybody, begin);
    expect(person).toBe(ADA);
    expect(((untilMs ?? 0) - begin) / HOUR).toBe(hours);
  });

  it('passes over whoever left, and says whom', () => {
    const found = onCallAt(
      rotation(weekly([ADA, BEN, CAT])),
      [],
      without(ADA, BEN),
      at('2026-11-17T00:00:00Z'),
    );
    expect(found).toMatchObject({ person: CAT, passedOver: [ADA, BEN], next: null, untilMs: null });
  });

  it('of people who all left has nobody, and says whose turn it was', () => {
    const found = onCallAt(rotation(weekly([ADA, BEN])), [], () => false, at('2026-11-17T00:00:00Z'));
    expect(found).toMatchObject({ person: null, passedOver: [ADA, BEN], next: null });
  });

  const ZONES = ['Europe/London', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC'];
  const cases = fc.record({
    zone: fc.constantFrom(...ZONES),
    hour: fc.integer({ min: 0, max: 23 }),
    minute: fc.constantFrom('00', '30', '59'),
    day: fc.integer({ min: 0, max: 6 }),
    weeks: fc.integer({ min: 0, max: 300 }),
    ms: fc.integer({ min: 0, max: WEEK }),
  });
  it('hands over every week at the same time by its clocks, and never leaves an instant out', () => {
    fc.assert(
      fc.property(cases, ({ zone, hour, minute, day, weeks, ms }) => {
        const time = `${String(hour).padStart(2, '0')}:${minute}`;
        const place = rotation(weekly([ADA, BEN], `2026-01-0${day + 1}`, time), zone);
        const now = at('2026-01-09T00:00:00Z') + weeks * WEEK + ms;
        const found = onCallAt(place, [], everybody, now);
        const until = found.untilMs ?? 0;
        expect(until).toBeGreaterThan(now);
        expect(until - now).toBeLessThanOrEqual(WEEK + HOUR);
        expect(onCallAt(place, [], everybody, until - 1)).toEqual(found);
        const next = onCallAt(place, [], everybody, until);
        expect(next.person).toBe(found.next);
        expect(next.person).not.toBe(found.person);
        const shown = new Date(wallClock(zone, until)).toISOString().slice(11, 16);
        // Only a time that the clocks leave out is shown as a later one.
        const jumped = wallClock(zone, until) - wallClock(zone, until - HOUR) > HOUR;
        if (!jumped) expect(shown).toBe(time);
      }),
      { numRuns: 300 },
    );
  });
});

describe('shifts from a calendar', () => {
  const plan: Plan = {
    kind: 'shifts',
    shifts: [
      { person: ADA, fromMs: at('2026-11-16T09:00:00Z'), untilMs: at('2026-11-17T09:00:00Z') },
      { person: BEN, fromMs: at('2026-11-18T09:00:00Z'), untilMs: at('2026-11-19T09:00:00Z') },
    ],
  };
  it.each([
    ['in a shift, a gap is next', '2026-11-16T10:00:00Z', ADA, '2026-11-17T09:00:00Z', null],
    ['in a gap nobody', '2026-11-17T09:00:00Z', null, '2026-11-18T09:00:00Z', BEN],
    ['after the last nobody, for ever', '2026-11-19T09:00:00Z', null, null, null],
  ])('%s', (_, now, person, until, next) => {
    const found = onCallAt(rotation(plan), [], everybody, at(now));
    expect(found).toEqual({ ...nobody, person, untilMs: until === null ? null : at(until), next });
  });
  it('a shift of somebody who left is nobody’s', () => {
    const found = onCallAt(rotation(plan), [], without(ADA), at('2026-11-16T10:00:00Z'));
    expect(found).toMatchObject({ person: null, passedOver: [ADA], untilMs: at('2026-11-18T09:00:00Z'), next: BEN }); // prettier-ignore
  });
});

describe('overrides', () => {
  const place = rotation(weekly([ADA, BEN]));
  const one = override(CAT, '2026-11-17T00:00:00Z', '2026-11-18T00:00:00Z');
  it('count from their first instant to before their last', () => {
    expect(onCallAt(place, [one], everybody, one.fromMs - 1)).toMatchObject({ person: ADA, untilMs: one.fromMs, next: CAT }); // prettier-ignore
    expect(onCallAt(place, [one], everybody, one.fromMs)).toEqual({ ...nobody, person: CAT, untilMs: one.untilMs, next: ADA, override: one.id }); // prettier-ignore
    expect(onCallAt(place, [one], everybody, one.untilMs)).toMatchObject({ person: ADA, override: null });
  });
  it('the newest counts', () => {
    const newer = override(BEN, '2026-11-17T06:00:00Z', '2026-11-17T12:00:00Z', '2');
    expect(onCallAt(place, [one, newer], everybody, newer.fromMs)).toMatchObject({ person: BEN, next: CAT });
    expect(onCallAt(place, [one, newer], everybody, newer.untilMs)).toMatchObject({ person: CAT, next: ADA });
  });
  it('of somebody who left changes nothing but what is said', () => {
    const found = onCallAt(place, [one], without(CAT), one.fromMs);
    expect(found).toMatchObject({ person: ADA, passedOver: [CAT], untilMs: at('2026-11-23T09:00:00Z') });
  });
  it('fills a gap', () => {
    const found = onCallAt(rotation({ kind: 'shifts', shifts: [] }), [one], everybody, one.fromMs);
    expect(found).toMatchObject({ person: CAT, untilMs: one.untilMs, next: null });
  });
});

describe('two rotations at once', () => {
  const by = (person: PersonId | null): OnCall => ({ ...nobody, person });
  const asked: PersonId[][] = [];
  const manager = (who: readonly PersonId[]): PersonId => {
    asked.push([...who]);
    return CAT;
  };
  it.each([
    ['first and second', { first: by(ADA), second: by(BEN) }, { first: ADA, second: BEN }, [ADA, BEN]],
    ['one person on both is asked once', { first: by(ADA), second: by(ADA) }, { first: ADA }, [ADA]],
    ['a gap in the first', { first: by(null), second: by(BEN) }, { second: BEN }, [BEN]],
    ['a gap in both', { first: by(null), second: by(null) }, {}, []],
    ['the second alone', { second: by(BEN) }, { second: BEN }, [BEN]],
  ])('%s', (_, now, ladder, over) => {
    expect(ladderOf(now, manager)).toEqual({ ...ladder, manager: CAT });
    expect(asked.at(-1)).toEqual(over);
    expect(ladderOf(now, () => null)).toEqual(ladder);
  });
  it('who left is named on the rung that was theirs', () => {
    const second = { ...by(CAT), passedOver: [ADA, BEN] };
    expect(ladderOf({ first: by(ADA), second }, () => null)).toEqual({ first: ADA, second: CAT, gone: { second: [ADA, BEN] } }); // prettier-ignore
  });
});

describe('what a plan may be', () => {
  const nowMs = at('2026-11-18T12:00:00Z');
  test.each([
    ['a later day', '2026-11-23T09:00:00Z', '2026-11-16'],
    ['this instant', '2026-11-18T12:00:00Z', '2026-11-18'],
    ['a day weeks ahead', '2026-12-07T09:00:00Z', '2026-11-16'],
    ['a day gone by', '2026-11-03T09:00:00Z', '2026-11-17'],
  ])('the first in order is on call at once: hand-over on %s', (_, iso, startsOn) => {
    const plan = weeklyPlan([ADA, BEN], at(iso), { timeZone: 'Europe/London', nowMs });
    expect(plan).toMatchObject({ startsOn, time: iso.slice(11, 16) });
    expect(onCallAt(rotation(plan), [], everybody, nowMs).person).toBe(ADA);
  });
  test('shifts are put in order, and never two at once', () => {
    const a = { person: ADA, fromMs: 10, untilMs: 20 };
    const b = { person: BEN, fromMs: 20, untilMs: 30 };
    expect(readShifts([b, a])).toEqual({ shifts: [a, b] });
    expect(readShifts([b, { ...a, untilMs: 21 }])).toEqual({ why: 'oncall-two-at-once' });
    expect(readShifts([])).toEqual({ why: 'oncall-nobody' });
    const many = Array.from({ length: MOST_SHIFTS + 1 }, (_, i) => ({ ...a, fromMs: i, untilMs: i + 1 }));
    expect(readShifts(many)).toEqual({ why: 'oncall-too-many' });
    expect(readShifts(many.slice(1))).toHaveProperty('shifts');
  });
  test('an order has somebody, and an end', () => {
    expect(whyNoOrder([])).toBe('oncall-nobody');
    expect(whyNoOrder([ADA])).toBeNull();
    expect(whyNoOrder(Array.from({ length: 51 }, () => ADA))).toBe('oncall-too-many');
  });
  test('an override ends later than now and than it begins, within a year', () => {
    expect(whyNoOverride({ fromMs: 5, untilMs: 10 }, 10)).toBe('time-passed');
    expect(whyNoOverride({ fromMs: 12, untilMs: 12 }, 10)).toBe('window-backwards');
    expect(whyNoOverride({ fromMs: 12, untilMs: 12 + 367 * 24 * HOUR }, 10)).toBe('window-too-long');
    expect(whyNoOverride({ fromMs: 12, untilMs: 13 }, 10)).toBeNull();
  });
});
