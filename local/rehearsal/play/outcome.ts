import { z } from 'zod';
import type { MadeCall } from './observed.ts';

const Outcome = z.looseObject({
  outcome: z.string(),
  summary: z.string().nullish(),
  reference: z.string().nullish(),
});

/** What became of a proposed action, as far as its result says. */
export type Ended =
  | { readonly kind: 'done'; readonly text: string }
  | { readonly kind: 'declined'; readonly reason: string }
  /** The arguments were refused or the system said no: worth one correction. */
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'over'; readonly text: string };

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

export function endOf(call: MadeCall): Ended {
  const parsed = Outcome.safeParse(call.json).data;
  if (!parsed) {
    if (call.isError) return { kind: 'refused', why: call.text };
    return { kind: 'done', text: call.text.slice(0, 200) };
  }
  const { outcome, summary, reference } = parsed;
  const text = [summary, reference && `reference ${reference}`].filter(Boolean).join(', ');
  if (outcome === 'executed') return { kind: 'done', text };
  if (outcome === 'recorded') return { kind: 'done', text: 'recorded only, this is the sandbox' };
  if (outcome === 'declined')
    return { kind: 'declined', reason: textOf(parsed['reason_given_by_a_person'] ?? parsed['reason']) };
  if (outcome === 'failed') return { kind: 'refused', why: text };
  return { kind: 'over', text: `the request ended as ${outcome}${text ? `: ${text}` : ''}` };
}
