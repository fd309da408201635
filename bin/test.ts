import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { runChecks } from './check.ts';

const Report = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numFailedTestSuites: z.int(),
  numTotalTests: z.int(),
});

function vitest(args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...args], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

const ROOMY = 12 * 2 ** 30;

/**
 * `npm test`: every test on real engines, and the static checks, beside them where there is room for both. Ends with
 * `N passed, N failed`, where a failed static check and a test file that did not load count as failures too.
 */
export async function run(args: string[]): Promise<number> {
  // Linting takes three gigabytes, tests four.
  const beside = totalmem() > ROOMY;
  console.log('Static checks: types, format, lint, doors, unused code ...');
  const before = beside ? null : await runChecks();
  console.log('Tests on real Postgres, Redis and Temporal ...');
  const dir = mkdtempSync(join(tmpdir(), 'countersign-report-'));
  const file = join(dir, 'report.json');
  const tests = vitest(['--reporter=default', '--reporter=json', `--outputFile.json=${file}`, ...args]);
  const checks = before ?? runChecks(tests);
  const code = await tests;
  const report = Report.parse(JSON.parse(readFileSync(file, 'utf8')));
  rmSync(dir, { recursive: true });
  const failedChecks = await checks;
  const broken = report.numFailedTests === 0 && code !== 0 ? Math.max(1, report.numFailedTestSuites) : 0;
  const failed = report.numFailedTests + failedChecks + broken;
  console.log(`${report.numPassedTests} passed, ${failed} failed`);
  return failed === 0 && code === 0 && report.numTotalTests > 0 ? 0 : 1;
}
