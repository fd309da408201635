import { happeningSentence } from '../sentences.ts';
import type { Detail } from '../detail.ts';
import type { Happening } from './happening.ts';
import type { ApprovalState, RefusalReason, Transitioned } from './types.ts';

/** An accepted event: the version rises by one. */
export const changed = (
  state: ApprovalState,
  patch: Partial<ApprovalState>,
  what: Happening,
  detail: Detail = {},
): Transitioned => moved({ ...state, ...patch, version: state.version + 1 }, what, detail);

/** An accepted event whose new state is made already. */
export const moved = (state: ApprovalState, what: Happening, detail: Detail = {}): Transitioned => ({
  ok: true,
  state,
  successor: null,
  duplicate: false,
  happened: { what, detail },
  summary: happeningSentence(what, detail),
});

/** Said before, or nothing to do: nothing new is written. */
export const unchanged = (state: ApprovalState, what: Happening = 'recorded-before'): Transitioned => ({
  ok: true,
  state,
  successor: null,
  duplicate: true,
  happened: { what, detail: {} },
  summary: happeningSentence(what),
});

export type Refused = Extract<Transitioned, { ok: false }>;
export const refused = (reason: RefusalReason, detail: Detail = {}): Refused => ({
  ok: false,
  reason,
  detail,
});

/** Half surrogates and NUL cannot be stored, other forms than NFC cannot be digested; blank text is no text. */
export function cleanText(text: string | null): string | null {
  const clean = (text ?? '')
    .replace(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]|\u0000/g, '\uFFFD')
    .normalize('NFC')
    .trim();
  return clean === '' ? null : clean;
}
