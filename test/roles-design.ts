import { ROLES, type Person, type Role } from '../core/people.ts';
import type { Resource, Verb } from '../core/roles.ts';

/** The design's table, word for word. The test reads it by rules of its own. */
const DESIGN = `
| see a run's output | shared with them | all | flagged to them | team | all | sandbox |
| trace, prompts | - | all | flagged to them | team | all | all |
| costs | - | own runs | - | team | all | sandbox and evals |
| run: standard | - | yes | yes | yes | yes | - |
| run: restricted | - | - | - | yes | yes | - |
| run: sandbox | - | - | - | yes | yes | yes |
| run at high priority | - | - | - | yes | yes | - |
| cancel | - | standard runs | own runs | team | all | sandbox |
| replay, dead letters | - | standard runs | - | team | all | sandbox |
| answer a blocking question | if named | if named | if named | team | all | sandbox |
| approve, decline, edit | - | - | assigned | team | all | eval gates and rollouts only |
| break glass, where policy allows it | - | - | - | - | all | - |
| runs, inbox, digest (what they may see) | - | yes | yes | yes | yes | yes |
| policy: show, simulate | - | - | yes | yes | yes | - |
| revoke a grant | - | - | those they signed | team | all | - |
| delegate own duties | - | - | yes | yes | yes | - |
| create a grant (itself approved) | - | - | - | team | all | - |
| pause or resume an agent | - | pause only | - | team | all | sandbox |
| stop the tenant (also approved, unexecuted actions) | - | - | - | yes | yes | - |
| raise a budget (an approval) | - | - | - | team | all | - |
| change policy, role mapping, connectors (an approval by a second Admin) | - | - | - | - | yes | - |
| eval run | - | - | - | - | yes | yes |
| rollout start, promote | - | - | - | approve | yes | start |
| rollout hold, roll back | - | yes | - | team | yes | yes |
| acknowledge, resolve, escalate an incident | - | yes | - | team | all | yes |
| silence an alert | - | - | - | team | all | yes |
| see who is on call | - | yes | - | yes | yes | yes |
| change who is on call | - | - | - | team | all | - |
| rate an output, ask for human review of a decision about them | yes | yes | yes | yes | yes | yes |
| give the person concerned a link to an explanation | - | all | - | team | all | - |
| see who read a record | - | - | - | team | all | - |
| verify a receipt, run or ledger | own | all | own | team | all | - |
| export ledger, SIEM, tenant data | - | - | - | - | yes | - |
| whoami, link, help, agents | yes | yes | yes | yes | yes | yes |
`;

/** Which row speaks for a verb, and the word by which a cell may name that verb alone ("pause only"). */
export const DESIGN_ROWS: Readonly<Record<Exclude<Verb, 'run'>, readonly [row: string, alone?: string]>> = {
  'see-output': ["see a run's output"],
  trace: ['trace, prompts'],
  costs: ['costs'],
  prioritise: ['run at high priority'],
  cancel: ['cancel'],
  replay: ['replay, dead letters'],
  'dead-letters': ['replay, dead letters'],
  answer: ['answer a blocking question'],
  approve: ['approve, decline, edit'],
  decline: ['approve, decline, edit'],
  edit: ['approve, decline, edit'],
  'break-glass': ['break glass'],
  runs: ['runs, inbox, digest'],
  inbox: ['runs, inbox, digest'],
  digest: ['runs, inbox, digest'],
  'policy-show': ['policy: show'],
  'policy-simulate': ['policy: show'],
  'revoke-grant': ['revoke a grant'],
  delegate: ['delegate own duties'],
  'create-grant': ['create a grant'],
  pause: ['pause or resume', 'pause'],
  resume: ['pause or resume', 'resume'],
  'stop-tenant': ['stop the tenant'],
  'raise-budget': ['raise a budget'],
  'change-policy': ['change policy'],
  'change-roles': ['change policy'],
  'change-connectors': ['change policy'],
  eval: ['eval run'],
  'rollout-start': ['rollout start', 'start'],
  'rollout-approve': ['rollout start', 'approve'],
  'rollout-promote': ['rollout start', 'promote'],
  'rollout-hold': ['rollout hold'],
  rollback: ['rollout hold'],
  acknowledge: ['acknowledge'],
  resolve: ['acknowledge'],
  escalate: ['acknowledge'],
  silence: ['silence'],
  oncall: ['see who is on call'],
  'change-oncall': ['change who is on call'],
  rate: ['rate an output'],
  'ask-review': ['rate an output'],
  'invite-review': ['give the person concerned'],
  'see-reads': ['see who read a record'],
  verify: ['verify a receipt'],
  export: ['export ledger'],
  whoami: ['whoami'],
  link: ['whoami'],
  help: ['whoami'],
  agents: ['whoami'],
  roles: ['whoami'],
};

export const designRows = DESIGN.trim()
  .split('\n')
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
/** What the design says of a role, in the row that begins with these words. */
export const cellOf = (row: string, role: Role): string => {
  const found = designRows.filter((cells) => cells[0]!.startsWith(row));
  if (found.length !== 1) throw new Error(`${found.length} rows for ${row}`);
  return found[0]![ROLES.indexOf(role) + 1]!;
};

/** Does the cell's wording let this person use the verb on that. */
export function wording(cell: string, alone: string | undefined, on: Resource, me: Person): boolean {
  const inSandbox = on.environment === 'sandbox';
  const words: Record<string, boolean> = {
    '-': false,
    yes: true,
    all: true,
    team: on.team === me.team,
    own: on.owner === me.id,
    'own runs': on.owner === me.id,
    'shared with them': on.assigned,
    'flagged to them': on.assigned,
    'if named': on.assigned,
    'those they signed': on.assigned,
    assigned: on.assigned,
    'standard runs': !inSandbox && on.class === 'standard',
    sandbox: inSandbox,
    'sandbox and evals': inSandbox || on.kind === 'eval',
    'eval gates and rollouts only': on.kind === 'eval' || on.kind === 'rollout',
    'pause only': alone === 'pause',
    start: alone === 'start',
    approve: alone === 'approve',
  };
  const says = words[cell];
  if (says === undefined) throw new Error(`the design says "${cell}", which this test cannot read`);
  return says;
}
