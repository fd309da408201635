import { existsSync, readFileSync } from 'node:fs';
import type { Stack } from '../../bin/stack/open-stack.ts';
import { createProgram, type Program } from '../../bin/stack/program.ts';
import type { Say } from './open.ts';

const answers = (url: string) => fetch(url).then((r) => r.ok, () => false); // prettier-ignore

/** The real `countersign bot`, a process of its own, whose Slack is at `slackApiUrl`. */
export const createBot = (stack: Stack, slackApiUrl: string, say: Say): Program =>
  createProgram({
    name: 'bot',
    homeDir: stack.home.dir,
    env: { ...stack.env, SLACK_API_URL: slackApiUrl, LOG_LEVEL: 'error' },
    ready: () => answers(`${stack.botUrl}/readyz`),
    say,
  });

/** A process's resident memory now and at its highest, in MB; null where the system does not tell. */
export function memoryOf(pid: number): { nowMb: number; mostMb: number } | null {
  const file = `/proc/${pid}/status`;
  if (!existsSync(file)) return null;
  const text = readFileSync(file, 'utf8');
  const read = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(text)?.[1] ?? 0) / 1024;
  return { nowMb: Math.round(read('VmRSS')), mostMb: Math.round(read('VmHWM')) };
}
