/// <reference lib="dom" />
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebClient, type KnownBlock } from '@slack/web-api';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { approvalCard } from '../../cards/approval-card.ts';
import { renderSlackMessage } from '../../cards/slack/message.ts';
import { renderTeamsMessage } from '../../cards/teams/message.ts';
import type { JsonObject } from '../../core/canonical-json.ts';
import { launchBrowser, seriousFindings } from '../../test/browser.ts';
import { testDatabase } from '../../test/engines.ts';
import { CHATS_WAIT_MS } from '../../test/patience.ts';
import { EXAMPLE } from '../example/example.ts';
import { PERSON_IDS } from './cast-types.ts';
import { sampleApproval } from './sample-approval.ts';
import { startWorkspace, type Workspace } from './server.ts';

const CHANNEL = EXAMPLE.slack.channel;
const cacheDir = mkdtempSync(join(tmpdir(), 'countersign-page-'));

let bot: Server;
let workspace: Workspace;
let client: WebClient;
let browser: Browser;
let cardTs = '';
const heard: Record<string, unknown>[] = [];

const form = {
  type: 'modal' as const,
  title: { type: 'plain_text' as const, text: 'Decline' },
  submit: { type: 'plain_text' as const, text: 'Decline' },
  blocks: [
    {
      type: 'input' as const,
      block_id: 'reason',
      label: { type: 'plain_text' as const, text: 'Why' },
      element: { type: 'plain_text_input' as const, action_id: 'value', multiline: true },
    },
  ],
};
const dialogCard = {
  type: 'AdaptiveCard',
  version: '1.5',
  body: [
    { type: 'Input.Text', id: 'field.reason', label: 'Why', isRequired: true, errorMessage: 'Say why.' },
  ],
  actions: [{ type: 'Action.Submit', title: 'Decline', data: { verb: 'decline' } }],
};

/** The bot's part, just enough of it to see the page answer: it answers over the real wire. */
async function hearSlack(body: string): Promise<void> {
  const payload = JSON.parse(new URLSearchParams(body).get('payload') ?? '{}') as JsonObject;
  heard.push(payload);
  const action = (payload['actions'] as JsonObject[] | undefined)?.[0]?.['action_id'];
  const user = (payload['user'] as JsonObject | undefined)?.['id'];
  if (action === 'decline')
    await client.views.open({ trigger_id: String(payload['trigger_id']), view: form });
  if (action !== 'approve') return;
  await client.chat.postEphemeral({
    channel: CHANNEL,
    user: String(user),
    text: 'Recorded, 1 of 2 &lt;!channel&gt;',
  });
  await client.chat.update({ channel: CHANNEL, ts: cardTs, ...slackCard(true) });
}

function hearTeams(body: string): object {
  const activity = JSON.parse(body) as JsonObject;
  heard.push(activity);
  if (activity['name'] === 'task/fetch') {
    const card = { contentType: 'application/vnd.microsoft.card.adaptive', content: dialogCard };
    return { task: { type: 'continue', value: { title: 'Decline', card } } };
  }
  if (activity['name'] === 'task/submit')
    return { task: { type: 'message', value: 'Declined, for your reason.' } };
  return { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value: 'Recorded, 2 of 2.' };
}

function slackCard(signed: boolean): { text: string; blocks: KnownBlock[] } {
  const made = renderSlackMessage(approvalCard(sampleApproval({ signed })), { copy: null });
  if (!made.fits) throw new Error('the sample does not fit');
  return { text: made.card.text, blocks: made.card.blocks as KnownBlock[] };
}

async function postCards(): Promise<void> {
  cardTs = String((await client.chat.postMessage({ channel: CHANNEL, ...slackCard(false) })).ts);
  const where = { copy: null, timeZone: 'Europe/London', refreshUsers: [] };
  const made = renderTeamsMessage(approvalCard(sampleApproval()), where);
  if (!made.fits) throw new Error('the sample does not fit');
  await workspace.state.teams.insertMessage({
    ...{ conversation: EXAMPLE.teams.channel, id: String(Date.now()), thread: null, text: '' },
    from: { id: `28:${EXAMPLE.teams.clientId}`, name: 'Countersign', entraObject: null },
    ...{ card: made.card.card as unknown as JsonObject, summary: made.card.summary },
    ...{ sentAtMs: Date.now(), editedAtMs: null, deleted: false },
  });
}

