import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, test } from 'vitest';
import { beatWhileAlive } from './heartbeat.ts';

/** So many beats, or the end of the test's patience. */
type UntilBeats = (count: number) => Promise<void>;

/** Runs an activity under the interceptor and counts the beats that reach Temporal's side. */
async function beatsOf(
  isLocal: boolean,
  work: (untilBeats: UntilBeats) => Promise<unknown>,
): Promise<number> {
  const env = new MockActivityEnvironment({ isLocal });
  let beats = 0;
  env.on('heartbeat', () => (beats += 1));
  const untilBeats: UntilBeats = (count) =>
    expect.poll(() => beats, { interval: 5 }).toBeGreaterThanOrEqual(count);
  const inside = () => {
    const { execute } = beatWhileAlive(Context.current(), 20);
    return execute!({ args: [], headers: {} }, () => work(untilBeats));
  };
  await env.run(inside).catch(() => {});
  const at = beats;
  await sleep(80);
  expect(beats, 'it beats on after its end').toBe(at);
  return beats;
}

test('an activity beats while it works, and no longer', async () => {
  expect(await beatsOf(false, (untilBeats) => untilBeats(4))).toBeGreaterThan(3);
});

test('one that fails stops beating too', async () => {
  const fails = (untilBeats: UntilBeats) => untilBeats(1).then(() => Promise.reject(new Error('away')));
  expect(await beatsOf(false, fails)).toBeGreaterThan(0);
});

test('a local activity does not beat: its workflow task does', async () => {
  expect(await beatsOf(true, () => sleep(300))).toBe(0);
});
