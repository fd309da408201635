import {
  GOLDEN_THRESHOLD,
  type EvalCardView,
  type EvalCase,
  type EvalFault,
} from '../core/evals/evaluation.ts';
import type { Language } from '../core/language.ts';
import { EVAL_WORDS } from './eval-words.ts';
import { fixed, usd } from './figures.ts';
import { wordsIn } from './languages.ts';
import type { Block, Card, Fact, StateLine } from './model.ts';
import { picture } from './pictures.ts';
import { code, fact, strong, text } from './spans.ts';
import { shown } from './text.ts';
import { CASE_KINDS } from '../core/evals/golden-case.ts';

/** As many of the worst as are worth looking at on a phone. */
const WORST = 5;
const meanOf = (cases: readonly EvalCase[]): number | null =>
  cases.length === 0 ? null : cases.reduce((sum, { mark }) => sum + mark, 0) / cases.length;

/** Rounded down, so that a mark that is not enough never looks as if it were. */
const figure = (value: number, language: Language): string =>
  fixed(wordsIn(language), Math.floor(value * 100 + 1e-9) / 100, 2);
const signed = (value: number, language: Language): string =>
  `${value < 0 ? '−' : '+'}${fixed(wordsIn(language), Math.abs(value), 2)}`;

function stateOf(view: EvalCardView, language: Language): StateLine {
  const words = EVAL_WORDS[language];
  const { status, mean, cases, marked } = view;
  const aside = { aside: [] };
  if (status === 'failed') return { icon: '⛔', words: words.givenUp, tone: 'broken', ...aside };
  if (status === 'running' || mean === null)
    return { icon: '🕓', words: words.goesOn(marked.length, cases), tone: 'waiting', ...aside };
  const enough = mean >= GOLDEN_THRESHOLD;
  const said = words.done(figure(mean, language), figure(GOLDEN_THRESHOLD, language), enough);
  return { icon: enough ? '✅' : '⚠️', words: said, tone: enough ? 'done' : 'broken', ...aside };
}

function against({ comparison }: EvalCardView, language: Language): string {
  const words = EVAL_WORDS[language];
  if (comparison === null) return words.noneBefore;
  const { shared, difference, low, high, verdict } = comparison;
  if (verdict === 'unknown') return words.fewShared(shared);
  const [by, from, to] = [difference, low, high].map((value) => signed(value, language));
  return `${words.verdicts[verdict]}: ${words.difference(by ?? '', from ?? '', to ?? '', shared)}`;
}

function facts(view: EvalCardView, language: Language): Fact[] {
  const say = wordsIn(language);
  const words = EVAL_WORDS[language];
  const { mean, status, cases } = view;
  return [
    ...(mean === null ? [] : [fact(words.mean, text(words.meanOf(figure(mean, language), cases)))]),
    ...(status === 'done' ? [fact(words.against, text(against(view, language)))] : []),
    fact(words.cost, text(usd(say, view.costMicros))),
    fact(words.model, text(shown(view.model))),
  ];
}

/** The marks as far as there are any: a picture when it is over, since one that is drawn anew each time says little. */
function kinds(
  { marked, status, agent, agentVersion, rehearsal }: EvalCardView,
  language: Language,
): Block[] {
  const say = wordsIn(language);
  const words = EVAL_WORDS[language];
  const found = CASE_KINDS.map((kind) => ({ kind, cases: marked.filter((one) => one.kind === kind) }));
  if (marked.length === 0) return [];
  if (status === 'done') {
    // a picture travels without the words around it
    const title = `${words.chart}, ${agent} ${agentVersion}${rehearsal ? ` (${say.rehearsal})` : ''}`;
    const bars = found.map(({ kind, cases }) => ({ label: words.kinds[kind] ?? kind, value: meanOf(cases) }));
    return [picture({ kind: 'rows', title, unit: 'score', threshold: GOLDEN_THRESHOLD, bars }, language)];
  }
  const lines = found.flatMap(({ kind, cases }) => {
    const mean = meanOf(cases);
    const label = words.kinds[kind] ?? kind;
    return mean === null ? [] : [fact(label, text(words.byKind(figure(mean, language), cases.length)))];
  });
  return [
    { kind: 'paragraph', spans: [strong(words.kind)] },
    { kind: 'facts', layout: 'grid', whole: false, facts: lines },
  ];
}

function worst({ marked, status }: EvalCardView, language: Language): Block[] {
  const say = wordsIn(language);
  const words = EVAL_WORDS[language];
  if (status !== 'done') return [];
  const short = marked.filter(({ mark }) => mark < 1).toSorted((a, b) => a.mark - b.mark);
  if (short.length === 0) return [{ kind: 'paragraph', spans: [text(words.allFull(marked.length))] }];
  const items = short.slice(0, WORST).map(({ id, kind, mark, short: graders, failed }) => {
    const missing = failed
      ? words.runFailed
      : words.shortIn(graders.map((grader) => words.graders[grader] ?? grader).join(', '));
    return [
      code(id),
      text(` (${words.kinds[kind] ?? kind})${say.separator}${fixed(say, mark, 2)}${say.separator}${missing}`),
    ];
  });
  return [
    { kind: 'paragraph', spans: [strong(words.worst)] },
    { kind: 'list', items },
  ];
}

function given({ status, why }: EvalCardView, language: Language): Block[] {
  if (status !== 'failed' || why === null) return [];
  const sentence = EVAL_WORDS[language].why[why as EvalFault];
  return [{ kind: 'paragraph', spans: [text(sentence ?? why)] }];
}

/** One evaluation: how far it is, then what came of it. Figures of the rehearsal model say whose they are. */
export function evalCard(view: EvalCardView, language: Language = 'en'): Card {
  const say = wordsIn(language);
  const words = EVAL_WORDS[language];
  const title = words.title(view.agent, view.agentVersion);
  const state = stateOf(view, language);
  const unreal: Block[] = view.rehearsal ? [{ kind: 'paragraph', spans: [strong(words.notReal)] }] : [];
  return {
    v: 1,
    language,
    kind: 'eval',
    subject: view.eval,
    version: 1 + view.marked.length + (view.status === 'running' ? 0 : 1),
    title,
    state,
    blocks: [
      ...unreal,
      ...given(view, language),
      { kind: 'facts', layout: 'lines', whole: false, facts: facts(view, language) },
      ...kinds(view, language),
      ...worst(view, language),
      { kind: 'context', spans: [text(`${view.eval}${say.separator}${words.sandbox}`)] },
    ],
    summary: `${title}: ${state.words}${view.rehearsal ? ` (${say.rehearsal})` : ''}`,
  };
}
