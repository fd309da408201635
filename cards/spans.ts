import type { NamedPerson } from '../core/views.ts';
import type { Fact, Span, TimeForm } from './model.ts';

/** Short names for the pieces of a line. */
export const text = (words: string): Span => ({ kind: 'text', text: words });
export const strong = (words: string): Span => ({ kind: 'strong', text: words });
export const code = (words: string): Span => ({ kind: 'code', text: words });
export const struck = (words: string): Span => ({ kind: 'struck', text: words });
export const cite = (words: string): Span => ({ kind: 'cite', text: words });
export const command = (words: string): Span => ({ kind: 'command', text: words });
export const instant = (atMs: number, form: TimeForm): Span => ({ kind: 'instant', atMs, form });

export const person = (who: NamedPerson): Span => ({
  kind: 'person',
  name: who.name,
  slackUser: who.slackUser,
});

/** A fact with nothing beside its label. */
export const fact = (label: string, ...spans: Span[]): Fact => ({ label, lead: [], spans });
export const leadFact = (label: string, lead: readonly Span[], spans: readonly Span[]): Fact => ({
  label,
  lead,
  spans,
});

/** Lines joined by a separator, e.g. " · ". */
export function joined(parts: readonly (readonly Span[])[], separator: string): readonly Span[] {
  return parts
    .filter((part) => part.length > 0)
    .flatMap((part, i) => (i === 0 ? part : [text(separator), ...part]));
}
