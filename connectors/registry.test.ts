import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { agents } from '../agents/index.ts';
import { connectors } from './registry.ts';

test('the registry and the folders agree', () => {
  const folders = readdirSync(import.meta.dirname, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
  expect(connectors.map((connector) => connector.name).sort()).toEqual(folders.sort());
});

test('every action has a title and words for its arguments, and says how a repeat is made harmless', () => {
  for (const connector of connectors)
    for (const [name, grant] of Object.entries(connector.tools)) {
      if (grant.effect === 'read') continue;
      expect(grant.titleOf, name).toBeDefined();
      expect(Object.keys(grant.argumentLabels ?? {}).length, name).toBeGreaterThan(0);
      expect(grant.idempotent || grant.lookup !== undefined, name).toBe(true);
    }
});

test('agents are only allowed tools that a connector grants', () => {
  for (const agent of agents)
    for (const [connector, tools] of Object.entries(agent.tools))
      for (const tool of tools)
        expect(Object.keys(connectors.find((c) => c.name === connector)?.tools ?? {}), agent.name).toContain(
          tool,
        );
});
