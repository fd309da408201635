import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, test } from 'vitest';
import { beatWhileAlive } from './heartbeat.ts';

/** Runs a slow activity under the interceptor and counts the beats that reach Temporal's side. */
async function beatsOf(isLocal: boolean, work: () => Promise<string>): Promise<number> {
  const env = new MockActivityEnvironment({ isLocal });
  let beats = 0;
  env.on('heartbeat', () => (beats += 1));
  const inside = () => {
    const { execute } = beatWhileAlive(Context.current(), 20);
    return execute!({ args: [], headers: {} }, work);
  };
  await env.run(inside).catch(() => {});
  const at = beats;
  await sleep(80);
  expect(beats, 'it beats on after its end').toBe(at);
  return beats;
}

const slowly = async () => {
  await sleep(300);
  return 'done';
};

test('an activity beats while it works, and no longer', async () => {
  expect(await beatsOf(false, slowly)).toBeGreaterThan(3);
});

test('one that fails stops beating too', async () => {
  const fails = () => sleep(100).then(() => Promise.reject(new Error('away')));
  expect(await beatsOf(false, fails)).toBeGreaterThan(0);
});

test('a local activity does not beat: its workflow task does', async () => {
  expect(await beatsOf(true, slowly)).toBe(0);
});
