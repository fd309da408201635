import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openHome } from '../local/engines/home.ts';
import { freePort } from '../local/engines/port.ts';
import { without, type Say } from './world/open.ts';
import { median, rounded, sleep } from './world/statistics.ts';

const LAUNCH = join(import.meta.dirname, '../bin/launch.mjs');
const AIM_SECONDS = 15;
const LIMIT_MS = 15 * 60_000;

interface Ports {
  readonly bot: number;
  readonly page: number;
}

const ok = async (url: string): Promise<Response | null> => {
  const answer = await fetch(url).catch(() => null);
  return answer?.ok ? answer : null;
};

/** The page, the script that makes it work, and a bot that can record a decision. */
async function usable({ bot, page }: Ports): Promise<boolean> {
  const html = await (await ok(`http://127.0.0.1:${page}/`))?.text();
  const script = html === undefined ? null : /src="(\/assets\/[^"]+\.js)"/.exec(html)?.[1];
  if (!script || !(await ok(`http://127.0.0.1:${page}${script}`))) return false;
  const ready = (await (await ok(`http://127.0.0.1:${bot}/readyz`))?.json()) as {
    ok?: boolean;
    away?: string[];
  };
  return ready?.ok === true && ready.away?.length === 0;
}

/** Processes whose folder this was: everything that a start begins is told apart by its home. */
function leftBehind(dir: string): number {
  const pids = readdirSync(dir).filter((name) => name.endsWith('.pid'));
  return pids.filter((name) => {
    try {
      process.kill(Number(readFileSync(join(dir, name), 'utf8')), 0);
      return true;
    } catch {
      return false;
    }
  }).length;
}

/** `npm start` once: until the page can be used and the start says so (then bot and workers are ready), then Ctrl-C. */
async function startOnce(
  dir: string,
): Promise<{ seconds: number; stopSeconds: number; code: number; left: number }> {
  const ports: Ports = { bot: await freePort(), page: await freePort() };
  const startedAt = Date.now();
  const child = spawn(process.execPath, [LAUNCH, 'start'], {
    env: {
      ...without('DATABASE_URL', 'REDIS_URL', 'TEMPORAL_ADDRESS'),
      COUNTERSIGN_HOME: dir,
      BOT_PORT: String(ports.bot),
      WORKSPACE_PORT: String(ports.page),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  let code: number | null = null;
  const ended = new Promise<void>((resolve) =>
    child.once('exit', (status) => {
      code = status ?? -1;
      resolve();
    }),
  );
  while (!(said.includes(`http://127.0.0.1:${ports.page}`) && (await usable(ports)))) {
    if (code !== null || Date.now() - startedAt > LIMIT_MS) {
      child.kill('SIGTERM');
      throw new Error(`The start did not come to a usable page:\n${said.slice(-2000)}`);
    }
    await sleep(50);
  }
  const seconds = (Date.now() - startedAt) / 1000;
  const stoppingAt = Date.now();
  child.kill('SIGINT');
  await ended;
  return { seconds, stopSeconds: (Date.now() - stoppingAt) / 1000, code: code ?? -1, left: leftBehind(dir) };
}

/** A warm `npm start`: the first in a new home is cold and counted apart. */
export async function measure(say: Say, quick: boolean) {
  const dir = mkdtempSync(join(tmpdir(), 'countersign-start-'));
  const { postgresData } = openHome({ ...process.env, COUNTERSIGN_HOME: dir });
  const warm: number[] = [];
  let orderly = true;
  try {
    say('npm start in a home of its own, once cold, then warm.');
    const cold = await startOnce(dir);
    say(`  cold  ${rounded(cold.seconds)} s to a usable page`);
    orderly &&= cold.code === 0 && cold.left === 0;
    for (let n = 0; n < (quick ? 1 : 3); n += 1) {
      const next = await startOnce(dir);
      say(`  warm  ${rounded(next.seconds)} s to a usable page, ${rounded(next.stopSeconds)} s to stop`);
      warm.push(next.seconds);
      orderly &&= next.code === 0 && next.left === 0;
    }
    const seconds = rounded(median(warm));
    return {
      ok: orderly,
      aim: { seconds: AIM_SECONDS },
      met: seconds < AIM_SECONDS,
      coldSeconds: rounded(cold.seconds),
      warmSeconds: seconds,
      stoppedInOrder: orderly,
    };
  } finally {
    for (const gone of [dir, postgresData]) rmSync(gone, { recursive: true, force: true });
  }
}
