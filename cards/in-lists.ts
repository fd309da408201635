import type { Block, Span } from './model.ts';

/** A card shows no more than twenty lines of one list; where none may be missing they stand in several. */
const LINES = 16;

export const inLists = (items: readonly (readonly Span[])[]): Block[] =>
  Array.from({ length: Math.ceil(items.length / LINES) }, (_, i) => ({
    kind: 'list',
    items: items.slice(i * LINES, (i + 1) * LINES),
  }));
