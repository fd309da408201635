import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { z } from 'zod';

/** An MCP server with moods, for tests of the gate: it can be slow, die in the middle of a call, refuse or fail. */
const server = new McpServer({ name: 'moody', version: '1.0.0' });
const says = (content: object) => ({
  content: [{ type: 'text' as const, text: 'said' }],
  structuredContent: { ...content },
});

server.registerTool(
  'act',
  {
    description: 'acts',
    inputSchema: z.object({
      mood: z.enum(['well', 'slow', 'dies', 'refuses', 'fails']),
      text: z.string().optional(),
    }),
  },
  async ({ mood }, { _meta }) => {
    if (mood === 'dies') process.exit(1);
    if (mood === 'slow') await new Promise((resolve) => setTimeout(resolve, 30_000));
    if (mood === 'refuses') return { isError: true, ...says({ error: { message: 'The claim is closed.' } }) };
    if (mood === 'fails')
      return { isError: true, content: [{ type: 'text', text: 'ECONNREFUSED secret-host' }] };
    return says({
      key: _meta?.['idempotencyKey'] ?? null,
      pid: process.pid,
      secret: process.env['MOODY_SECRET'] ?? null,
    });
  },
);
server.registerTool('hidden', { description: 'not granted', inputSchema: z.object({}) }, async () =>
  says({}),
);
process.stdin.once('end', () => process.exit(0));
await server.connect(new StdioServerTransport());
