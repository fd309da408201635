import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import {
  CallToolResultSchema,
  ErrorCode,
  McpError,
  type CallToolResult,
} from '@modelcontextprotocol/sdk/types.js';
import {
  BrokenCircuitError,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhenResult,
  type CircuitBreakerPolicy,
} from 'cockatiel';
import type { JsonObject } from '../core/canonical-json.ts';
import type { ConnectorDefinition } from './definition.ts';

/** A server that is a program starts anew, which takes a busy machine a while; one that was given up on would begin again. */
const CONNECT_TIMEOUT_MS = 60_000;
const LIST_TIMEOUT_MS = 10_000;
const BREAK_AFTER = 5;
const HALF_OPEN_AFTER_MS = 15_000;

export interface ListedTool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: JsonObject;
}

/**
 * `away`: certainly nothing was done. `in-doubt`: it was sent and no answer came. `said-no`: the tool refused. `opened`: this
 * was one failure too many, and the server is given a rest.
 */
export type RawAnswer =
  | { ok: true; result: CallToolResult }
  | { ok: false; kind: 'away' | 'in-doubt' | 'said-no'; reason: string; opened?: true };

/** One MCP server: connected when first needed, again after it was lost; never shared between definitions. */
export interface Connection {
  /** Throws when the server cannot be reached. `fresh` asks again even when the list is known. */
  tools(fresh: boolean): Promise<readonly ListedTool[]>;
  call(name: string, args: JsonObject, meta: JsonObject, timeoutMs: number): Promise<RawAnswer>;
  close(): Promise<void>;
}

type Secrets = (name: string) => string;

function transportOf(definition: ConnectorDefinition, secrets: Secrets): Transport {
  const how = definition.connect(secrets);
  if (how.transport === 'http')
    return new StreamableHTTPClientTransport(new URL(how.url), {
      requestInit: { headers: { ...how.headers } },
    });
  return new StdioClientTransport({
    command: how.command,
    args: [...how.args],
    env: { ...how.env },
    // A server's own words may hold what it was asked about, so they never reach our log.
    stderr: 'ignore',
  });
}

const isLost = (error: unknown): boolean =>
  !(error instanceof McpError) ||
  [ErrorCode.ConnectionClosed, ErrorCode.RequestTimeout, ErrorCode.InternalError].includes(error.code);

/** Words of ours for what went wrong; a server's error text may hold data or orders, so it is not passed on. */
const reasonOf = (error: unknown): string =>
  error instanceof McpError && error.code === ErrorCode.RequestTimeout
    ? 'it did not answer in time'
    : error instanceof McpError && error.code === ErrorCode.InvalidParams
      ? 'it says the arguments are not valid'
      : error instanceof McpError && !isLost(error)
        ? `it refused the call (MCP error ${error.code})`
        : 'the connection to it was lost';

export function createConnection(definition: ConnectorDefinition, secrets: Secrets): Connection {
  return new McpConnection(definition, secrets);
}

class McpConnection implements Connection {
  #client: Promise<Client> | null = null;
  #listed: readonly ListedTool[] | null = null;
  readonly #breaker: CircuitBreakerPolicy;
  /** Told by the breaker while the call that did it is still inside: that call takes it along. */
  #opened = false;

  constructor(
    private readonly definition: ConnectorDefinition,
    private readonly secrets: Secrets,
  ) {
    const sick = handleWhenResult((r) => !(r as RawAnswer).ok && (r as { kind: string }).kind !== 'said-no');
    this.#breaker = circuitBreaker(sick, {
      breaker: new ConsecutiveBreaker(BREAK_AFTER),
      halfOpenAfter: HALF_OPEN_AFTER_MS,
    });
    this.#breaker.onBreak(() => {
      this.#opened = true;
    });
  }

  async tools(fresh: boolean): Promise<readonly ListedTool[]> {
    if (this.#listed && !fresh) return this.#listed;
    const client = await this.#connected();
    const found: ListedTool[] = [];
    let cursor: string | undefined;
    do {
      const page = await client.listTools(cursor ? { cursor } : {}, { timeout: LIST_TIMEOUT_MS });
      for (const tool of page.tools)
        found.push({
          name: tool.name,
          description: tool.description ?? '',
          inputSchema: tool.inputSchema as JsonObject,
        });
      cursor = page.nextCursor;
    } while (cursor);
    this.#listed = found;
    return found;
  }

  async call(name: string, args: JsonObject, meta: JsonObject, timeoutMs: number): Promise<RawAnswer> {
    try {
      const answer = await this.#breaker.execute(() => this.#callOnce(name, args, meta, timeoutMs));
      if (answer.ok || !this.#opened) return answer;
      this.#opened = false;
      return { ...answer, opened: true };
    } catch (error) {
      if (error instanceof BrokenCircuitError)
        return { ok: false, kind: 'away', reason: 'it failed repeatedly and is given a rest' };
      throw error;
    }
  }

  async #callOnce(name: string, args: JsonObject, meta: JsonObject, timeoutMs: number): Promise<RawAnswer> {
    let client: Client;
    try {
      client = await this.#connected();
    } catch {
      return { ok: false, kind: 'away', reason: 'it could not be reached' };
    }
    try {
      // Not `callTool`: it holds a refusal's structured content to the schema of a success and loses its words.
      const params = { name, arguments: args, _meta: meta };
      const limits = { timeout: timeoutMs, maxTotalTimeout: timeoutMs };
      const result = await client.request({ method: 'tools/call', params }, CallToolResultSchema, limits);
      return { ok: true, result };
    } catch (error) {
      return { ok: false, kind: isLost(error) ? 'in-doubt' : 'said-no', reason: reasonOf(error) };
    }
  }

  #connected(): Promise<Client> {
    this.#client ??= this.#connect().catch((error: unknown) => {
      this.#client = null;
      throw error;
    });
    return this.#client;
  }

  async #connect(): Promise<Client> {
    const client = new Client({ name: 'countersign', version: '1' });
    client.onclose = () => {
      this.#client = null;
      this.#listed = null;
    };
    await client.connect(transportOf(this.definition, this.secrets), { timeout: CONNECT_TIMEOUT_MS });
    return client;
  }

  async close(): Promise<void> {
    const client = await this.#client?.catch(() => null);
    this.#client = null;
    await client?.close();
  }
}
