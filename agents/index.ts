import type { AgentContract } from '../core/contract.ts';
import { newestOf } from '../core/versions.ts';
import { fraudReviewVersions } from './fraud-review/agent.ts';

/** Every version of every agent there is, one line an agent; tests hold the list to the folders. */
export const agentVersions: readonly AgentContract[] = [...fraudReviewVersions];

/** One contract an agent: that of its newest version. */
export const agents: readonly AgentContract[] = newestOf(agentVersions);

/** Where the prompt of a version lies. This room knows no file system: who needs the text reads it once at start. */
export const promptUrl = ({ name, version }: Pick<AgentContract, 'name' | 'version'>): URL =>
  new URL(`./${name}/${version}/prompt.md`, import.meta.url);
