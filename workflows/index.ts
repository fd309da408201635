/** What the worker's bundle exports: one function a workflow type. */
export { agentRun } from './agent-run.ts';
export { approval } from './approval.ts';
export { evaluation } from './evaluation.ts';
export { incident } from './incident.ts';
export { scoreRun } from './score-run.ts';
export { weeklyEvals } from './weekly-evals.ts';
export { watch } from './watch.ts';
