import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { openStack, type Stack } from '../bin/stack/open-stack.ts';
import { openThrowawayStack, shareBundles } from '../bin/stack/throwaway.ts';
import { reportStory, tellStory } from '../bin/story.ts';
import { OPERATE_STORY } from '../bin/story/operate.ts';
import { RUN_STORY } from '../bin/story/steps.ts';
import type { Story } from '../bin/story/story.ts';
import { CLAIM, createWorld, need } from '../bin/story/world.ts';
import { firing } from '../core/incident/examples.ts';
import { EXAMPLE } from '../local/example/example.ts';
import { WORSE } from '../local/planted/versions.ts';
import { freePort } from '../local/engines/port.ts';
import { openHome } from '../local/engines/home.ts';
import { PATIENT_CHATS } from './patience.ts';

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
  shareBundles({ ...process.env, COUNTERSIGN_HOME: dir });
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
  });

  describe('stops at a broken step, with a sentence and exit code 1', () => {
    let stack: Stack;
    beforeAll(async () => {
      const env = { ...OPERATE_STORY.env(process.env), ...PATIENT_CHATS };
      stack = await openThrowawayStack({ say: quiet, durable: false, env });
    });
    afterAll(() => stack?.stop());

    async function complaintOf<P>(story: Story<P>): Promise<unknown> {
      const told = await tellStory(story, stack, quiet);
      const complain = vi.spyOn(console, 'error').mockImplementation(quiet);
      onTestFinished(() => complain.mockRestore());
      expect(reportStory(told, false)).toBe(1);
      return complain.mock.calls[0]?.[0];
    }

    test('of the main job: Ada became a guest in Slack this morning, and her signature is refused', async () => {
      const store = new pg.Client({ connectionString: stack.database.migratorUrl });
      await store.connect();
      await store.query(`SELECT set_config('app.tenant', $1, false)`, [EXAMPLE.tenant]);
      await store.query(`UPDATE chat_identities SET kind = 'guest' WHERE account = 'U08ADA'`);
      await store.end();
      expect(await complaintOf(RUN_STORY)).toMatch(
        /^The story failed at "Ada signs .+": Ada’s signature is not recorded\./,
      );
    });

    test('of an incident: the roll back is declined, and the worse version goes on playing', async () => {
      type Step = (typeof OPERATE_STORY.steps)[number];
      const step = (words: string): Step => {
        const found = OPERATE_STORY.steps.find(({ title }) => title.includes(words));
        if (found === undefined) throw new Error(`no step ${words}`);
        return found;
      };
      const found = firing({ version: WORSE, sinceMs: Date.now() });
      const opens: Step = {
        title: 'A rule fires',
        play: async ({ stores, tenant, slackCard, until }, plot) => {
          await stores.incidents.observe(tenant, [found]);
          plot.incident = need((await stores.incidents.open(tenant))[0]).id;
          const { incident } = plot;
          await until('its card', () => slackCard(incident).catch(() => null));
          return incident;
        },
      };
      const declines: Step = {
        title: 'Mara declines',
        play: async ({ control, approval, teamsCard }, plot) => {
          const id = need(plot.asked);
          const mara = control.asPerson('mara');
          const dialog = await mara.teamsClick(await teamsCard(id), 'Decline…');
          await mara.teamsSubmit(dialog, { 'field.reason': 'It is mended already.' });
          return (await approval(id)).status;
        },
      };
      const steps = [
        step('goes round the gate'),
        opens,
        step('presses the lever'),
        declines,
        step('signs in Teams'),
      ];
      expect(await complaintOf({ ...OPERATE_STORY, steps })).toMatch(
        /^The story failed at "Mara, their manager, signs .+": The roll back was declined: fraud-review still plays 1\.2\.0-worse\./,
      );
    });
  });
});

describe('Ctrl-C and the next start', () => {
  test('beside it: commands find it, a second start leaves it alone; after it: nothing is left running', async () => {
    const dir = keptHome();
    const ports = { BOT_PORT: String(await freePort()), WORKSPACE_PORT: String(await freePort()) };
    const { child, ended, out } = type(['start'], { COUNTERSIGN_HOME: dir, ...ports });
    await vi.waitFor(() => expect(out()).toMatch(/Open http/), { timeout: 360_000, interval: 200 });
    expect(processesOf(dir).length).toBeGreaterThanOrEqual(5);
    const beside = type(['verify', EXAMPLE.tenant], { COUNTERSIGN_HOME: dir });
    expect([await beside.ended, beside.out()], beside.err()).toEqual([0, expect.stringMatching(/ entries verify/)]); // prettier-ignore
    const second = type(['start'], { COUNTERSIGN_HOME: dir });
    expect([await second.ended, second.err()]).toEqual([1, expect.stringMatching(/^Countersign runs already with the state in .+ \(process \d+\)\./)]); // prettier-ignore
    child.kill('SIGINT');
    expect(await ended).toBe(0);
    // One that was told to end is a while about it.
    await expect.poll(() => processesOf(dir)).toEqual([]);
  });

  test('the approval is still pending, and its buttons work', async () => {
    const dir = keptHome();
    const env = { ...process.env, ...PATIENT_CHATS, COUNTERSIGN_HOME: dir };
    const before = await openStack({ env, say: quiet, durable: true });
    const robin = await createWorld(before);
    const asked = await robin.control
      .asPerson('robin')
      .slackCommand(`/countersign run fraud-review ${CLAIM}`);
    const id = await robin.cardsOf(robin.runIn(asked.body + (await robin.ephemeralsSince('robin'))));
    await before.stop();

    const after = await openStack({ env, say: quiet, durable: true });
    onTestFinished(() => after.stop());
    const { control, approval, slackCard, teamsCard, until, payments } = await createWorld(after);
    expect((await approval(id)).status).toBe('pending');
    await control.asPerson('ada').slackClick((await slackCard(id)).ts, 'approve');
    await control.asPerson('sofia').teamsClick(await teamsCard(id), 'approve');
    await until('the action to run', async () => (await approval(id)).status === 'executed');
    expect(await payments(CLAIM)).toHaveLength(1);
  }, 240_000);
});
