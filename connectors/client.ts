import { AjvJsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/ajv';
import { z } from 'zod';
import { digestOf, type JsonObject, type Sha256 } from '../core/canonical-json.ts';
import type { TenantId } from '../core/ids.ts';
import { createConnection, type Connection, type ListedTool, type RawAnswer } from './connection.ts';
import type { ConnectorDefinition, ToolGrant } from './definition.ts';

/** What an agent may use, e.g. `{insurer: ['get_claim']}`; the contract's `tools`. */
export type AllowedTools = Readonly<Record<string, readonly string[]>>;

/** A tool that the connector grants, the agent is allowed and the server really has. */
export interface GrantedTool {
  readonly connector: string;
  readonly connectorLabel: string;
  readonly name: string;
  readonly description: string;
  readonly inputSchema: JsonObject;
  readonly schemaHash: Sha256;
  readonly grant: ToolGrant;
  /** What is wrong with the arguments, in a sentence, or null. */
  readonly check: (args: unknown) => string | null;
}

export type ToolAnswer =
  /** `structured` is null where a tool answers in text only. */
  | { ok: true; structured: JsonObject | null; text: string; latencyMs: number }
  | {
      ok: false;
      /** `refused`: our gate. `said-no`: the tool. `away`: certainly not done. `in-doubt`: sent, no answer. */
      kind: 'refused' | 'said-no' | 'away' | 'in-doubt';
      reason: string;
      latencyMs: number;
      /** It failed once too often: nobody calls it for a while. */
      opened?: true;
    };

export interface ToolCall {
  readonly tenant: TenantId;
  readonly allowed: AllowedTools;
  readonly connector: string;
  readonly tool: string;
  readonly args: JsonObject;
  readonly meta?: JsonObject;
}

/** The gate to every system: nothing passes that the connector, the tenant and the agent do not all allow. */
export interface Connectors {
  /** @throws when a connector cannot be reached. `fresh` reads the schemas again. */
  tools(tenant: TenantId, allowed: AllowedTools, fresh?: boolean): Promise<readonly GrantedTool[]>;
  call(call: ToolCall): Promise<ToolAnswer>;
  /** What the registry grants, without asking the server; null where tenant or agent may not. */
  grantOf(tenant: TenantId, allowed: AllowedTools, connector: string, tool: string): GrantOf | null;
  close(): Promise<void>;
}

export interface GrantOf {
  readonly grant: ToolGrant;
  readonly connectorLabel: string;
}

const MAX_REASON = 300;
/** A tool that refuses says so in `structuredContent.error`: it changed nothing. Any other error leaves doubt. */
const Refusal = z.object({ error: z.object({ message: z.string().min(1) }) });
/** How the official servers report arguments off their schema, before any tool runs. */
const OFF_SCHEMA = /^MCP error -32602\b/;

const validators = new AjvJsonSchemaValidator();

/** Schema, and no argument that the schema does not name, even where it forgot to forbid extras. */
function checkerOf(inputSchema: JsonObject): GrantedTool['check'] {
  const validate = validators.getValidator(inputSchema);
  const named = new Set(Object.keys((inputSchema['properties'] ?? {}) as JsonObject));
  return (args) => {
    if (typeof args !== 'object' || args === null || Array.isArray(args))
      return 'the arguments are not an object';
    const extra = Object.keys(args).find((key) => !named.has(key));
    if (extra !== undefined) return `there is no argument called ${JSON.stringify(extra.slice(0, 60))}`;
    const verdict = validate(args);
    return verdict.valid ? null : (verdict.errorMessage ?? 'the arguments do not fit the schema');
  };
}

const textOf = (answer: RawAnswer & { ok: true }): string =>
  answer.result.content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n');

function readAnswer(answer: RawAnswer, latencyMs: number): ToolAnswer {
  if (!answer.ok) return { ...answer, latencyMs };
  if (!answer.result.isError)
    return {
      ok: true,
      structured: (answer.result.structuredContent as JsonObject | undefined) ?? null,
      text: textOf(answer),
      latencyMs,
    };
  const refusal = Refusal.safeParse(answer.result.structuredContent);
  if (refusal.success)
    return { ok: false, kind: 'said-no', reason: refusal.data.error.message.slice(0, MAX_REASON), latencyMs };
  if (OFF_SCHEMA.test(textOf(answer)))
    return { ok: false, kind: 'said-no', reason: 'it says the arguments are not valid', latencyMs };
  return { ok: false, kind: 'in-doubt', reason: 'it failed without saying how far it came', latencyMs };
}

const grantIn = (definition: ConnectorDefinition, tool: string): ToolGrant | undefined =>
  Object.hasOwn(definition.tools, tool) ? definition.tools[tool] : undefined;

/** The connectors that there are, each with one connection and its tools as the server lists them. */
class Directory {
  readonly #byName: ReadonlyMap<string, ConnectorDefinition>;
  readonly #connections = new Map<string, Connection>();
  readonly #checkers = new Map<Sha256, GrantedTool['check']>();

  constructor(
    definitions: readonly ConnectorDefinition[],
    private readonly secrets: (name: string) => string,
  ) {
    this.#byName = new Map(definitions.map((definition) => [definition.name, definition]));
  }

  find(tenant: TenantId, name: string): ConnectorDefinition | null {
    const found = this.#byName.get(name);
    return found && (found.tenants === 'all' || found.tenants.includes(tenant)) ? found : null;
  }

  connection(definition: ConnectorDefinition): Connection {
    const known = this.#connections.get(definition.name) ?? createConnection(definition, this.secrets);
    this.#connections.set(definition.name, known);
    return known;
  }

  async tools(
    definition: ConnectorDefinition,
    names: readonly string[],
    fresh: boolean,
  ): Promise<GrantedTool[]> {
    const listed = await this.connection(definition).tools(fresh);
    return listed.flatMap((tool) => {
      const grant = grantIn(definition, tool.name);
      return grant && names.includes(tool.name) ? [this.#granted(definition, tool, grant)] : [];
    });
  }

  #granted(definition: ConnectorDefinition, listed: ListedTool, grant: ToolGrant): GrantedTool {
    const schemaHash = digestOf(listed.inputSchema);
    const check = this.#checkers.get(schemaHash) ?? checkerOf(listed.inputSchema);
    this.#checkers.set(schemaHash, check);
    return {
      ...listed,
      connector: definition.name,
      connectorLabel: definition.label,
      schemaHash,
      grant,
      check,
    };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#connections.values()].map((connection) => connection.close()));
  }
}

/** @param edges.secrets read when a connector connects, never kept. */
export function createConnectors(edges: {
  definitions: readonly ConnectorDefinition[];
  secrets: (name: string) => string;
}): Connectors {
  const directory = new Directory(edges.definitions, edges.secrets);
  const grantOf: Connectors['grantOf'] = (tenant, allowed, connector, tool) => {
    const definition = directory.find(tenant, connector);
    const grant = definition ? grantIn(definition, tool) : undefined;
    if (!definition || !grant || !allowed[connector]?.includes(tool)) return null;
    return { grant, connectorLabel: definition.label };
  };
  return {
    grantOf,
    async tools(tenant, allowed, fresh = false) {
      const wanted = Object.entries(allowed).flatMap(([name, names]) => {
        const definition = directory.find(tenant, name);
        return definition ? [directory.tools(definition, names, fresh)] : [];
      });
      return (await Promise.all(wanted)).flat();
    },
    async call({ tenant, allowed, connector, tool, args, meta = {} }) {
      const started = performance.now();
      const since = () => Math.round(performance.now() - started);
      const definition = directory.find(tenant, connector);
      const may = grantOf(tenant, allowed, connector, tool);
      if (!definition || !may)
        return { ok: false, kind: 'refused', reason: 'there is no such tool for this agent', latencyMs: 0 };
      let offered: GrantedTool | undefined;
      try {
        offered = (await directory.tools(definition, [tool], false))[0];
      } catch {
        return { ok: false, kind: 'away', reason: 'it could not be reached', latencyMs: since() };
      }
      const wrong = offered ? offered.check(args) : 'the system does not have this tool now';
      if (wrong) return { ok: false, kind: 'refused', reason: wrong, latencyMs: since() };
      const answer = await directory.connection(definition).call(tool, args, meta, may.grant.timeoutMs);
      return readAnswer(answer, since());
    },
    close: () => directory.close(),
  };
}