beforeAll(async () => {
  bot = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (c: Buffer) => chunks.push(c));
    req.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      if (req.url === '/slack/events') return void hearSlack(body).then(() => res.writeHead(200).end());
      res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(hearTeams(body)));
    });
  });
  await new Promise<void>((done) => bot.listen(0, '127.0.0.1', done));
  workspace = await startWorkspace({
    ...{ port: 0, host: '127.0.0.1', databaseUrl: await testDatabase(), cacheDir },
    botUrl: `http://127.0.0.1:${(bot.address() as AddressInfo).port}`,
    slack: { signingSecret: 'a-secret-of-this-test', botToken: 'xoxb-page-test', waitMs: CHATS_WAIT_MS },
    teams: { clientSecret: 'a-client-secret-of-this-test', waitMs: CHATS_WAIT_MS },
    ledger: {
      recent: async () => [
        { seq: 7, atMs: Date.now(), kind: 'run.started', sentence: 'Run started by Robin Reyes' },
      ],
      verify: async () => ({ ok: true, sentence: 'The chain is whole: 7 entries.' }),
    },
  });
  client = new WebClient('xoxb-page-test', { slackApiUrl: workspace.slackApiUrl });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await workspace.close();
  bot.close();
  rmSync(cacheDir, { recursive: true, force: true });
});

interface Look {
  readonly width?: number;
  readonly height?: number;
  readonly me?: string;
  readonly colorScheme?: 'light' | 'dark';
}

async function open(look: Look = {}): Promise<Page> {
  const { width = 1280, height = 800, me = 'ada', colorScheme = 'light' } = look;
  const page = await browser.newPage({ viewport: { width, height }, colorScheme, reducedMotion: 'reduce' });
  await page.addInitScript((id) => localStorage.setItem('countersign.me', id), me);
  await page.goto(workspace.url);
  await page.waitForSelector('.pane.slack .message, .pane.slack .empty');
  return page;
}

const widthOf = (page: Page): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth);

describe('an empty workspace', () => {
  it('begins with step 1 and fills in the question for Robin', async () => {
    const page = await open({ me: 'sam' });
    expect(await page.locator('.steps li[aria-current=step]').innerText()).toContain('Ask');
    await page.getByRole('button', { name: 'Show me' }).click();
    const box = page.getByLabel('Message in Slack');
    await expect.poll(() => box.inputValue()).toBe('/countersign run fraud-review CLM-0847');
    await expect.poll(() => box.evaluate((e) => e === document.activeElement)).toBe(true);
    expect(await page.getByRole('radio', { name: /Robin/ }).isChecked()).toBe(true);
    expect(await seriousFindings(page)).toEqual([]);
    await page.close();
  });
});

