import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeterminismViolationError } from '@temporalio/workflow';
import { Worker } from '@temporalio/worker';
import { beforeAll, describe, expect, test } from 'vitest';
import { bundleForTests } from '../test/workflow-play.ts';
import { NO_EXPORT } from '../workers/main.ts';

const FOLDER = join(import.meta.dirname, 'histories');
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));

let code: string;
beforeAll(async () => {
  code = (await bundleForTests()).code;
});

interface Saved {
  readonly events: { activityTaskScheduledEventAttributes?: { activityType: { name: string } } }[];
}
const read = (file: string) => JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Saved;
const replay = (history: unknown) =>
  Worker.runReplayHistory({ workflowBundle: { code }, sinks: { exporter: NO_EXPORT } }, history);

describe('runs that are in flight survive this version', () => {
  test('there are histories of both workflows', () => {
    expect(files.some((f) => f.startsWith('agent-run'))).toBe(true);
    expect(files.some((f) => f.startsWith('approval'))).toBe(true);
  });

  test.each(files)('%s', async (file) => {
    await replay(read(file));
  });

  test('a history that this code would not have made is noticed', async () => {
    const history = read(files.find((f) => f.startsWith('agent-run-done'))!);
    for (const { activityTaskScheduledEventAttributes: scheduled } of history.events)
      if (scheduled?.activityType.name === 'callModel') scheduled.activityType.name = 'somethingElse';
    await expect(replay(history)).rejects.toThrow(DeterminismViolationError);
  });
});
