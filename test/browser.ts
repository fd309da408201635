import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium, type Browser, type Page } from 'playwright-core';
import { inject } from 'vitest';
import { CHROMIUM_ARGS } from '../local/engines/chromium.ts';
import { PATIENCE_MS } from './patience.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What is looked for on its pages may take as long as elsewhere. */
export async function launchBrowser(): Promise<Browser> {
  const browser = await chromium.launch({
    ...{ executablePath: inject('chromium'), args: [...CHROMIUM_ARGS], timeout: PATIENCE_MS },
  });
  const [newPage, newContext] = [browser.newPage.bind(browser), browser.newContext.bind(browser)];
  return Object.assign(browser, {
    newPage: async (...how: Parameters<Browser['newPage']>) => {
      const page = await newPage(...how);
      page.setDefaultTimeout(PATIENCE_MS);
      return page;
    },
    newContext: async (...how: Parameters<Browser['newContext']>) => {
      const context = await newContext(...how);
      context.setDefaultTimeout(PATIENCE_MS);
      return context;
    },
  });
}

/** What axe finds that is serious or critical, as `rule: where`. */
export async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const axe = (globalThis as unknown as { axe: { run(): Promise<AxeResult> } }).axe;
    interface AxeResult {
      violations: { id: string; impact: string; nodes: { target: string[] }[] }[];
    }
    const { violations } = await axe.run();
    return violations
      .filter((v) => v.impact === 'serious' || v.impact === 'critical')
      .map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`);
  });
}

/** How many pixels the page is wider than its window; 0 where nothing scrolls sideways. */
export const sidewaysPixels = (page: Page): Promise<number> =>
  page.evaluate(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  ) as Promise<number>;
