import { digestOf, type JsonObject, type Sha256 } from './canonical-json.ts';
import type { ApprovalId, RunId, TenantId } from './ids.ts';

/** What a tool does to the world. Only `read` runs without anyone's signature. */
export type ToolEffect = 'read' | 'reversible' | 'irreversible';
export type Risk = 'low' | 'high';

/** The one thing that a signature is about. */
export interface Action {
  readonly tenant: TenantId;
  readonly approval: ApprovalId;
  readonly run: RunId;
  readonly agentVersion: string;
  readonly connector: string;
  readonly tool: string;
  /** Digest of the tool's JSON schema when it was shown, so that a tool cannot change its meaning. */
  readonly toolSchemaHash: Sha256;
  readonly args: JsonObject;
}

/** SHA-256 over RFC 8785 JSON of the action, format version 1. @throws NotCanonicalError */
export function actionDigest(action: Action): Sha256 {
  const { tenant, approval, run, agentVersion, connector, tool, toolSchemaHash, args } = action;
  return digestOf({ v: 1, tenant, approval, run, agentVersion, connector, tool, toolSchemaHash, args });
}