describe('with a card in both chats', () => {
  beforeAll(postCards);

  it.each<[string, Look]>([
    ['wide', {}],
    ['wide and dark', { colorScheme: 'dark' }],
    ['on a phone', { width: 390, height: 844 }],
    ['on a small phone, dark', { width: 320, height: 640, colorScheme: 'dark' }],
  ])('is accessible and never scrolls sideways: %s', async (_what, look) => {
    const page = await open(look);
    for (const tab of (look.width ?? 1280) < 861 ? ['Slack', 'Teams', 'Ledger'] : [null]) {
      if (tab) await page.getByRole('button', { name: new RegExp(`^${tab}`) }).click();
      expect(await seriousFindings(page), String(tab)).toEqual([]);
      expect(await widthOf(page)).toBe(look.width ?? 1280);
    }
    await page.close();
  });

  it.each([320, 390, 1040, 1041, 1280])('lets you be anybody of the cast, at %i px', async (width) => {
    const page = await open({ width });
    const chooser = width > 1040 ? page.getByRole('radio') : page.getByRole('option');
    expect(await chooser.count()).toBe(PERSON_IDS.length);
    const jonas = page.locator('.people label').filter({ hasText: 'Jonas' });
    if (width > 1040) await jonas.click();
    else await page.getByLabel('You are').last().selectOption({ label: 'Jonas · Admin' });
    await page.waitForSelector('.room[data-me=jonas]');
    expect(await widthOf(page)).toBe(width);
    await page.close();
  });

  it('gives fingers 40 px on a phone', async () => {
    const page = await open({ width: 390, height: 844 });
    for (const tab of ['Slack', 'Teams']) {
      await page.getByRole('button', { name: new RegExp(`^${tab}`) }).click();
      const low = await page.evaluate(() =>
        [...document.querySelectorAll<HTMLElement>('button, select, .composer input')]
          .filter((e) => e.offsetParent !== null && e.getBoundingClientRect().height < 40)
          .map((e) => `${e.className} ${e.textContent} ${e.getBoundingClientRect().height}`),
      );
      expect(low).toEqual([]);
    }
    await page.close();
  });

  it('shows the whole card in both clients at 1280 by 800', async () => {
    const page = await open();
    for (const pane of ['slack', 'teams']) {
      const list = await page.locator(`.pane.${pane} .messages`).boundingBox();
      const approve = await page
        .locator(`.pane.${pane}`)
        .getByRole('button', { name: 'Approve', exact: true })
        .boundingBox();
      const title = await page
        .locator(`.pane.${pane}`)
        .getByRole('heading', { name: /Pay £6,180/ })
        .boundingBox();
      if (!list || !approve || !title) throw new Error(`${pane}: the card is not drawn`);
      expect(title.y, pane).toBeGreaterThanOrEqual(list.y);
      expect(approve.y + approve.height, pane).toBeLessThanOrEqual(list.y + list.height);
    }
    await page.close();
  });

  it('brings the button into view on a phone', async () => {
    const page = await open({ width: 390, height: 844, me: 'robin' });
    await page.getByRole('button', { name: 'Show me' }).click();
    const approve = page.getByRole('region', { name: 'Slack' }).getByRole('button', { name: 'Approve' });
    const composer = page.getByLabel('Message in Slack');
    await expect
      .poll(async () => {
        const [button, below] = [await approve.boundingBox(), await composer.boundingBox()];
        return button && below ? button.y + button.height <= below.y : false;
      })
      .toBe(true);
    await page.close();
  });

  it('opens a Slack form, keeps it open on an error, and gives the focus back', async () => {
    const page = await open();
    const slack = page.getByRole('region', { name: 'Slack' });
    await slack.getByRole('button', { name: 'Decline…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Decline' });
    await dialog.getByRole('button', { name: 'Decline' }).click();
    await dialog.getByText('Please complete this required field.').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await dialog.getByLabel('Why').fill('The excess is missing.');
    await dialog.getByRole('button', { name: 'Decline' }).click();
    await dialog.waitFor({ state: 'detached' });
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Decline…');
    expect(heard.at(-1)).toMatchObject({ type: 'view_submission', user: { id: 'U08ADA' } });
    await page.close();
  });

  it('opens a Teams dialog by keyboard and tells the answer to the clicker', async () => {
    const page = await open({ me: 'sofia' });
    const teams = page.getByRole('region', { name: 'Teams' });
    await teams.getByRole('button', { name: 'Decline…' }).press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Decline' });
    await dialog.getByRole('textbox').fill('The excess is missing.');
    expect(await seriousFindings(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Decline' }).click();
    await teams.getByText('Declined, for your reason.').waitFor();
    expect(heard.at(-1)).toMatchObject({
      ...{ name: 'task/submit', from: { aadObjectId: expect.stringMatching(/0004$/) as string } },
      value: { data: { verb: 'decline', 'field.reason': 'The excess is missing.' } },
    });
    await page.close();
  });

  it('works the menu by keyboard', async () => {
    const page = await open();
    const more = page.getByRole('region', { name: 'Slack' }).getByRole('button', { name: 'More actions' });
    const focused = () => page.evaluate(() => document.activeElement?.textContent);
    await more.press('Enter');
    await expect.poll(() => page.evaluate(() => document.activeElement?.role)).toBe('menuitem');
    await page.keyboard.press('ArrowDown');
    await expect.poll(focused).toBe('Ask a question…');
    await page.keyboard.press('Escape');
    await expect.poll(() => more.evaluate((e) => e === document.activeElement)).toBe(true);
    await page.close();
  });

  it('verifies the chain and says so', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Verify the chain' }).click();
    await page.getByText('The chain is whole: 7 entries.').waitFor();
    await page.close();
  });

  it('leads through signing in Slack to countersigning in Teams', async () => {
    const page = await open({ me: 'robin' });
    const other = await open({ me: 'ben' });
    await page.getByRole('button', { name: 'Show me' }).click();
    const approve = page.getByRole('region', { name: 'Slack' }).getByRole('button', { name: 'Approve' });
    await expect.poll(() => approve.evaluate((e) => e === document.activeElement)).toBe(true);
    expect(await page.getByRole('radio', { name: /Ada/ }).isChecked()).toBe(true);
    await page.keyboard.press('Enter');
    const slack = page.getByRole('region', { name: 'Slack' });
    // Escaped hostile text is letters, and nobody else sees the private answer.
    await slack.getByText('Recorded, 1 of 2 <!channel>').waitFor();
    await slack.getByText('Only visible to you').waitFor();
    await other.getByRole('region', { name: 'Slack' }).getByText('(edited)').waitFor();
    expect(await other.getByText('Recorded, 1 of 2').count()).toBe(0);
    await expect
      .poll(() => page.locator('.steps li[aria-current=step]').innerText())
      .toContain('Countersign');
    await page.getByRole('button', { name: 'Show me' }).click();
    const teams = page.getByRole('region', { name: 'Teams' });
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.closest('.pane')?.className))
      .toContain('teams');
    expect(await page.getByRole('radio', { name: /Sofia/ }).isChecked()).toBe(true);
    await page.keyboard.press('Enter');
    await teams.getByText('Recorded, 2 of 2.').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.close();
    await other.close();
  });
});
