/** What a sentence may name: person ids, epoch ms, counts, words that somebody typed (shown, never obeyed). */
export type Detail = Readonly<Record<string, string | number>>;
