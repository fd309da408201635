import { request } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { start } from '../bin/start.ts';
import { shareBundles } from '../bin/stack/throwaway.ts';
import { openStackWithPlayground } from '../bin/stack/with-playground.ts';
import { EXAMPLE } from '../local/example/example.ts';
import { freePort } from '../local/engines/port.ts';
import { openHome } from '../local/engines/home.ts';
import { connectorAt } from '../local/playground/playground.ts';
import { launchBrowser } from './browser.ts';
import { PATIENT_CHATS } from './patience.ts';

/** Microsoft's own Teams client against our bot, on this machine alone; it comes from npm on first use. */
const home = mkdtempSync(join(tmpdir(), 'countersign-playground-'));
const env = { ...process.env, ...PATIENT_CHATS, COUNTERSIGN_HOME: home };
let stack: Awaited<ReturnType<typeof openStackWithPlayground>>;
let browser: Browser;
let page: Page;
let doorPort: number;
let playgroundPort: number;
/** Whom the page would have asked beside this machine. */
const elsewhere = new Set<string>();

beforeAll(async () => {
  shareBundles(env);
  [doorPort, playgroundPort] = [await freePort(), await freePort()];
  const options = { env, say: (line: string) => console.error(line), durable: false };
  stack = await openStackWithPlayground(options, { doorPort, playgroundPort, as: 'robin' });
  browser = await launchBrowser();
  page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.route(
    ({ hostname }) => hostname !== '127.0.0.1',
    async (route) => {
      elsewhere.add(new URL(route.request().url()).hostname);
      await route.abort();
    },
  );
  await page.goto(stack.playgroundUrl);
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
  for (const gone of [home, openHome(env).postgresData]) rmSync(gone, { recursive: true, force: true });
});

const go = (place: 'Personal Chat' | 'Claims approvals') =>
  page.getByRole('treeitem', { name: place }).click();

async function type(words: string): Promise<void> {
  const box = page.getByRole('textbox').first();
  await box.click();
  await page.keyboard.type(words);
  await page.keyboard.press('Enter');
}

/** The Playground has one user; the door gives them another name. */
async function be(name: string): Promise<void> {
  await go('Personal Chat');
  await type(`/as ${name.split(' ')[0]?.toLowerCase()}`);
  await page.getByText(`You are ${name} now.`).last().waitFor();
}

const approve = async (): Promise<void> => {
  await go('Claims approvals');
  await page.getByRole('button', { name: 'Approve', exact: true }).last().click();
};

it('the Agents Playground goes through the whole story: ask, sign, countersign, done', async () => {
  await go('Personal Chat');
  await type('run fraud-review CLM-0847');
  await page.getByText('It asks here before it does anything').waitFor();
  await expect
    .poll(async () => (await stack.stores.approvals.inbox(EXAMPLE.tenant, await ada())).waiting.length, {
      timeout: 90_000,
    })
    .toBe(1);

  await approve();
  await page.getByText('You asked for this yourself').waitFor();

  await be('Ada Okafor');
  await approve();
  await page.getByText('Waiting for 1 more signature').last().waitFor();

  await be('Sofia Marin');
  await approve();
  await page.getByText('Approved, then executed').last().waitFor({ timeout: 90_000 });
  const verdict = await stack.stores.ledger.verify(EXAMPLE.tenant);
  expect(verdict.ok).toBe(true);
});

it('a form opens as a dialog, and is handed in', async () => {
  await be('Robin Reyes');
  await type('run fraud-review');
  await page.getByRole('textbox', { name: 'Claim' }).last().fill('CLM-0312');
  await page.getByRole('button', { name: 'Go' }).last().click();
  await page.getByText('fraud-review on CLM-0312').last().waitFor();
}, 240_000);

it('the page asks nobody else but a host of fonts, and the Playground may speak to this machine only', () => {
  expect([...elsewhere].filter((host) => host !== 'res-1.cdn.office.net')).toEqual([]);
});

async function ada() {
  const found = (await stack.stores.people.everyone(EXAMPLE.tenant)).find(
    ({ name }) => name === 'Ada Okafor',
  );
  if (!found) throw new Error('Ada is not there');
  return found;
}

/** Knocks at the door as the Playground does, but for what is changed. */
function knock(change: {
  headers?: Record<string, string>;
  body?: Record<string, unknown>;
}): Promise<number> {
  const { tenant, clientId } = EXAMPLE.teams;
  const body = JSON.stringify({
    ...{ type: 'message', id: `forged-${Math.random()}`, channelId: 'msteams', text: 'whoami' },
    ...{ serviceUrl: connectorAt(playgroundPort), from: { id: 'x' }, recipient: { id: clientId } },
    conversation: { id: 'personal-chat', tenantId: tenant, conversationType: 'personal' },
    ...change.body,
  });
  return new Promise((resolve, reject) => {
    const headers = {
      ...{ 'content-type': 'application/json', 'x-ms-agents-playground': 'true' },
      ...change.headers,
    };
    const sent = request(
      { host: '127.0.0.1', port: doorPort, path: '/api/messages', method: 'POST', headers },
      (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      },
    );
    sent.once('error', reject);
    sent.end(body);
  });
}

describe('the door without tokens', () => {
  it('lets the Playground in, and nobody who is no Playground of ours', async () => {
    expect(await knock({})).toBe(200);
    expect(await knock({ headers: { 'x-ms-agents-playground': '' } })).toBe(401);
    // A name that another site's owner points at this machine.
    expect(await knock({ headers: { host: 'evil.example' } })).toBe(421);
    expect(await knock({ headers: { origin: 'https://evil.example' } })).toBe(403);
    expect(await knock({ body: { serviceUrl: 'http://169.254.169.254' } })).toBe(403);
    expect(await knock({ body: { serviceUrl: `${connectorAt(playgroundPort)}.evil.example` } })).toBe(403);
  });

  it('signs for the example’s Entra tenant only', async () => {
    const elsewhereTenant = '00000000-0000-0000-0000-000000000000';
    const conversation = { id: 'personal-chat', tenantId: elsewhereTenant, conversationType: 'personal' };
    expect(await knock({ body: { conversation } })).toBe(403);
  });

  it('is not opened where others could reach it', async () => {
    const open = { HOST: '0.0.0.0', TEAMS_ALLOW_UNAUTHENTICATED: '1' };
    await expect(start(open, 'robin')).rejects.toThrow(/only in `countersign start`, on a loopback HOST/);
  });

  it('the bot itself takes nothing without a token', async () => {
    const answer = await fetch(`${stack.botUrl}/api/messages`, { method: 'POST', body: '{}' });
    expect(answer.status).toBe(401);
  });
});
