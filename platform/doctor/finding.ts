/** wrong: something has to be done. note: works, but better known. skipped: could not or need not be checked. */
export type State = 'ok' | 'wrong' | 'note' | 'skipped';

/** One line of `countersign doctor`. Holds names, codes and addresses; never a secret. */
export interface Finding {
  readonly what: string;
  readonly state: State;
  readonly found: string;
  /** What to do; every line that is wrong says it. */
  readonly advice?: string;
}

export const ok = (what: string, found: string): Finding => ({ what, state: 'ok', found });
export const wrong = (what: string, found: string, advice: string): Finding => ({
  ...{ what, state: 'wrong', found, advice },
});
export const note = (what: string, found: string, advice?: string): Finding => ({
  ...{ what, state: 'note', found },
  ...(advice === undefined ? {} : { advice }),
});
export const skipped = (what: string, found: string): Finding => ({ what, state: 'skipped', found });

/** Host, port and path of an address, without the credentials in it. */
export function placeOf(url: string): string {
  if (!URL.canParse(url)) return 'no address';
  const { host, pathname } = new URL(url);
  return `${host}${pathname === '/' ? '' : pathname}`;
}

/** The code of a failure, wherever the library put it. Messages may quote what was sent, so they are not told. */
export function codeOf(error: unknown): string {
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown[] };
  if (typeof code === 'string' || typeof code === 'number') return String(code);
  if (Array.isArray(errors) && errors.length > 0) return codeOf(errors[0]);
  if (cause instanceof Error) return codeOf(cause);
  return error instanceof Error ? error.name : 'unknown';
}

/** Clocks further apart than this make requests look forged and deadlines wrong; Slack's own window is five minutes. */
export const CLOCK_APART_MS = 30_000;
