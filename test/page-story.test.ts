import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Stack } from '../bin/stack/open-stack.ts';
import { openThrowawayStack } from '../bin/stack/throwaway.ts';
import { launchBrowser, seriousFindings, sidewaysPixels } from './browser.ts';

/** Set to a folder to keep the pictures that `docs/pictures` shows. */
const PICTURES = process.env['COUNTERSIGN_PICTURES'];

let stack: Stack;
let browser: Browser;

beforeAll(async () => {
  stack = await openThrowawayStack({ say: (line) => console.error(line), durable: false });
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
  await card(page, 'Slack').getByText('Approved, then executed').waitFor({ timeout: 30_000 });
  await card(page, 'Teams').getByText('Approved, then executed').waitFor();
  await picture(page, 'resolved-1280');
  expect(await seriousFindings(page)).toEqual([]);

  await page.getByRole('button', { name: 'Verify the chain' }).click();
  await page.getByText(/All \d+ entries verified/).waitFor();
  await page.close();
}, 120_000);

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
