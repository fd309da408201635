import { z } from 'zod';
import { digestOf } from './canonical-json.ts';
import type { AgentContract } from './contract.ts';
import type { TenantId } from './ids.ts';

/** `1.2.0`, as in `AgentContract.version`; `1.2.0-trial` goes live only where somebody sets it. */
export const AgentVersion = z
  .string()
  .regex(/^\d{1,4}\.\d{1,4}\.\d{1,4}(-[0-9a-z]{1,20})?$/, 'expected a version such as 1.2.0');

const isReleased = (version: string): boolean => !version.includes('-');

export type VersionEnvironment = AgentContract['environment'];

/** Which version plays the new runs of an agent, in one company and environment. */
export interface VersionState {
  /** Rises with every change; 0: nothing was recorded yet. */
  readonly revision: number;
  readonly active: string;
  /** The version that a share of new runs goes to. */
  readonly next: string | null;
  /** That share; 0 without `next`. */
  readonly percent: number;
  /** What roll back returns to; null: nothing was before. */
  readonly previous: string | null;
}

/** The same without its number, which whoever writes it gives. */
export type WantedVersions = Omit<VersionState, 'revision'>;

/** Splits are exact to a hundredth of a percent. */
const BUCKETS = 10_000;

/** What one run is told apart by: the same `key` (a digest of its input) always comes to the same place. */
export interface Sticky {
  readonly tenant: TenantId;
  readonly agent: string;
  readonly key: string;
}

/** A place in 0..9999, evenly spread. `next` is in it, so that it is not always the same who try what is new. */
export const bucketOf = ({ tenant, agent, key }: Sticky, next: string): number =>
  Number.parseInt(digestOf(['version', tenant, agent, next, key]).slice(0, 12), 16) % BUCKETS;

/**
 * The version that plays a new run. While the share of `next` grows, a key moves to it once and stays; while it shrinks,
 * back once.
 */
export function chooseVersion({ active, next, percent }: VersionState, sticky: Sticky): string {
  if (next === null) return active;
  return bucketOf(sticky, next) < (percent * BUCKETS) / 100 ? next : active;
}

/**
 * Where nothing was recorded yet: what ran last goes on, since a deploy moves nobody, and starts nothing more once it is
 * gone from the code; else the newest version in the code.
 * @param known every version in the code, the oldest first
 */
export function beginWith(known: readonly string[], ranLast: string | null): VersionState | null {
  const released = known.filter(isReleased);
  const active = ranLast ?? released.at(-1);
  if (active === undefined) return null;
  const previous = released[released.indexOf(active) - 1] ?? null;
  return { revision: 0, active, next: null, percent: 0, previous };
}

export type Moved =
  | { readonly ok: true; readonly to: WantedVersions }
  | { readonly ok: false; readonly why: 'nothing-before' | 'version-gone' | 'same-version' | 'no-share' };

/**
 * One step back: a share that tries another version ends; else what was active before is active again.
 * @param before the last state in which `previous` was active; what it could return to itself, a second step can
 */
export function rollBack(state: VersionState, before: VersionState | null): Moved {
  const { active, next, previous } = state;
  if (next !== null) return { ok: true, to: { active, next: null, percent: 0, previous } };
  if (previous === null) return { ok: false, why: 'nothing-before' };
  // Never forward again to what was just left.
  const earlier = before?.previous === active ? null : (before?.previous ?? null);
  return { ok: true, to: { active: previous, next: null, percent: 0, previous: earlier } };
}

/** The version that is left by one step back, and the one that plays all new runs then. */
export function stepBack({ active, next, percent, previous }: VersionState): {
  readonly from: string;
  readonly share: number;
  readonly to: string;
} | null {
  if (next !== null) return { from: next, share: percent, to: active };
  return previous === null ? null : { from: active, share: 100, to: previous };
}

/** Another version, or a share of the runs for one: only what is in the code. The whole for `next` makes it active. */
export function moveTo(
  state: VersionState,
  wanted: { readonly active: string; readonly next: string | null; readonly percent: number },
  known: readonly string[],
): Moved {
  const { next, percent } = wanted;
  if ((next === null) !== (percent === 0) || percent < 0 || percent > 100 || !Number.isInteger(percent))
    return { ok: false, why: 'no-share' };
  const whole = next !== null && percent === 100;
  const active = whole ? next : wanted.active;
  const split = whole ? { next: null, percent: 0 } : { next, percent };
  if ([active, next].some((one) => one !== null && !known.includes(one)))
    return { ok: false, why: 'version-gone' };
  if (active === split.next) return { ok: false, why: 'same-version' };
  const previous = active === state.active ? state.previous : state.active;
  return { ok: true, to: { active, ...split, previous } };
}

/** What people sign when they roll an agent back; `revision` binds it to what they saw. */
export const RollBackRequest = z.strictObject({
  agent: z.string().min(1).max(60),
  environment: z.enum(['production', 'sandbox']),
  team: z.string().min(1).max(60),
  from_version: AgentVersion,
  /** The percentage of new runs that `from_version` plays now. */
  share: z.int().min(1).max(100),
  to_version: AgentVersion,
  revision: z.int().min(0),
});
export type RollBackRequest = z.infer<typeof RollBackRequest>;

/** Three numbers, and whether it is released. */
const parts = (version: string): number[] => {
  const [numbers = ''] = version.split('-');
  return [...numbers.split('.').map(Number), isReleased(version) ? 1 : 0];
};

/** 1.10.0 comes after 1.9.0, and 1.2.0 after 1.2.0-trial. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [parts(a), parts(b)];
  return left.map((part, i) => part - (right[i] ?? 0)).find((difference) => difference !== 0) ?? 0;
}

/** The versions of one agent, the oldest first. */
export const versionsOf = <C extends Pick<AgentContract, 'name' | 'version'>>(
  all: readonly C[],
  agent: string,
): readonly C[] =>
  all.filter(({ name }) => name === agent).toSorted((a, b) => compareVersions(a.version, b.version));

/** One contract for each agent: that of its newest version. Name, owner, class and environment are alike in all of them. */
export const newestOf = (all: readonly AgentContract[]): readonly AgentContract[] =>
  [...new Set(all.map(({ name }) => name))].flatMap((name) => {
    const versions = versionsOf(all, name);
    return versions.findLast(({ version }) => isReleased(version)) ?? versions.at(-1) ?? [];
  });
