import { stepLabelIn } from '../core/recorded.ts';
import type { RunView } from '../core/views.ts';
import type { Card, Fact, Span } from './model.ts';
import { costFact, runSmallPrint, runVersion, timeFact, tokensFact } from './run-card.ts';
import { feedbackLines } from './feedback-lines.ts';
import { ratingLines } from './rating-lines.ts';
import { replayBlocks } from './replay-blocks.ts';
import { commandButton, rateButtons } from './run-buttons.ts';
import { runState } from './run-state.ts';
import { fact, strong, text } from './spans.ts';
import { traceTree } from './trace-tree.ts';
import type { Language } from '../core/language.ts';
import { wordsIn } from './languages.ts';
import type { CardWords } from './words.ts';

function guardFact(say: CardWords, { steps }: RunView): Fact {
  const guards = steps.filter(({ kind }) => kind === 'guard');
  const warned = guards.filter(({ ok }) => !ok).length;
  const passed = `${guards.length - warned} ${say.passed}`;
  return fact(say.guardrails, text(warned === 0 ? passed : `${passed}, ▲ ${warned} ${say.stopped}`));
}

/** What a reader should not have to find in the tree. */
function worthALook(say: CardWords, run: RunView): (readonly Span[])[] {
  const failed = run.steps
    .filter(({ ok }) => !ok)
    .slice(0, 5)
    .map((step) => [text(`▲ ${step.name}: ${stepLabelIn(step.label, say.language) || say.failed}`)]);
  const share = run.tokens === 0 ? 0 : Math.round((100 * run.cachedTokens) / run.tokens);
  const cache = share > 0 ? [[text(`◆ ${share}% ${say.ofTokensCached}`)]] : [];
  const used = run.budgetMicros === 0 ? 0 : Math.round((100 * run.costMicros) / run.budgetMicros);
  const budget = used >= 80 ? [[text(`▲ ${used}% ${say.ofBudgetUsed}`)]] : [];
  return [...failed, ...budget, ...cache];
}

/** Verdict and totals first, then the tree, then what is worth a look. */
export function traceCard(run: RunView, language: Language = 'en'): Card {
  const say = wordsIn(language);
  const title = `${say.trace}: ${run.agent} ${say.on} ${run.inputLabel}`;
  const line = runState(say, run);
  const look = worthALook(say, run);
  return {
    v: 1,
    language: say.language,
    kind: 'trace',
    subject: run.run,
    version: runVersion(run),
    title,
    state: line,
    blocks: [
      {
        kind: 'facts',
        layout: 'grid',
        whole: false,
        facts: [timeFact(say, run), costFact(say, run), tokensFact(say, run), guardFact(say, run)],
      },
      { kind: 'table', lines: traceTree(run, say.language) },
      ...(look.length > 0
        ? ([
            { kind: 'paragraph', spans: [strong(say.worthALook)] },
            { kind: 'list', items: look },
          ] as const)
        : []),
      ...ratingLines(say, run),
      ...feedbackLines(say, run),
      ...replayBlocks(say, run),
      runSmallPrint(say, run),
      {
        kind: 'actions',
        actions: [
          commandButton(say.verify, 'verify', run.run),
          commandButton(say.replay, 'replay', `${run.run} from`, 'form'),
          ...rateButtons(say, run),
        ],
        menu: [],
      },
    ],
    summary: `${title}. ${line.words}, ${say.someSteps(run.steps.length)}.`,
  };
}
