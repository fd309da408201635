import { connect } from 'node:net';
import type { Redis } from 'ioredis';
import { deadlineMs, within } from '../deadline.ts';

/** Names, for people, of the engines that do not answer. */
export type Away = readonly string[];

/** One second of the time that a command has: most of it is for writing down what was asked. */
const patienceMs = (): number => deadlineMs() * 0.4;

/** A TCP connection is all the bot may know of Temporal: it never speaks to it. */
export async function listens(address: string, timeoutMs = patienceMs()): Promise<boolean> {
  const [, host = '', port = ''] = /^\[?(.*?)\]?:(\d+)$/.exec(address) ?? [];
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(port) });
    const end = (up: boolean): void => {
      socket.destroy();
      resolve(up);
    };
    // As in `within`: a process that was busy so long looks once more at what has come.
    socket.setTimeout(timeoutMs, () => setImmediate(() => end(false)));
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}

/** Does Redis answer a PING in time. */
export async function answers(redis: Redis, timeoutMs = patienceMs()): Promise<boolean> {
  try {
    return (await within(redis.ping(), timeoutMs)) === 'PONG';
  } catch {
    return false;
  }
}

/** Asks both, at most once in two seconds: commands want to know, and may come by the hundred. */
export function watchEngines(
  redis: Redis,
  temporalAddress: string | null,
  now: () => number = Date.now,
): () => Promise<Away> {
  let last: { atMs: number; away: Promise<Away> } | undefined;
  const ask = async (): Promise<Away> => {
    const [queue, temporal] = await Promise.all([
      answers(redis),
      temporalAddress === null ? Promise.resolve(true) : listens(temporalAddress),
    ]);
    return [...(queue ? [] : ['The queue (Redis)']), ...(temporal ? [] : ['The workflow engine (Temporal)'])];
  };
  return () => {
    if (last === undefined || now() - last.atMs > 2_000) last = { atMs: now(), away: ask() };
    return last.away;
  };
}
