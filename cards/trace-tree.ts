import { stepLabelIn } from '../core/recorded.ts';
import type { RunView, StepView } from '../core/views.ts';
import { duration, whole } from './figures.ts';
import { TABLE_COLUMNS } from './limits.ts';
import { shown } from './text.ts';
import type { Language } from '../core/language.ts';
import { wordsIn } from './languages.ts';
import type { CardWords } from './words.ts';

const NAME = 18;
const TIME = 8;
const COST = 8;
/** The number by which `replay <run> from <step>` names a step. */
const NUMBER = 2;

/** A cell of exactly this many characters; what is cut off says so with an ellipsis. */
const cell = (text: string, width: number): string => {
  const characters = Array.from(text);
  return characters.length > width
    ? `${characters.slice(0, width - 1).join('')}…`
    : text + ' '.repeat(width - characters.length);
};

/** With the sign where the language has it: $0.0476, in German 0,0476 $. */
const usd4 = (say: CardWords, micros: number): string =>
  micros === 0
    ? ''
    : (micros / 1e6).toLocaleString(say.locale, {
        ...{ style: 'currency', currency: 'USD', currencyDisplay: 'narrowSymbol' },
        ...{ minimumFractionDigits: 4, maximumFractionDigits: 4 },
      });

/** Figures are never cut: where they are unusually wide, the label gives way. */
function row(
  say: CardWords,
  { number, name, label }: { number: string; name: string; label: string },
  ms: number,
  micros: number,
): string {
  const time = (ms > 0 ? duration(say, ms) : '').padStart(TIME);
  const cost = usd4(say, micros).padStart(COST);
  const room = TABLE_COLUMNS - NUMBER - NAME - time.length - cost.length - 5;
  return `${cell(number, NUMBER)} ${cell(name, NAME)} ${cell(label, room)}  ${time} ${cost}`.trimEnd();
}

/** `claude-sonnet-4-5-20250929` is `sonnet-4-5` to a reader. */
const shortModel = (model: string): string => model.replace(/^claude-/, '').replace(/-\d{8}$/, '');

function stepLabel(say: CardWords, step: StepView): string {
  const flag = `${step.recorded ? '↺ ' : ''}${step.ok ? '' : '▲ '}`;
  const label = shown(stepLabelIn(step.label, say.language));
  if (step.kind !== 'model' || step.model === null) return `${flag}${label}`;
  const cached = step.cachedTokens > 0 ? `, ◆ ${whole(say, step.cachedTokens)}` : '';
  const words = `${shortModel(shown(step.model))} ${whole(say, step.tokens)} ${say.tok}${cached}`;
  return label === '' ? `${flag}${words}` : `${flag}${words}, ${label}`;
}

type Numbered = StepView & { readonly number: string };

/** Steps whose parent is missing hang from the root: nothing is left out. A step is drawn once even in a circle. */
function branches(
  say: CardWords,
  steps: readonly Numbered[],
  parent: string | null,
  prefix: string,
  drawn: Set<string>,
): string[] {
  const keys = new Set(steps.map(({ key }) => key));
  const here = steps.filter(
    (step) =>
      !drawn.has(step.key) &&
      (parent === null ? step.parent === null || !keys.has(step.parent) : step.parent === parent),
  );
  return here.flatMap((step, i) => {
    if (drawn.has(step.key)) return [];
    drawn.add(step.key);
    const last = i === here.length - 1;
    const own = row(
      say,
      {
        number: step.number,
        name: `${prefix}${last ? '└─ ' : '├─ '}${shown(step.name)}`,
        label: stepLabel(say, step),
      },
      step.latencyMs,
      step.costMicros,
    );
    return [own, ...branches(say, steps, step.key, `${prefix}${last ? '   ' : '│  '}`, drawn)];
  });
}

/**
 * The run as a tree of monospace lines of at most 72 characters, each with the step's number: ▲ is a warning, ◆ came from the
 * cache, ↺ from the recording of an earlier run.
 */
export function traceTree(run: RunView, language: Language = 'en'): string[] {
  const say = wordsIn(language);
  const calls = run.steps.filter(({ kind }) => kind === 'model').length;
  const reads = run.steps.filter(({ kind }) => kind === 'tool').length;
  const head = `${say.modelCalls(calls)}, ${say.toolCalls(reads)}`;
  const drawn = new Set<string>();
  const steps = run.steps.map((step, i): Numbered => ({ ...step, number: String(i + 1).padStart(NUMBER) }));
  const tree = branches(say, steps, null, '', drawn);
  const circular = steps.filter(({ key }) => !drawn.has(key));
  const rest = circular.flatMap((step) => branches(say, [{ ...step, parent: null }], null, '', drawn));
  return [
    row(
      say,
      { number: '', name: `${run.agent} ${run.agentVersion}`, label: head },
      run.workingMs,
      run.costMicros,
    ),
    ...tree,
    ...rest,
  ];
}
