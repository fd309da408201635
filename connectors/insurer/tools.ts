import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import type pg from 'pg';
import { z } from 'zod';
import { denyClaim, referToSiu, settleClaim, type ActionAnswer, type CallKey } from './actions.ts';
import { InsurerRefusal } from './refusal.ts';
import * as reads from './reads.ts';

const claim = z
  .string()
  .regex(/^CLM-\d{4}$/, 'expected CLM- and four digits')
  .describe('Claim number, e.g. CLM-0847');
const policy = z
  .string()
  .regex(/^POL-\d{5}$/, 'expected POL- and five digits')
  .describe('Policy number, e.g. POL-22913');
const reason = z.string().min(3).max(300).describe('Why, in one short sentence for the record');
const amount = z
  .strictObject({
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/)
      .describe('ISO 4217 code'),
    micros: z.int().positive().describe('Millionths of the currency unit: £1.00 is 1000000'),
  })
  .describe('What is paid');
const payTo = z.string().min(3).max(120).describe("The policy's payTo, word for word");

// No output schemas: the SDK's client would hold a refusal to them as well.
const answer = (content: object): CallToolResult => ({
  content: [{ type: 'text', text: JSON.stringify(content) }],
  structuredContent: { ...content },
});

/**
 * A refusal changed nothing and says so in `structuredContent.error`; any other failure leaves doubt and carries no
 * detail of the database.
 */
async function told(work: () => Promise<object>): Promise<CallToolResult> {
  try {
    return answer(await work());
  } catch (error) {
    if (error instanceof InsurerRefusal) {
      const refusal = { error: { code: error.code, message: error.message } };
      return { isError: true, content: [{ type: 'text', text: error.message }], structuredContent: refusal };
    }
    console.error(JSON.stringify({ level: 'error', msg: 'insurer call failed', code: codeOf(error) }));
    return { isError: true, content: [{ type: 'text', text: 'The insurer database could not answer.' }] };
  }
}

const codeOf = (error: unknown): string =>
  String((error as { code?: unknown } | null)?.code ?? (error instanceof Error ? error.name : 'unknown'));

function registerReads(server: McpServer, pool: pg.Pool): void {
  const annotations = { readOnlyHint: true, openWorldHint: false };
  const byClaim = [
    ['get_claim', 'Read a claim: cause, dates, amount, status, parties, base rate of fraud.', reads.getClaim],
    [
      'linked_parties',
      "Find parties of a claim whose phone or bank account is also on other people's claims.",
      reads.linkedParties,
    ],
    [
      'get_documents',
      'Read every document filed on a claim, with its text, and which are missing.',
      reads.getDocuments,
    ],
  ] as const;
  const byPolicy = [
    ['get_policy', 'Read a policy: cover, exclusions, sum insured, excess, whom to pay.', reads.getPolicy],
    [
      'claim_history',
      'Read every earlier claim on a policy, here and with other insurers.',
      reads.claimHistory,
    ],
  ] as const;
  for (const [name, description, read] of byClaim)
    server.registerTool(name, { description, inputSchema: z.strictObject({ claim }), annotations }, (args) =>
      told(() => read(pool, args.claim)),
    );
  for (const [name, description, read] of byPolicy)
    server.registerTool(name, { description, inputSchema: z.strictObject({ policy }), annotations }, (args) =>
      told(() => read(pool, args.policy)),
    );
  server.registerTool(
    'find_action',
    {
      description: 'Find what an earlier action call did, by its correlation id.',
      inputSchema: z.strictObject({ correlation_id: z.string().min(1).max(100) }),
      annotations,
    },
    (args) => told(() => reads.findAction(pool, args.correlation_id)),
  );
}

const keyOf = (meta: Record<string, unknown> | undefined): CallKey => ({
  idempotencyKey: typeof meta?.['idempotencyKey'] === 'string' ? meta['idempotencyKey'] : '',
  correlationId: typeof meta?.['correlationId'] === 'string' ? meta['correlationId'] : '',
});

function registerActions(server: McpServer, pool: pg.Pool): void {
  server.registerTool(
    'settle_claim',
    {
      description: 'Pay an open claim to its policyholder and close it. Cannot be undone.',
      inputSchema: z.strictObject({ claim, amount, pay_to: payTo, reason }),
      annotations: { destructiveHint: true, idempotentHint: true },
    },
    (args, { _meta }) => told(() => settleClaim(pool, args, keyOf(_meta))),
  );
  const byReason: readonly (readonly [
    string,
    string,
    boolean,
    (pool: pg.Pool, args: { claim: string; reason: string }, key: CallKey) => Promise<ActionAnswer>,
  ])[] = [
    [
      'refer_to_siu',
      'Hand an open claim to the special investigation unit, which can hand it back.',
      false,
      referToSiu,
    ],
    ['deny_claim', 'Refuse an open claim and close it. Cannot be undone.', true, denyClaim],
  ];
  for (const [name, description, destructiveHint, act] of byReason)
    server.registerTool(
      name,
      {
        description,
        inputSchema: z.strictObject({ claim, reason }),
        annotations: { destructiveHint, idempotentHint: true },
      },
      (args, { _meta }) => told(() => act(pool, args, keyOf(_meta))),
    );
}

/** The insurer as an MCP server over the given pool (role `insurer_app`); the caller connects a transport. */
export function createInsurerServer(pool: pg.Pool): McpServer {
  const server = new McpServer(
    { name: 'insurer', version: '1.0.0' },
    { instructions: 'Claims, policies, parties and documents of the example insurer. Amounts are micros.' },
  );
  registerReads(server, pool);
  registerActions(server, pool);
  return server;
}
