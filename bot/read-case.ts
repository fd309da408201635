import { CANDIDATE_WORDS, type CandidateField } from '../cards/candidate-words.ts';
import { GoldenCase } from '../core/evals/golden-case.ts';
import type { Language } from '../core/language.ts';

export type ReadCase =
  | { readonly ok: true; readonly golden: GoldenCase }
  | { readonly ok: false; readonly field: CandidateField; readonly text: string };

const listed = (typed: string): string[] =>
  typed
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');

/** `0.2 to 0.6`, `0,2 bis 0,6` or `0.2-0.6`; null: none; undefined: cannot be read. */
function scoreIn(typed: string): [number, number] | null | undefined {
  if (typed.trim() === '') return null;
  const found =
    typed
      .replaceAll(/(\d),(\d)/g, '$1.$2')
      .match(/\d+(?:\.\d+)?/g)
      ?.map(Number) ?? [];
  const [from, to] = found;
  if (from === undefined || to === undefined || found.length > 2 || from > 1 || to > 1) return undefined;
  return [from, to];
}

function signalsIn(typed: string): GoldenCase['expect']['signals'] | undefined {
  const found = listed(typed).map((one) => /^(\S+)\s+(raises|lowers|neither)$/i.exec(one));
  if (found.some((one) => one === null)) return undefined;
  return found.flatMap((one) => {
    const [, citation = '', sign = ''] = one ?? [];
    return [{ citation, sign: sign.toLowerCase() as 'raises' | 'lowers' | 'neither' }];
  });
}

/** The form's fields over the draft; the input and the name of a case stay as they are. */
export function readCase(
  draft: GoldenCase,
  fields: Readonly<Record<string, string>>,
  language: Language = 'en',
): ReadCase {
  const { unreadable } = CANDIDATE_WORDS[language];
  const typed = (name: CandidateField): string => (fields[name] ?? '').trim();
  const score = scoreIn(typed('score'));
  if (score === undefined) return { ok: false, field: 'score', text: unreadable.score };
  const signals = signalsIn(typed('signals'));
  if (signals === undefined) return { ok: false, field: 'signals', text: unreadable.signals };
  const recommendations = listed(typed('recommendations'));
  if (recommendations.length === 0) return { ok: false, field: 'recommendations', text: unreadable.empty };
  if (typed('why') === '') return { ok: false, field: 'why', text: unreadable.empty };
  const golden = GoldenCase.safeParse({
    ...{ ...draft, kind: typed('kind'), why: typed('why') },
    expect: {
      score,
      signals,
      recommendations,
      actions: listed(typed('actions')),
      refuses: typed('refuses') === '1',
    },
  });
  return golden.success
    ? { ok: true, golden: golden.data }
    : { ok: false, field: 'kind', text: unreadable.empty };
}
