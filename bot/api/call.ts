import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { newestOf } from '../../core/versions.ts';
import type { Refusal } from '../../core/views.ts';
import type { TokenHolder } from '../../platform/stores.ts';
import type { Acting, Refused } from '../acting.ts';
import type { GatewayOptions } from '../gateway-options.ts';
import type { RateLimit } from '../rate-limit.ts';
import { forWantOfGroups, sayRefusal } from '../refuse.ts';
import { mayAtAll, mayOn } from '../rights.ts';
import { refusal } from '../words.ts';
import type { Done, Operation } from './operation.ts';
import { problem, refusedAs, type Problem } from './problem.ts';

export interface ApiEdges {
  readonly options: GatewayOptions;
  readonly limit: RateLimit;
}

/** One call, by HTTP or as a tool of MCP, of whoever holds that token. */
export interface Call {
  readonly holder: TokenHolder;
  readonly source: 'api' | 'mcp';
  readonly operation: Operation;
  /** What was sent, by the names of its schemas; untrusted. */
  readonly input: Readonly<Record<string, unknown>>;
  /** The caller's own: the same acts once. */
  readonly idempotencyKey: string | null;
}

export type Answer =
  { readonly ok: true; readonly done: Done<object> } | { readonly ok: false; readonly problem: Problem };

/** All that an operation takes, whatever part of a request it comes in. */
export const inputOf = ({ params, query, body }: Operation): z.ZodObject =>
  z.strictObject({ ...params.shape, ...query.shape, ...body.shape });

const pointer = (path: readonly PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

const notUnderstood = (error: z.ZodError): Problem =>
  problem(400, 'bad_request', 'That does not fit the schema of this operation.', {
    errors: error.issues
      .slice(0, 20)
      .map(({ path, message }) => ({ pointer: pointer(path), detail: message })),
  });

/** What the token is for and what its owner may: both, or not. */
function actingFor({ options }: ApiEdges, { tenant, person, verbs }: TokenHolder): Acting {
  const { stores, agents: versions, rehearsal, away, site = null } = options;
  const may = mayOn({ ok: true, tenant, person });
  const made = new Set<string>(verbs);
  return {
    ...{ stores, tenant, person, versions, agents: newestOf(versions), rehearsal, away, site },
    may: (verb, on) => made.has(verb) && may(verb, on),
  };
}

/** A ledger entry that names the person and the token, and the sentence that a person would read. */
async function refused(
  { options }: ApiEdges,
  call: Call,
  { refusal: given, subject }: Refused,
): Promise<Answer> {
  const { holder, operation, source } = call;
  const { tenant, person, token } = holder;
  const why = forWantOfGroups(given, person);
  options.count('refusals', { reason: why.reason, platform: source });
  await options.stores.approvals.recordRefusal(tenant, {
    ...{ subject: subject ?? operation.permission, person: person.id, verb: operation.permission },
    ...{ reason: why.reason, account: { platform: source, workspace: tenant, account: token } },
  });
  const said = await sayRefusal(options.stores, tenant, person, why);
  return { ok: false, problem: refusedAs(why, said.kind === 'text' ? said.text : why.reason) };
}

async function tooMany(edges: ApiEdges, { holder, operation, input }: Call): Promise<Problem | null> {
  const { tenant, person, token } = holder;
  const agent =
    operation.id === 'startRun' && typeof input['agent'] === 'string'
      ? { agent: input['agent'].slice(0, 100) }
      : {};
  const waitMs = await edges.limit(tenant, { person: person.id, token, ...agent });
  if (waitMs === 0) return null;
  const seconds = Math.ceil(waitMs / 1_000);
  return problem(429, 'rate_limited', `Too many requests. Try again in ${seconds} s.`, {
    retry_after: seconds,
  });
}

const notPermitted = (verb: string): Refusal => refusal('not_permitted', { verb });

/** Counted, read, authorised, done: the one way into every operation, whichever door it came by. Never throws. */
export async function callOperation(edges: ApiEdges, call: Call): Promise<Answer> {
  const { operation, holder, source } = call;
  const told = (answer: Answer): Answer => {
    const result = answer.ok ? 'ok' : answer.problem.code;
    edges.options.count('api_requests', { operation: operation.id, door: source, result });
    return answer;
  };
  try {
    const busy = await tooMany(edges, call);
    if (busy !== null) return told({ ok: false, problem: busy });
    const read = inputOf(operation).safeParse(call.input);
    if (!read.success) return told({ ok: false, problem: notUnderstood(read.error) });
    const acting = actingFor(edges, holder);
    if (!mayAtAll(acting, operation.permission))
      return told(await refused(edges, call, { refusal: notPermitted(operation.permission) }));
    // Of one's own: somebody else's key neither starts nor finds anything of theirs.
    const key = call.idempotencyKey ?? randomUUID();
    const asked = { source, key: `api ${holder.person.id} ${operation.id} ${key}`, origin: {} };
    const done = await operation.run({ ...acting, asked }, read.data);
    if ('refusal' in done) return told(await refused(edges, call, done));
    return told({ ok: true, done: { ...done, body: operation.output.parse(done.body) } });
  } catch (error) {
    edges.options.log.error({ err: error, operation: operation.id }, 'a call of the API failed');
    return told({ ok: false, problem: problem(500, 'failed', 'Something went wrong on our side.') });
  }
}
