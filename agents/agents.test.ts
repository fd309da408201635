import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Assessment, type AgentContract } from '../core/contract.ts';
import { contractDigest } from '../core/contract-digest.ts';
import { connectors } from '../connectors/registry.ts';
import { parseCases } from '../evals/case.ts';
import { wrongCases } from '../evals/check-cases.ts';
import { versionsOf } from '../core/versions.ts';
import { agents, agentVersions, promptUrl } from './index.ts';
import { fraudReview, parseClaim } from './fraud-review/agent.ts';

const here = new URL('./', import.meta.url);
const foldersIn = (at: URL): string[] =>
  readdirSync(at, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);

const promptOf = (agent: AgentContract): string => readFileSync(promptUrl(agent), 'utf8');
const keptOf = (agent: AgentContract): Record<string, string> =>
  z
    .record(z.string().regex(/^\d+\.\d+\.\d+$/), z.string().regex(/^[0-9a-f]{64}$/))
    .parse(JSON.parse(readFileSync(new URL(`./${agent.name}/versions.json`, here), 'utf8')));

describe('the agents', () => {
  it('have one line in the registry for each folder', () => {
    expect(agents.map((a) => a.name).sort()).toEqual(foldersIn(here).sort());
    expect(new Set(agents.map((a) => a.name)).size).toBe(agents.length);
  });

  it.each(agents)(
    '$name has a folder for each version, and rights that do not hang on which one',
    (agent) => {
      const versions = versionsOf(agentVersions, agent.name);
      expect(versions.map((one) => one.version).sort()).toEqual(
        foldersIn(new URL(`./${agent.name}/`, here)).sort(),
      );
      expect(new Set(versions.map((one) => one.version)).size).toBe(versions.length);
      for (const one of versions) {
        expect(one.owner).toBe(agent.owner);
        expect(one.class).toBe(agent.class);
        expect(one.environment).toBe(agent.environment);
      }
    },
  );

  it.each(agents)('$name has a prompt, twelve cases or more and only tools that exist', (agent) => {
    expect(promptOf(agent).length).toBeGreaterThan(500);
    const cases = parseCases(readFileSync(new URL(`./${agent.name}/cases.jsonl`, here), 'utf8'));
    expect(cases.length).toBeGreaterThanOrEqual(12);
    expect(new Set(cases.map((c) => c.id)).size).toBe(cases.length);
    expect(new Set(cases.map((c) => c.kind))).toEqual(
      new Set(['easy', 'hard', 'ambiguous', 'hostile', 'no-answer']),
    );
    for (const [connector, tools] of Object.entries(agent.tools))
      for (const tool of tools)
        expect(connectors.find((c) => c.name === connector)?.tools).toHaveProperty(tool);
    expect(wrongCases(agent, cases)).toEqual([]);
  });

  it.each(agentVersions)('$name $version is what its version says, and was never two things', (agent) => {
    const kept = keptOf(agent);
    const line = `"${agent.version}": "${contractDigest(agent, promptOf(agent))}"`;
    const said = `"${agent.version}": "${kept[agent.version] ?? 'missing'}"`;
    expect(said, `a new version is due, with its line in versions.json; now: ${line}`).toBe(line);
    expect(Object.keys(kept).at(-1)).toBe(versionsOf(agentVersions, agent.name).at(-1)?.version);
    expect(new Set(Object.values(kept)).size).toBe(Object.keys(kept).length);
  });

  it.each(agents)(
    '$name with another prompt, tool, question or schema would need another version',
    (agent) => {
      const now = contractDigest(agent, promptOf(agent));
      const { insurer: tools = [] } = agent.tools;
      const others: readonly AgentContract[] = [
        { ...agent, tools: { insurer: tools.slice(1) } },
        { ...agent, output: Assessment.extend({ more: z.string() }) },
        { ...agent, input: z.strictObject({ claim: z.string() }) },
        { ...agent, questions: { most: 3, to: agent.questions?.to ?? {} } },
        { ...agent, confidenceThreshold: 0.61 },
        { ...agent, tier: 'synthesis' },
      ];
      for (const other of others) expect(contractDigest(other, promptOf(agent))).not.toBe(now);
      expect(contractDigest(agent, `${promptOf(agent)} Be quick.`)).not.toBe(now);
      expect(contractDigest({ ...agent, purpose: 'Other words for people.' }, promptOf(agent))).toBe(now);
    },
  );

  it.each(agentVersions)('$name $version keeps what every card shows in its assessment', (agent) => {
    const schema = z.toJSONSchema(agent.output, { io: 'input' }) as { properties: object };
    expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining(Object.keys(Assessment.shape)));
  });

  it.each(agentVersions)('$name $version never lists the look-up of executed actions', (agent) => {
    expect(Object.values(agent.tools).flat()).not.toContain('find_action');
  });
});

describe('fraud-review', () => {
  it('has sixty golden cases, each kind at least eight times', () => {
    const cases = parseCases(readFileSync(new URL('./fraud-review/cases.jsonl', here), 'utf8'));
    expect(cases).toHaveLength(60);
    for (const kind of ['easy', 'hard', 'ambiguous', 'hostile', 'no-answer'])
      expect(cases.filter((one) => one.kind === kind).length, kind).toBeGreaterThanOrEqual(8);
  });

  it.each([
    ['CLM-0847', 'CLM-0847'],
    [' clm 847 ', 'CLM-0847'],
    ['847', 'CLM-0847'],
    ['CLM-84777', 'CLM-84777'],
    ['CLM-0847; DROP', 'CLM-0847; DROP'],
    ['', ''],
  ])('reads %j as %j', (words, claim) => {
    expect(parseClaim(words)).toEqual({ claim });
  });

  it('labels a run with the claim number only, whatever it is given', () => {
    expect(fraudReview.inputLabel({ claim: 'CLM-0847' })).toBe('CLM-0847');
    expect(fraudReview.inputLabel({ claim: 'Marian Odell' })).toBe('no claim');
  });
});
