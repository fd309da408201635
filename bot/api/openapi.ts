import { z } from 'zod';
import type { Operation } from './operation.ts';
import { operations } from './operations/index.ts';

type Json = Record<string, unknown>;

const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string().describe('Stays the same; the sentence in detail is in the reader’s language.'),
    errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
    retry_after: z.int().optional().describe('Seconds; as in the header Retry-After.'),
  })
  .meta({ id: 'Problem' });

/** JSON Schema 2020-12, which OpenAPI 3.1 takes as it is; what has a name of its own is put among the components. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output', components: Json): Json {
  const { $defs: defs = {}, ...own } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json;
  delete own['$schema'];
  const text = JSON.stringify({ own, defs }).replaceAll('"#/$defs/', '"#/components/schemas/');
  const moved = JSON.parse(text) as { own: Json; defs: Record<string, Json> };
  const named = (one: Json): Json =>
    Object.fromEntries(Object.entries(one).filter(([name]) => name !== 'id'));
  for (const [name, one] of Object.entries(moved.defs)) components[name] = named(one);
  const { id } = moved.own;
  if (typeof id !== 'string') return moved.own;
  components[id] = named(moved.own);
  return { $ref: `#/components/schemas/${id}` };
}

function parameters(schema: z.ZodObject, place: 'path' | 'query', components: Json): Json[] {
  return Object.entries(schema.shape).map(([name, one]) => ({
    ...{ name, in: place, required: place === 'path' || !z.safeParse(one as z.ZodType, undefined).success },
    schema: schemaOf(one as z.ZodType, 'input', components),
  }));
}

const KEY = {
  ...{ name: 'Idempotency-Key', in: 'header', required: false, schema: { type: 'string', maxLength: 200 } },
  description:
    'Of your own choice. The same key by the same person starts one run, however often it is sent.',
};

const fails = (description: string): Json => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
});

const FAILURES = {
  400: fails('Not understood'),
  401: fails('No token, or one that does not hold'),
  403: fails('Not allowed to whoever holds it, or not what the token is for'),
  404: fails('Not there, or not yours: both read alike'),
  409: fails('Not as things stand'),
  429: fails('Too many; Retry-After says when'),
};

function pathItem(one: Operation, components: Json): Json {
  const body = Object.keys(one.body.shape).length > 0;
  const content = (schema: z.ZodType, io: 'input' | 'output'): Json => ({
    'application/json': { schema: schemaOf(schema, io, components) },
  });
  const answer = { description: one.summary, content: content(one.output, 'output') };
  return {
    ...{ operationId: one.id, summary: one.summary, tags: [one.path.split('/')[1]] },
    description: `Needs “${one.permission}” of the roles table and of the token. As a tool of MCP: ${one.tool}.`,
    parameters: [
      ...parameters(one.params, 'path', components),
      ...parameters(one.query, 'query', components),
      ...(one.makes ? [KEY] : []),
    ],
    ...(body ? { requestBody: { required: true, content: content(one.body, 'input') } } : {}),
    responses: {
      ...(one.makes ? { 201: answer } : {}),
      200: answer,
      ...FAILURES,
      ...(body ? { 422: fails('Not as it has to be') } : {}),
    },
  };
}

/** OpenAPI 3.1, made from the schemas that requests are read by. */
export function openApiDocument(): Json {
  const components: Json = {};
  schemaOf(Problem, 'output', components);
  const paths: Record<string, Json> = {};
  for (const one of operations) {
    const item = (paths[one.path] ??= {});
    item[one.method.toLowerCase()] = pathItem(one, components);
  }
  return {
    openapi: '3.1.0',
    info: {
      ...{ title: 'Countersign', version: '1' },
      description:
        'Starts agents, reads what they did, and checks the record. Nothing is signed here: people sign in Slack and Teams.',
    },
    servers: [{ url: '/api/v1' }],
    security: [{ token: [] }],
    tags: [...new Set(operations.map(({ path }) => path.split('/')[1]))].map((name) => ({ name })),
    paths,
    components: {
      schemas: components,
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'countersign admin token create' },
      },
    },
  };
}
