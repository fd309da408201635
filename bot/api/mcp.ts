import type { IncomingMessage, ServerResponse } from 'node:http';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { z } from 'zod';
import type { TokenHolder } from '../../platform/stores.ts';
import { callOperation, inputOf, type ApiEdges } from './call.ts';
import type { Routes } from './http.ts';
import { operations } from './operations/index.ts';
import { problem } from './problem.ts';
import { readBody } from './read-body.ts';
import { sendNobody, sendProblem } from './routes.ts';
import { holderOf } from './token-of.ts';

const BODY_BYTES = 262_144;

const Key = z
  .string()
  .regex(/^[\x21-\x7e]{1,200}$/)
  .optional()
  .describe('Of your own choice: the same key starts one run, however often it is sent.');

/** A server for one request: no session, so that any of several bots may answer the next one. */
function serverFor(edges: ApiEdges, holder: TokenHolder): McpServer {
  const server = new McpServer(
    { name: 'countersign', version: '1' },
    {
      instructions:
        'Starts agents and reads what they did. Nothing is signed here: people sign in Slack and Teams.',
    },
  );
  for (const operation of operations) {
    const takes = inputOf(operation);
    const inputSchema = operation.makes ? takes.extend({ idempotency_key: Key }) : takes;
    const readOnlyHint = operation.method === 'GET';
    const about = { description: operation.summary, inputSchema, annotations: { readOnlyHint } };
    server.registerTool(operation.tool, about, async (given: Record<string, unknown>) => {
      const { idempotency_key: key, ...input } = given;
      const idempotencyKey = typeof key === 'string' ? key : null;
      const came = await callOperation(edges, { holder, source: 'mcp', operation, input, idempotencyKey });
      const said = came.ok ? came.done.body : came.problem;
      return {
        content: [{ type: 'text' as const, text: JSON.stringify(said) }],
        ...(came.ok ? {} : { isError: true }),
      };
    });
  }
  return server;
}

/**
 * A browser says where its page is from. No page calls this, so that only what is served from here itself could be let in:
 * whoever makes a name point at this machine (DNS rebinding) sends an Origin that is not it.
 */
const fromElsewhere = ({ headers: { origin } }: IncomingMessage, ours: string | null): boolean =>
  origin !== undefined && origin !== ours;

async function answer(
  edges: ApiEdges,
  ours: string | null,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  if (fromElsewhere(req, ours))
    return sendProblem(res, problem(403, 'origin_refused', 'Not from a page of another site.'));
  const { stores, count } = edges.options;
  const holder = await holderOf(req, stores);
  if (holder === null) return sendNobody(req, res, count, 'mcp');
  const read = await readBody(req, BODY_BYTES);
  if (!read.ok) return sendProblem(res, problem(read.status, 'bad_request', 'The body cannot be read.'));
  let body: unknown;
  try {
    body = JSON.parse(read.body.toString('utf8'));
  } catch {
    return sendProblem(res, problem(400, 'bad_request', 'The body has to be JSON.'));
  }
  const server = serverFor(edges, holder);
  const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true });
  res.on('close', () => void transport.close().then(() => server.close()));
  // The SDK's own type of a transport is looser than its interface under exactOptionalPropertyTypes.
  await server.connect(transport as Parameters<McpServer['connect']>[0]);
  await transport.handleRequest(req, res, body);
}

/** `/mcp`: the operations of the API as tools, by the same tokens. @param publicUrl where browsers reach the bot */
export function mcpRoutes(edges: ApiEdges, publicUrl: string | null): Routes {
  const ours = publicUrl === null ? null : new URL(publicUrl).origin;
  return { 'POST /mcp': (req, res) => answer(edges, ours, req, res) };
}
