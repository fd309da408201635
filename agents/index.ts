import type { AgentContract } from '../core/contract.ts';
import { fraudReview } from './fraud-review/agent.ts';

/** Every agent there is; one line each, and a test holds the list to the folders. */
export const agents: readonly AgentContract[] = [fraudReview];

/** Where an agent's prompt lies. This room knows no file system: who needs the text reads it once at start. */
export const promptUrl = (agent: string): URL => new URL(`./${agent}/prompt.md`, import.meta.url);
