import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { whyNoWindow, type DelegationWindow } from './delegation-window.ts';
import type { PersonId } from './ids.ts';

const window = (from: string, to: string, fromMs: number, untilMs: number): DelegationWindow => ({
  from: from as PersonId,
  to: to as PersonId,
  fromMs,
  untilMs,
});
const DAY = 86_400_000;

describe('a window of absence', () => {
  it('may begin now, touch another one, and lead on to somebody else', () => {
    const known = [window('ada', 'ben', 0, 10), window('ben', 'sofia', 10, 30)];
    expect(whyNoWindow(window('ada', 'sofia', 10, 20), known, 10)).toBeNull();
    expect(whyNoWindow(window('mara', 'ben', 10, 20), known, 10)).toBeNull();
    expect(whyNoWindow(window('sofia', 'ada', 10, 20), known, 10)).toBeNull();
  });

  it.each([
    ['delegate-self', window('ada', 'ada', 10, 20)],
    ['time-passed', window('ada', 'ben', 0, 10)],
    ['time-passed', window('ada', 'ben', 9, 20)],
    ['window-backwards', window('ada', 'ben', 30, 20)],
    ['window-too-long', window('ada', 'ben', 10, 400 * DAY)],
    ['delegate-overlap', window('ada', 'ben', 10, 51)],
    ['delegate-overlap', window('ada', 'ben', 60, 61)],
    ['delegate-cycle', window('mara', 'ada', 50, 51)],
    ['delegate-cycle', window('sofia', 'ada', 99, 120)],
  ])('%s', (why, asked) => {
    const known = [window('ada', 'sofia', 50, 100), window('sofia', 'mara', 40, 60)];
    expect(whyNoWindow(asked, known, 10)).toBe(why);
  });

  it('a chain that never holds at one instant is no cycle', () => {
    const known = [window('ada', 'ben', 0, 10), window('ben', 'mara', 10, 20)];
    expect(whyNoWindow(window('mara', 'ada', 0, 20), known, 0)).toBeNull();
  });

  it('whatever is let in, nobody ever hands on to themselves', () => {
    const person = fc.constantFrom('a', 'b', 'c', 'd');
    const any = fc.tuple(person, person, fc.nat(30), fc.nat(30)).map(([a, b, c, d]) => window(a, b, c, d));
    fc.assert(
      fc.property(fc.array(any, { maxLength: 14 }), (asked) => {
        const known: DelegationWindow[] = [];
        for (const one of asked) if (whyNoWindow(one, known, 0) === null) known.push(one);
        for (let at = 0; at < 30; at += 1)
          for (const start of ['a', 'b', 'c', 'd'] as PersonId[]) {
            let here: PersonId | undefined = start;
            for (let steps = 0; here !== undefined && steps < 10; steps += 1) {
              const next = known.filter((w) => w.from === here && w.fromMs <= at && at < w.untilMs);
              expect(next.length).toBeLessThanOrEqual(1);
              here = next[0]?.to;
              expect(here).not.toBe(start);
            }
          }
      }),
    );
  });
});
