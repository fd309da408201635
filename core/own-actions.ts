import { z } from 'zod';
import type { Action } from './action.ts';
import { digestOf, type JsonObject, type Sha256 } from './canonical-json.ts';
import { GrantRequest } from './grants.ts';
import { RoleMapRequest } from './identity/role-mapping.ts';
import type { Role } from './people.ts';
import { isQuestion } from './person-question.ts';
import { PolicyChange } from './policy-change.ts';
import type { Requirement } from './policy-types.ts';
import type { Verb } from './roles.ts';
import { RollBackRequest } from './versions.ts';

/**
 * What Countersign does to itself when people sign it: a change of policy, a grant, a step back to an agent's version
 * before. A person asks for it from chat; the
 * same machine, cards, ledger and workflow decide on it, and it runs in one database transaction, without any call.
 */
export const OWN = { connector: 'countersign', agent: 'countersign', version: '1.0.0' } as const;

export interface OwnToolDefinition {
  /** The row of the roles table that both the asker and each signer must have. */
  readonly verb: Verb;
  readonly args: z.ZodType;
  /** Whose it is, for rights that reach a team; null: the whole company's. */
  readonly teamOf: (args: JsonObject) => string | null;
  /** Who signs where no rule of the tenant names the agent `countersign`. The roles table narrows it further. */
  readonly asks: readonly Role[];
  /** Asked because something goes wrong now: reminders and the senior group come within hours, and it is never done late. */
  readonly urgent?: true;
}

const teamIn = (args: JsonObject): string | null => (typeof args['team'] === 'string' ? args['team'] : null);

export const OWN_TOOLS = {
  create_grant: { verb: 'create-grant', args: GrantRequest, teamOf: teamIn, asks: ['manager', 'admin'] },
  change_policy: { verb: 'change-policy', args: PolicyChange, teamOf: () => null, asks: ['admin'] },
  map_role: { verb: 'change-roles', args: RoleMapRequest, teamOf: () => null, asks: ['admin'] },
  roll_back_version: {
    ...{ verb: 'rollback', args: RollBackRequest, teamOf: teamIn },
    ...{ asks: ['manager', 'admin', 'engineer'], urgent: true },
  },
} as const satisfies Readonly<Record<string, OwnToolDefinition>>;

export type OwnTool = keyof typeof OWN_TOOLS;

export const isOwnTool = (tool: string): tool is OwnTool => Object.hasOwn(OWN_TOOLS, tool);

/** An agent's question is none of these: it is asked by an agent, and does nothing. */
export const isOwn = (action: Pick<Action, 'connector' | 'tool'>): boolean =>
  action.connector === OWN.connector && !isQuestion(action);

const schemas = new Map<OwnTool, Sha256>();

/** What a signature on it is bound to, as the schema of any other tool: a deploy that changes it voids what waits. */
export function ownSchema(tool: OwnTool): Sha256 {
  const known = schemas.get(tool);
  if (known) return known;
  const digest = digestOf(JSON.parse(JSON.stringify(z.toJSONSchema(OWN_TOOLS[tool].args))));
  schemas.set(tool, digest);
  return digest;
}

const HOUR_MS = 3_600_000;

type Times = Pick<Requirement, 'remindAfterMs' | 'escalateAfterMs' | 'expireAfterMs' | 'executeWithinMs'>;

const USUAL: Times = {
  remindAfterMs: [4 * HOUR_MS, 24 * HOUR_MS],
  escalateAfterMs: 48 * HOUR_MS,
  expireAfterMs: 96 * HOUR_MS,
  executeWithinMs: 24 * HOUR_MS,
};
const URGENT: Times = {
  remindAfterMs: [HOUR_MS / 4, HOUR_MS],
  escalateAfterMs: 2 * HOUR_MS,
  expireAfterMs: 24 * HOUR_MS,
  executeWithinMs: HOUR_MS,
};

/** One person other than the asker, as the roles table has it. */
export const ownRequirement = (tool: OwnTool): Requirement => {
  const { asks, urgent }: OwnToolDefinition = OWN_TOOLS[tool];
  return {
    stages: [{ name: 'countersign', quorum: 1, who: asks.map((role) => ({ kind: 'role', role })) }],
    route: 'both',
    ...(urgent ? URGENT : USUAL),
    escalateTo: [{ kind: 'role', role: 'admin' }],
    breakGlass: false,
    grants: false,
  };
};

/**
 * The verb that the roles table is asked about whoever decides on an action: deciding on what Countersign does itself
 * needs the right to do it. Null: one of ours that this version does not know, so nobody may.
 */
export function decidingVerb(
  { connector, tool }: Pick<Action, 'connector' | 'tool'>,
  verb: Verb,
): Verb | null {
  if (connector !== OWN.connector || !['approve', 'decline', 'edit'].includes(verb)) return verb;
  return isOwnTool(tool) ? OWN_TOOLS[tool].verb : null;
}

/** The team that one of our own actions is about; undefined: an action or a question of an agent's, whose requester's team counts. */
export function ownTeam({ connector, tool, args }: Action): string | null | undefined {
  if (connector !== OWN.connector || isQuestion({ connector, tool })) return undefined;
  return isOwnTool(tool) ? OWN_TOOLS[tool].teamOf(args) : null;
}
