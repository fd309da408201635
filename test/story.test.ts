import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { openStack } from '../bin/stack/open-stack.ts';
import { openThrowawayStack } from '../bin/stack/throwaway.ts';
import { reportStory, tellStory } from '../bin/story.ts';
import { CLAIM, createWorld } from '../bin/story/world.ts';
import { EXAMPLE } from '../local/example/example.ts';
import { freePort } from '../local/engines/port.ts';
import { openHome } from '../local/engines/home.ts';

const LAUNCH = join(import.meta.dirname, '../bin/launch.mjs');
const quiet = (): void => {};

/** `countersign <args>` as somebody types it. */
function type(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [LAUNCH, ...args], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const ended = new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? -1)));
  return { child, ended, out: () => out, err: () => err };
}

/** A home that is kept between two starts, and gone after the test. */
function keptHome(): string {
  const dir = mkdtempSync(join(tmpdir(), 'countersign-kept-'));
  onTestFinished(() => {
    const { postgresData } = openHome({ ...process.env, COUNTERSIGN_HOME: dir });
    for (const gone of [dir, postgresData]) rmSync(gone, { recursive: true, force: true });
  });
  return dir;
}

/** The living processes that know of a home: by their arguments or by their environment. */
function processesOf(dir: string): string[] {
  const knows = (pid: string): boolean => {
    try {
      return ['cmdline', 'environ'].some((file) =>
        readFileSync(`/proc/${pid}/${file}`, 'utf8').includes(dir),
      );
    } catch {
      return false;
    }
  };
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name) && knows(name));
}

describe('the story', () => {
  test('`npm start -- --once --json` tells the whole of it and ends with 0', async () => {
    const { ended, out, err } = type(['start', '--once', '--json']);
    expect(await ended, err()).toBe(0);
    const told = JSON.parse(out()) as { ok: boolean; steps: { ok: boolean }[] };
    expect([told.ok, told.steps.map((step) => step.ok)]).toEqual([true, Array(12).fill(true)]);
  }, 180_000);

  test('a broken step stops it with a sentence and exit code 1', async () => {
    const stack = await openThrowawayStack({ say: quiet, durable: false });
    onTestFinished(() => stack.stop());
    // Ada became a guest in Slack this morning: her signature is refused.
    const store = new pg.Client({ connectionString: stack.database.migratorUrl });
    await store.connect();
    await store.query(`SELECT set_config('app.tenant', $1, false)`, [EXAMPLE.tenant]);
    await store.query(`UPDATE chat_identities SET kind = 'guest' WHERE account = 'U08ADA'`);
    await store.end();
    const told = await tellStory(stack, quiet);
    const complain = vi.spyOn(console, 'error').mockImplementation(quiet);
    onTestFinished(() => complain.mockRestore());
    expect(reportStory(told, false)).toBe(1);
    expect(complain).toHaveBeenCalledWith(
      expect.stringMatching(/^The story failed at "Ada signs .+": Ada’s signature is not recorded\./),
    );
  }, 180_000);
});

describe('Ctrl-C and the next start', () => {
  test('nothing is left running', async () => {
    const dir = keptHome();
    const ports = { BOT_PORT: String(await freePort()), WORKSPACE_PORT: String(await freePort()) };
    const { child, ended, out } = type(['start'], { COUNTERSIGN_HOME: dir, ...ports });
    await vi.waitFor(() => expect(out()).toMatch(/Open http/), { timeout: 120_000, interval: 200 });
    expect(processesOf(dir).length).toBeGreaterThanOrEqual(5);
    child.kill('SIGINT');
    expect(await ended).toBe(0);
    expect(processesOf(dir)).toEqual([]);
  }, 180_000);

  test('the approval is still pending, and its buttons work', async () => {
    const dir = keptHome();
    const env = { ...process.env, COUNTERSIGN_HOME: dir };
    const before = await openStack({ env, say: quiet, durable: true });
    const robin = createWorld(before);
    const asked = await robin.control
      .asPerson('robin')
      .slackCommand(`/countersign run fraud-review ${CLAIM}`);
    const id = await robin.cardsOf(robin.runIn(asked.body + (await robin.ephemeralsSince('robin'))));
    await before.stop();

    const after = await openStack({ env, say: quiet, durable: true });
    onTestFinished(() => after.stop());
    const { control, approval, slackCard, teamsCard, until, payments } = createWorld(after);
    expect((await approval(id)).status).toBe('pending');
    await control.asPerson('ada').slackClick((await slackCard(id)).ts, 'approve');
    await control.asPerson('sofia').teamsClick(await teamsCard(id), 'approve');
    await until('the action to run', async () => (await approval(id)).status === 'executed');
    expect(await payments(CLAIM)).toHaveLength(1);
  }, 240_000);
});
