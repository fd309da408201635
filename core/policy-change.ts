import { z } from 'zod';
import { canonicalJson, digestOf, type Json, type JsonObject, type Sha256 } from './canonical-json.ts';
import { Money } from './money.ts';
import { Selector, type Policy, type PolicyRule } from './policy-types.ts';

const Digest = z.string().regex(/^[0-9a-f]{64}$/) as unknown as z.ZodType<Sha256>;
const Lines = z.string().min(1).max(1500);

/**
 * The arguments of `change_policy`: from which version to which, the digest of the whole new policy, and every single
 * difference. The lines are made by us from both texts, and made again when the change is carried out.
 */
export const PolicyChange = z.strictObject({
  from_version: z.int().positive(),
  to_version: z.int().positive(),
  digest: Digest,
  changes: Lines,
  changes_2: Lines.optional(),
  changes_3: Lines.optional(),
  changes_4: Lines.optional(),
});
export type PolicyChange = z.infer<typeof PolicyChange>;

const UNITS = [
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const;

/** The very duration, in the largest unit that holds it whole: `48 h`, `90 min`. */
export function wholeDuration(ms: number): string {
  const [unit, size] = UNITS.find(([, one]) => ms % one === 0) ?? ['ms', 1];
  return `${ms / size} ${unit}`;
}

/** The very amount, in a form that is the same in every language: `GBP 1000`, `GBP 0.5`. */
export function wholeAmount({ currency, micros }: Money): string {
  const digits = Math.abs(micros).toString().padStart(7, '0');
  const fraction = digits.slice(-6).replace(/0+$/, '');
  return `${currency} ${micros < 0 ? '-' : ''}${digits.slice(0, -6)}${fraction === '' ? '' : `.${fraction}`}`;
}

const selectorText = (selector: Selector): string => {
  const [kind, name] =
    selector.kind === 'role'
      ? ['role', selector.role]
      : selector.kind === 'group'
        ? ['group', selector.group]
        : ['person', selector.person];
  return `${kind} ${JSON.stringify(name)}`;
};

function leafText(key: string, value: Json): string | null {
  if (/Ms$/.test(key) && typeof value === 'number') return wholeDuration(value);
  if (/Ms$/.test(key) && Array.isArray(value))
    return value.map((ms) => wholeDuration(Number(ms))).join(', ') || '-';
  const money = Money.safeParse(value);
  if (money.success) return wholeAmount(money.data);
  const selectors = z.array(Selector).min(1).safeParse(value);
  if (selectors.success) return selectors.data.map(selectorText).join(', ');
  const nested = typeof value === 'object' && value !== null;
  return nested && (!Array.isArray(value) || value.some((one) => typeof one === 'object'))
    ? null
    : canonicalJson(value);
}

/** Everything that a rule, or a part of one, says: path and text, nothing left out. */
export function saidBy(value: Json, path = '', key = ''): ReadonlyMap<string, string> {
  const text = leafText(key, value);
  if (text !== null) return new Map([[path, text]]);
  const inner: [string, Json, string][] = Array.isArray(value)
    ? value.map((one, i) => [`${path}[${i + 1}]`, one, ''])
    : Object.entries(value as JsonObject).map(([name, one]) => [
        path === '' ? name : `${path}.${name}`,
        one,
        name,
      ]);
  return new Map(inner.flatMap(([at, one, name]) => [...saidBy(one, at, name)]));
}

export interface Difference {
  readonly path: string;
  /** Null: not said. */
  readonly before: string | null;
  readonly after: string | null;
}

/** What two of them say otherwise. */
export function differences(before: Json, after: Json): Difference[] {
  const [was, is] = [saidBy(before), saidBy(after)];
  return [...new Set([...was.keys(), ...is.keys()])]
    .map((path) => ({ path, before: was.get(path) ?? null, after: is.get(path) ?? null }))
    .filter(({ before: old, after: now }) => old !== now);
}

/** Pairs of positions that hold equal items, in order, as many as there can be. */
function kept(before: readonly string[], after: readonly string[]): [number, number][] {
  const longest = Array.from({ length: before.length + 1 }, () =>
    new Array<number>(after.length + 1).fill(0),
  );
  const at = (i: number, j: number): number => longest[i]?.[j] ?? 0;
  for (let i = before.length - 1; i >= 0; i--)
    for (let j = after.length - 1; j >= 0; j--) {
      const row = longest[i];
      if (row) row[j] = before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  const pairs: [number, number][] = [];
  for (let i = 0, j = 0; i < before.length && j < after.length;) {
    if (before[i] === after[j]) pairs.push([i++, j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return pairs;
}

/** As JSON, in the order in which a person reads it. */
function plain(rule: PolicyRule): JsonObject {
  const { when = null, risk = null, require = null } = JSON.parse(canonicalJson(rule)) as JsonObject;
  return { when, risk, require };
}

function ruleLines(name: string, before: PolicyRule | undefined, after: PolicyRule | undefined): string[] {
  const sign = before === undefined ? '+ ' : after === undefined ? '- ' : '';
  const found = differences(before ? plain(before) : {}, after ? plain(after) : {}).filter(
    ({ path }) => path !== '',
  );
  return found.map(({ path, before: was, after: is }) => {
    if (sign !== '') return `${sign}${name} ${path}: ${is ?? was ?? ''}`;
    return `${name} ${path}: ${was ?? '-'} → ${is ?? '-'}`;
  });
}

/** Each tuning of an alert stands at its place; what is not said is `-`. */
const alertLines = (before: Policy, after: Policy): string[] => {
  const [was, is] = [before, after].map(
    ({ alerts }) => JSON.parse(JSON.stringify({ alerts: alerts ?? [] })) as Json,
  );
  return differences(was ?? null, is ?? null)
    .filter(({ path }) => path !== 'alerts')
    .map(({ path, before: old, after: now }) => `${path}: ${old ?? '-'} → ${now ?? '-'}`);
};

/**
 * Every difference between two policies, a line each, the same in every language. Rules are numbered as a person counts;
 * those that stay as they are, in their order, are not named; the others are compared where they stand.
 */
export function policyLines(before: Policy, after: Policy): string[] {
  const [was, is] = [before.rules, after.rules].map((rules) =>
    rules.map((rule) => canonicalJson(plain(rule))),
  );
  const pairs = [...kept(was ?? [], is ?? []), [before.rules.length, after.rules.length] as const];
  const lines: string[] = before.id === after.id ? [] : [`id: ${before.id} → ${after.id}`];
  let [i, j] = [0, 0];
  for (const [nextI, nextJ] of pairs) {
    while (i < nextI || j < nextJ) {
      const [old, now] = [i < nextI ? before.rules[i] : undefined, j < nextJ ? after.rules[j] : undefined];
      const name = !now ? `#${i + 1}` : old && i !== j ? `#${i + 1}→#${j + 1}` : `#${j + 1}`;
      lines.push(...ruleLines(name, old, now));
      if (old) i += 1;
      if (now) j += 1;
    }
    [i, j] = [nextI + 1, nextJ + 1];
  }
  return [...lines, ...alertLines(before, after)];
}

const MOST_EACH = 1400;
const MOST_PARTS = 4;

export const policyDigest = (policy: Policy): Sha256 => digestOf(JSON.parse(JSON.stringify(policy)));

export type ChangeArguments =
  | { readonly ok: true; readonly args: PolicyChange }
  | { readonly ok: false; readonly why: 'same' | 'too-long' };

/** What is signed for this change: all of it, or nothing when it does not fit a card. */
export function changeArguments(before: Policy, after: Policy): ChangeArguments {
  const lines = policyLines(before, after);
  if (lines.length === 0) return { ok: false, why: 'same' };
  const parts: string[] = [];
  for (const line of lines) {
    const last = parts.at(-1);
    if (line.length > MOST_EACH) return { ok: false, why: 'too-long' };
    if (last !== undefined && last.length + line.length < MOST_EACH)
      parts[parts.length - 1] = `${last}\n${line}`;
    else parts.push(line);
  }
  const [changes = '', ...more] = parts;
  if (parts.length > MOST_PARTS) return { ok: false, why: 'too-long' };
  const rest = Object.fromEntries(more.map((part, n) => [`changes_${n + 2}`, part]));
  return {
    ok: true,
    args: PolicyChange.parse({
      from_version: before.version,
      to_version: after.version,
      digest: policyDigest(after),
      changes,
      ...rest,
    }),
  };
}
