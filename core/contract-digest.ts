import { z } from 'zod';
import { digestOf, type Json, type Sha256 } from './canonical-json.ts';
import type { AgentContract } from './contract.ts';

/** What a contract says for people and forms; a change of it makes no other agent. */
const FOR_PEOPLE: ReadonlySet<string> = new Set(['name', 'version', 'purpose', 'owner', 'inputForm']);

/** A schema as the JSON Schema that a model reads, anything else as the data it is; code cannot be digested. */
function asData(value: unknown): Json | undefined {
  if (typeof value === 'function' || value === undefined) return undefined;
  if (value instanceof z.ZodType)
    return JSON.parse(JSON.stringify(z.toJSONSchema(value, { io: 'input' }))) as Json;
  return JSON.parse(JSON.stringify(value)) as Json;
}

/**
 * What one version of an agent is: its prompt, schemas, tools, questions and bounds. Where this differs the version has
 * to differ too, since a version stands in every action's digest and in every grant.
 */
export function contractDigest(contract: AgentContract, prompt: string): Sha256 {
  const parts = Object.entries(contract)
    .filter(([key]) => !FOR_PEOPLE.has(key))
    .flatMap(([key, value]): [string, Json][] => {
      const data = asData(value);
      return data === undefined ? [] : [[key, data]];
    });
  return digestOf({ v: 1, prompt, contract: Object.fromEntries(parts) });
}
