import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { agents } from '../agents/index.ts';

const Step = z.looseObject({ run: z.string().optional(), 'continue-on-error': z.unknown().optional() });
const Workflow = z.object({
  on: z.object({ pull_request: z.looseObject({ paths: z.array(z.string()) }) }).loose(),
  permissions: z.record(z.string(), z.string()),
  jobs: z.object({
    gate: z.looseObject({
      'continue-on-error': z.unknown().optional(),
      strategy: z.object({ matrix: z.object({ agent: z.array(z.string()) }) }).loose(),
      steps: z.array(Step),
    }),
  }),
});
const file = join(import.meta.dirname, '../.github/workflows/eval-gate.yml');
const workflow = Workflow.parse(parse(readFileSync(file, 'utf8')));

describe('the workflow that blocks', () => {
  it('asks the gate for every agent there is, on every change that can make one worse', () => {
    expect(workflow.jobs.gate.strategy.matrix.agent.toSorted()).toEqual(
      agents.map(({ name }) => name).sort(),
    );
    for (const room of ['agents', 'evals', 'workers', 'workflows', 'connectors'])
      expect(workflow.on.pull_request.paths).toContain(`${room}/**`);
  });

  it('fails when the gate does: nothing swallows its exit code', () => {
    const { gate } = workflow.jobs;
    const asks = gate.steps.filter(({ run }) => run?.includes('launch.mjs gate'));
    expect(asks).toHaveLength(1);
    expect(asks[0]?.run).not.toMatch(/\|\||; *true|set \+e/);
    expect([gate, ...asks].map((one) => one['continue-on-error'])).toEqual([undefined, undefined]);
  });

  it('may write nothing', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' });
  });
});
