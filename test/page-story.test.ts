import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Stack } from '../bin/stack/open-stack.ts';
import { openThrowawayStack } from '../bin/stack/throwaway.ts';
import { launchBrowser, seriousFindings, sidewaysPixels } from './browser.ts';
import { PATIENT_CHATS } from './patience.ts';

/** Set to a folder to keep the pictures that `docs/pictures` shows. */
const PICTURES = process.env['COUNTERSIGN_PICTURES'];

let stack: Stack;
let browser: Browser;

beforeAll(async () => {
  stack = await openThrowawayStack({
    ...{ say: (line) => console.error(line), durable: false, env: { ...process.env, ...PATIENT_CHATS } },
  });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

async function picture(page: Page, name: string): Promise<void> {
  if (!PICTURES) return;
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`) });
}

const openPage = async (width: number, height: number): Promise<Page> => {
  const page = await browser.newPage({ viewport: { width, height }, reducedMotion: 'reduce' });
  await page.goto(stack.workspace.url);
  return page;
};

/** Presses the label, as a mouse does. */
const be = (page: Page, name: string) =>
  page.getByRole('group', { name: 'You are' }).locator('label').filter({ hasText: name }).click();
const pane = (page: Page, chat: 'Slack' | 'Teams') => page.getByRole('region', { name: chat, exact: true });
/** The approval card is the newest message that can be signed or was. */
const card = (page: Page, chat: 'Slack' | 'Teams'): Locator =>
  pane(page, chat).getByRole('article').filter({ hasText: 'If signed' }).last();

it('a visitor asks, signs in one chat and countersigns in the other, by mouse', async () => {
  const page = await openPage(1280, 800);
  await page.getByRole('button', { name: 'Show me' }).click();
  await page.getByRole('button', { name: 'Send' }).first().click();
  await card(page, 'Slack').getByRole('button', { name: 'Approve', exact: true }).waitFor();
  await card(page, 'Teams').getByRole('button', { name: 'Approve', exact: true }).waitFor();
  await picture(page, 'workspace-1280');
  expect(await seriousFindings(page)).toEqual([]);
  expect(await sidewaysPixels(page)).toBe(0);

  await be(page, 'Ada');
  await card(page, 'Slack').getByRole('button', { name: 'Approve', exact: true }).click();
  await card(page, 'Teams').getByText('Waiting for 1 more signature').waitFor();

  await be(page, 'Sofia');
  await card(page, 'Teams').getByRole('button', { name: 'Approve', exact: true }).click();
  await card(page, 'Slack').getByText('Approved, then executed').waitFor({ timeout: 90_000 });
  await card(page, 'Teams').getByText('Approved, then executed').waitFor();
  await picture(page, 'resolved-1280');
  expect(await seriousFindings(page)).toEqual([]);

  await page.getByRole('button', { name: 'Verify the chain' }).click();
  await page.getByText(/All \d+ entries verified/).waitFor();
  await page.close();
});

/** What people do by mouse and by typing, whoever they are at the moment. */
async function openDesk() {
  const page = await openPage(1280, 930);
  const form = page.getByRole('dialog');
  const newest = (chat: 'Slack' | 'Teams', words: string): Locator =>
    pane(page, chat).getByRole('article').filter({ hasText: words }).last();
  return {
    ...{ page, form, newest },
    /** What is typed at once goes out in the name of whom the page shows. */
    async become(name: string): Promise<void> {
      await be(page, name);
      await page.locator(`.room[data-me=${name.toLowerCase()}]`).waitFor();
    },
    async type(words: string): Promise<void> {
      await page.getByLabel('Message in Slack').fill(words);
      await page.getByLabel('Message in Slack').press('Enter');
    },
    approve: (chat: 'Slack' | 'Teams', words: string): Promise<void> =>
      newest(chat, words).getByRole('button', { name: 'Approve', exact: true }).click(),
    /** Chooses it in the menu of a card in Slack. */
    async choose(words: string, what: string): Promise<void> {
      await newest('Slack', words).locator('button[aria-haspopup]').last().click();
      await page.getByRole('menuitem', { name: what }).click();
    },
    async handIn(label: string): Promise<void> {
      await form.getByRole('button', { name: label }).click();
      await form.getByRole('heading', { name: 'Recorded' }).waitFor();
      await form.getByRole('button', { name: 'Close' }).last().click();
    },
  };
}

/** What `docs/guides/try-it.md` tells a visitor to do as an Admin, in its order: later ones build on earlier ones. */
describe('two Admins, by mouse', () => {
  it('a grant that one asked for and the other signed hands the next claim over, until it is revoked', async () => {
    const { page, form, newest, become, type, approve, choose, handIn } = await openDesk();
    await become('Robin');
    await type('/countersign run fraud-review CLM-0812');
    await newest('Slack', 'Refer claim CLM-0812').getByText('Waiting for 1 more signature').waitFor();
    await become('Ines');
    await choose('Refer claim CLM-0812', 'Always allow like this…');
    await form.getByLabel('Claim: which values').selectOption('any');
    await form.getByLabel('Reason: which values').selectOption('any');
    await form.getByLabel('Why', { exact: true }).fill('Investigators want every one');
    await handIn('Ask for it');
    const grant = 'Always allow refer_to_siu';
    await newest('Teams', grant).waitFor();
    // The three steps go on about what the agent asked for.
    await page.getByText('Read the card, then Approve').waitFor();
    await become('Jonas');
    await approve('Teams', grant);
    await newest('Slack', grant).getByText('signs from now on').waitFor();
    await become('Robin');
    await type('/countersign run fraud-review CLM-0876');
    await newest('Slack', 'Refer claim CLM-0876').getByText('Approved by a grant, then executed').waitFor();
    await become('Ines');
    await type('/countersign grants');
    await newest('Slack', 'used 1 of 10').getByRole('button', { name: 'Revoke' }).click();
    await newest('Slack', 'Revoked.').waitFor();
    await page.close();
  });

  it('a change of the policy comes into force when the other Admin signs it', async () => {
    const { page, form, newest, become, type, approve, handIn } = await openDesk();
    await become('Ines');
    await type('/countersign policy change 2');
    const rule = form.getByLabel('Rule 2');
    const before = await rule.inputValue();
    await rule.fill(before.replace('"expireAfterMs": 345600000', '"expireAfterMs": 259200000'));
    await form.getByLabel('Why', { exact: true }).fill('Three days are enough');
    await handIn('Ask for it');
    const change = 'Change the policy from version 2 to 3';
    await newest('Slack', change).getByText('96 h → 72 h').waitFor();
    await approve('Slack', change);
    await newest('Slack', 'You asked for this yourself').waitFor();
    await become('Jonas');
    await approve('Teams', change);
    await newest('Teams', change).getByText('Approved, then executed').waitFor();
    await type('/countersign policy');
    await newest('Slack', 'expires after 72 h').getByText('Version 3').first().waitFor();
    await page.close();
  });

  it('a step back that an Operator asked for is signed by an Admin', async () => {
    const { page, newest, become, type, approve } = await openDesk();
    await become('Robin');
    await type('/countersign rollback fraud-review Its scores look off');
    const back = 'Roll fraud-review back from 1.1.0 to 1.0.0';
    await newest('Teams', back).waitFor();
    await become('Ines');
    await approve('Teams', back);
    await newest('Slack', back).getByText('Approved, then executed').waitFor();
    await type('/countersign agents');
    await newest('Slack', 'All agents may start').getByText('fraud-review 1.0.0').waitFor();
    await page.close();
  });

  it('an Admin alone breaks the glass', async () => {
    const { page, form, newest, become, type, choose, handIn } = await openDesk();
    await become('Robin');
    await type('/countersign run fraud-review CLM-0849');
    await newest('Slack', 'CLM-0849').getByText('Waiting for 2 more signatures').waitFor();
    await become('Ines');
    await choose('If signed', 'Break glass…');
    await form.getByLabel('Reason').fill('Nobody of the team can be reached');
    await form.getByLabel('To confirm, type BREAK GLASS').fill('BREAK GLASS');
    await handIn('Approve alone');
    await newest('Slack', 'If signed').getByText('Approved by break-glass, then executed').waitFor();
    await page.close();
  });
});

it('on a phone nothing scrolls sideways and every tab is accessible', async () => {
  const page = await openPage(390, 844);
  for (const tab of ['Slack', 'Teams', 'Ledger']) {
    await page.getByRole('button', { name: new RegExp(`^${tab}`) }).click();
    expect(await sidewaysPixels(page), tab).toBe(0);
    expect(await seriousFindings(page), tab).toEqual([]);
    await picture(page, `workspace-390-${tab.toLowerCase()}`);
  }
  await page.close();
});
