import type { Candidate } from '../core/evals/candidate.ts';
import type { GoldenCase } from '../core/evals/golden-case.ts';
import type { Language } from '../core/language.ts';
import { CANDIDATE_WORDS, type CandidateField } from './candidate-words.ts';
import { commandForm, type CommandField } from './command-form.ts';
import { fixed } from './figures.ts';
import { wordsIn } from './languages.ts';
import type { Block, Card, Form } from './model.ts';
import { commandButton } from './run-buttons.ts';
import { instant, strong, text } from './spans.ts';
import { shown } from './text.ts';

/** A candidate with the case that it would become; null: no case can be made of it as it is. */
export interface Drafted {
  readonly candidate: Candidate;
  readonly draft: GoldenCase | null;
}

/** A candidate is three blocks; a message of Slack's holds fifty, and nobody reads more at once. */
export const CANDIDATES_SHOWN = 6;

function causeText({ causes }: Candidate, language: Language): string {
  const say = wordsIn(language);
  const words = CANDIDATE_WORDS[language];
  return causes
    .map(({ how, tool, reason }) => {
      const what = words.how[how](shown(tool ?? ''));
      return reason === null || reason === '' ? what : `${what}: ${say.quote(reason)}`;
    })
    .join(say.separator);
}

function rangeText({ expect }: GoldenCase, language: Language): string {
  const say = wordsIn(language);
  if (expect.score === null) return '';
  const [from, to] = expect.score;
  return CANDIDATE_WORDS[language].range(fixed(say, from, 2), fixed(say, to, 2));
}

function expectText(draft: GoldenCase, language: Language): string {
  const words = CANDIDATE_WORDS[language];
  return words.expects(
    draft.expect.recommendations.map(shown).join(', '),
    rangeText(draft, language) || words.noScore,
  );
}

function candidateBlocks({ candidate, draft }: Drafted, language: Language): Block[] {
  const say = wordsIn(language);
  const words = CANDIDATE_WORDS[language];
  const { run, agent, inputLabel, atMs } = candidate;
  const accept = draft === null ? [] : [commandButton(words.accept, 'candidates', `accept ${run}`)];
  const edit = draft === null ? [] : [commandButton(words.edit, 'candidates', `edit ${run}`, 'form')];
  return [
    {
      kind: 'paragraph',
      spans: [
        strong(`${agent} ${say.on} ${shown(inputLabel)}`),
        text(`${say.separator}${causeText(candidate, language)}`),
      ],
    },
    {
      kind: 'context',
      spans: [
        instant(atMs, 'moment'),
        ...(draft === null ? [] : [text(`${say.separator}${expectText(draft, language)}`)]),
      ],
    },
    {
      kind: 'actions',
      actions: [
        ...accept,
        ...edit,
        commandButton(words.drop, 'candidates', `drop ${run}`),
        commandButton(say.trace, 'trace', run),
      ],
      menu: [],
    },
  ];
}

/** Live runs that people overrode or thought bad: what each would be as a golden case, and what may be done with it. */
export function candidatesCard(all: readonly Drafted[], language: Language = 'en'): Card {
  const say = wordsIn(language);
  const words = CANDIDATE_WORDS[language];
  const state = all.length === 0 ? words.none : words.waiting(all.length);
  const more = all.length - CANDIDATES_SHOWN;
  return {
    ...{ v: 1, language, kind: 'candidates', subject: 'candidates', version: 1, title: words.title },
    state: {
      ...(all.length === 0 ? { icon: '✅', tone: 'plain' } : { icon: '🧪', tone: 'waiting' }),
      ...{ words: state, aside: [] },
    },
    blocks: [
      ...all.slice(0, CANDIDATES_SHOWN).flatMap((one) => candidateBlocks(one, language)),
      ...(more > 0 ? [{ kind: 'context', spans: [text(say.moreItems(more))] } as const] : []),
      ...(all.length > 0 ? [{ kind: 'context', spans: [text(words.note)] } as const] : []),
    ],
    summary: `${words.title}: ${state}`,
  };
}

const written = (draft: GoldenCase, language: Language): Readonly<Record<CandidateField, string>> => ({
  ...{ kind: '', refuses: '', why: draft.why, score: rangeText(draft, language) },
  recommendations: draft.expect.recommendations.join(', '),
  actions: draft.expect.actions.join(', '),
  signals: draft.expect.signals.map(({ citation, sign }) => `${citation} ${sign}`).join(', '),
});

/** The draft, to be put right and accepted. */
export function candidateForm({ run }: Candidate, draft: GoldenCase, language: Language = 'en'): Form {
  const words = CANDIDATE_WORDS[language];
  const now = written(draft, language);
  const line = (name: CandidateField, more: Partial<CommandField> = {}): CommandField => ({
    ...{ name, ...words.fields[name], placeholder: '', initial: now[name], maxLength: 600 },
    ...more,
  });
  const kinds = Object.entries(words.kinds).map(([value, label]) => ({ value, label }));
  const answers = Object.entries(words.answers).map(([value, label]) => ({ value, label }));
  const fields = [
    line('kind', { kind: 'select', options: kinds, initial: draft.kind }),
    line('why', { kind: 'multiline', maxLength: 500 }),
    line('recommendations'),
    line('actions', { required: false }),
    line('score', { required: false }),
    line('signals', { required: false }),
    line('refuses', { kind: 'select', options: answers, initial: draft.expect.refuses ? '1' : '0' }),
  ];
  const { formTitle: title, formMeans: means, formSubmit: submit } = words;
  return commandForm(
    { command: 'candidates', words: `accept ${run}`, title, means, submit, fields },
    language,
  );
}
