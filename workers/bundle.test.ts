import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { FAILURE_CONVERTER } from '../test/workflow-play.ts';
import { workflowBundle } from './bundle.ts';

const cacheFolder = mkdtempSync(join(tmpdir(), 'bundle-'));
afterAll(() => rmSync(cacheFolder, { recursive: true, force: true }));

test('the workflows bundle for the isolate, once, under a name that follows their code', async () => {
  const made = await workflowBundle({ cacheFolder, failureConverterPath: FAILURE_CONVERTER });
  const [file = ''] = readdirSync(cacheFolder).map((name) => join(cacheFolder, name));
  const madeAtMs = statSync(file).mtimeMs;
  const kept = await workflowBundle({ cacheFolder, failureConverterPath: FAILURE_CONVERTER });
  expect(statSync(file).mtimeMs).toBe(madeAtMs);
  expect(kept).toEqual(made);
  expect(made.buildId).toMatch(/^\d+\.\d+\.\d+-[0-9a-f]{12}$/);
  expect(readdirSync(cacheFolder)).toHaveLength(1);
});

test('nothing of the workers, the store or Node is in the bundle', async () => {
  const { code } = await workflowBundle({ cacheFolder, failureConverterPath: FAILURE_CONVERTER });
  const script = code.replace(/\n\/\/# sourceMappingURL=.*\s*$/, '');
  for (const room of ['workers', 'platform/(?!failure-converter)', 'connectors', 'bot', 'agents'])
    expect(script).not.toMatch(new RegExp(`"\\./${room}`));
  expect(script).toMatch(/"\.\/workflows\/agent-run\.ts"/);
  expect(script).not.toMatch(/require\("node:/);
});
