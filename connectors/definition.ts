import type { Money } from '../core/money.ts';
import type { JsonObject } from '../core/canonical-json.ts';
import type { ToolEffect } from '../core/action.ts';
import type { TenantId } from '../core/ids.ts';

/** What a connector grants of one tool. Rights are set here, never by what the server says of itself. */
export interface ToolGrant {
  readonly effect: ToolEffect;
  /** Takes `_meta.idempotencyKey` on tools/call and does the same thing once per key. */
  readonly idempotent: boolean;
  readonly timeoutMs: number;
  /** Actions only: a person's words for each argument, in the order of the card; every argument must be named. */
  readonly argumentLabels?: Readonly<Record<string, string>>;
  /** Actions only: the amount that policy sums and the card's title names. */
  readonly amountOf?: (args: JsonObject) => Money | null;
  /** Actions only: the card's title, e.g. "Pay £6,180.00 on claim CLM-0847". */
  readonly titleOf?: (args: JsonObject) => string;
  /** The tool that finds what an earlier call did by `_meta.correlationId`, where one exists. */
  readonly lookup?: string;
}

export interface ConnectorDefinition {
  readonly name: string;
  /** For people: "Insurer database". */
  readonly label: string;
  /** Tools that are not listed do not exist. */
  readonly tools: Readonly<Record<string, ToolGrant>>;
  readonly tenants: 'all' | readonly TenantId[];
  /** How to reach the MCP server; `secrets` is read at call time and never stored. */
  readonly connect: (secrets: (name: string) => string) =>
    | {
        readonly transport: 'stdio';
        readonly command: string;
        readonly args: readonly string[];
        readonly env: Readonly<Record<string, string>>;
      }
    | {
        readonly transport: 'http';
        readonly url: string;
        readonly headers: Readonly<Record<string, string>>;
      };
}
