import { z } from 'zod';
import { canonicalJson, type Json, type JsonObject, type Sha256 } from './canonical-json.ts';
import { ApprovalId, GrantId, PersonId } from './ids.ts';
import { Money } from './money.ts';

const Digest = z.string().regex(/^[0-9a-f]{64}$/) as unknown as z.ZodType<Sha256>;
const Scalar = z.union([z.string().max(300), z.number(), z.boolean(), z.null(), Money]);
const Limit = z.union([z.number(), Money]);
type Limit = z.infer<typeof Limit>;

/** How a limit or a value is compared: a number by itself, an amount in its currency only. */
function sizeOf(value: unknown): { readonly unit: string; readonly size: number } | null {
  if (typeof value === 'number') return { unit: '', size: value };
  const money = Money.safeParse(value);
  return money.success ? { unit: money.data.currency, size: money.data.micros } : null;
}

const Range = z
  .strictObject({ kind: z.literal('range'), min: Limit.nullable(), max: Limit.nullable() })
  .refine(({ min, max }) => min !== null || max !== null, 'a range needs a lower or an upper end')
  .refine(({ min, max }) => {
    const [low, high] = [sizeOf(min), sizeOf(max)];
    return low === null || high === null || (low.unit === high.unit && low.size <= high.size);
  }, 'the lower end of a range is above its upper end');

/** What one argument may be. `any` has to be said: an argument that no bound names is outside. */
export const Bound = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('any') }),
  z.strictObject({ kind: z.literal('equal'), value: Scalar }),
  z.strictObject({ kind: z.literal('one_of'), values: z.array(Scalar).min(1).max(20) }),
  Range,
]);
export type Bound = z.infer<typeof Bound>;

/** What a grant is to allow; the arguments of the action that people sign, word for word. */
export const GrantRequest = z.strictObject({
  agent: z.string().min(1).max(60),
  agent_version: z.string().min(1).max(40),
  connector: z.string().min(1).max(60),
  tool: z.string().min(1).max(60),
  /** Of the tool as it is now: a grant does not outlive a change of what the tool takes. */
  tool_schema: Digest,
  /** The team whose agent it is; its Managers may sign and revoke. */
  team: z.string().min(1).max(60),
  bounds: z.record(z.string().min(1).max(60), Bound),
  uses: z.int().min(1).max(1000),
  /** The most that may be signed for within any so many hours; null only where the tool names no amount. */
  sum: z
    .strictObject({
      amount: Money.refine((money) => money.micros > 0, 'the sum must be above zero'),
      hours: z.int().min(1).max(8784),
    })
    .nullable(),
  expires_at: z.iso.datetime(),
});
export type GrantRequest = z.infer<typeof GrantRequest>;

/** A grant as it is stored; nothing of it ever changes. What was used up and whether it was revoked stands beside it. */
export const Grant = z.strictObject({
  v: z.literal(1),
  id: GrantId,
  request: GrantRequest,
  /** Copies of the request's, for the index. */
  agent: z.string(),
  tool: z.string(),
  approval: ApprovalId,
  askedBy: PersonId,
  signedBy: z.array(PersonId),
  createdAtMs: z.int(),
});
export type Grant = z.infer<typeof Grant>;

/** What an agent wants to do, and the database's clock. */
export interface GrantUse {
  readonly agent: string;
  readonly agentVersion: string;
  readonly connector: string;
  readonly tool: string;
  readonly toolSchemaHash: Sha256;
  readonly args: JsonObject;
  readonly amount: Money | null;
  readonly nowMs: number;
}

export interface GrantStanding {
  readonly uses: number;
  /** Absolute amounts signed for within the grant's own window, in micros. */
  readonly sumMicros: number;
  readonly revoked: boolean;
}

/** A grant and what is left of it, read under the lock that its next use needs. */
export interface StandingGrant extends GrantStanding {
  readonly grant: Grant;
}

/** A grant as a person sees it. */
export interface GrantView extends StandingGrant {
  readonly revokedBy: PersonId | null;
  readonly revokedAtMs: number | null;
}

export type NotCovered =
  'other_agent' | 'other_tool' | 'outside' | 'revoked' | 'expired' | 'spent' | 'sum_spent';

const same = (a: Json, b: Json): boolean => canonicalJson(a) === canonicalJson(b);

function withinRange(value: Json, { min, max }: Extract<Bound, { kind: 'range' }>): boolean {
  const size = sizeOf(value);
  if (size === null) return false;
  const [low, high] = [sizeOf(min), sizeOf(max)];
  if (low !== null && (low.unit !== size.unit || size.size < low.size)) return false;
  return high === null || (high.unit === size.unit && size.size <= high.size);
}

/** Does a value lie within a bound. */
export function within(value: Json, bound: Bound): boolean {
  switch (bound.kind) {
    case 'any':
      return true;
    case 'equal':
      return same(value, bound.value);
    case 'one_of':
      return bound.values.some((one) => same(value, one));
    case 'range':
      return withinRange(value, bound);
  }
}

/** Every argument has a bound and lies within it, and every bound but `any` has its argument. */
export function insideBounds(args: JsonObject, bounds: GrantRequest['bounds']): boolean {
  const named = Object.entries(args).every(([name, value]) => {
    const bound = Object.hasOwn(bounds, name) ? bounds[name] : undefined;
    return bound !== undefined && within(value, bound);
  });
  return (
    named && Object.entries(bounds).every(([name, { kind }]) => kind === 'any' || Object.hasOwn(args, name))
  );
}

/** Would this use take more than the caps leave. An amount without a cap on sums, or in another currency, always would. */
function whySpent({ request }: Grant, { amount }: GrantUse, standing: GrantStanding): NotCovered | null {
  if (standing.uses >= request.uses) return 'spent';
  if (amount === null) return request.sum === null ? null : 'outside';
  if (request.sum === null || request.sum.amount.currency !== amount.currency) return 'outside';
  return standing.sumMicros + Math.abs(amount.micros) > request.sum.amount.micros ? 'sum_spent' : null;
}

/** Why a grant does not sign for this, or null when it does. Whether any grant may is policy's to say, not its own. */
export function whyNotCovered(grant: Grant, use: GrantUse, standing: GrantStanding): NotCovered | null {
  const { request } = grant;
  if (use.agent !== request.agent || use.agentVersion !== request.agent_version) return 'other_agent';
  if (use.connector !== request.connector || use.tool !== request.tool) return 'other_tool';
  if (use.toolSchemaHash !== request.tool_schema) return 'other_tool';
  if (standing.revoked) return 'revoked';
  if (use.nowMs >= Date.parse(request.expires_at)) return 'expired';
  if (!insideBounds(use.args, request.bounds)) return 'outside';
  return whySpent(grant, use, standing);
}

/** Can it still sign for anything at all. */
export const isLive = ({ grant, uses, revoked }: StandingGrant, nowMs: number): boolean =>
  !revoked && uses < grant.request.uses && nowMs < Date.parse(grant.request.expires_at);
