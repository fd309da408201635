/** Arguments of a call, JSON-parsed where they came as a JSON string in a form. */
export type Args = Readonly<Record<string, unknown>>;
export type Answer = { readonly ok: true; readonly [key: string]: unknown } | Refused;
export interface Refused {
  readonly ok: false;
  readonly error: string;
  readonly errors?: readonly string[];
  readonly response_metadata?: { readonly messages: readonly string[] };
}

/** A refusal with Slack's code and, when there are some, the lines that say where. */
export const refuse = (error: string, errors: readonly string[] = []): Refused =>
  errors.length
    ? { ok: false, error, errors, response_metadata: { messages: errors.map((e) => `[ERROR] ${e}`) } }
    : { ok: false, error };

export const word = (args: Args, name: string): string | null => {
  const value = args[name];
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : null;
};

export const flag = (args: Args, name: string): boolean =>
  args[name] === true || args[name] === 'true' || args[name] === '1';

/** A count within bounds, the default when absent, null when it is no such number. */
export function count(args: Args, name: string, usual: number, max: number): number | null {
  const given = word(args, name);
  if (given === null) return usual;
  const value = Number(given);
  return Number.isInteger(value) && value >= 1 && value <= max ? value : null;
}
