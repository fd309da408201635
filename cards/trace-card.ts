import type { RunView } from '../core/views.ts';
import { counted } from './figures.ts';
import type { Card, Fact, Span } from './model.ts';
import { commandButton, costFact, runSmallPrint, runVersion, timeFact, tokensFact } from './run-card.ts';
import { runState } from './run-state.ts';
import { fact, strong, text } from './spans.ts';
import { traceTree } from './trace-tree.ts';
import { WORDS } from './words.ts';

function guardFact({ steps }: RunView): Fact {
  const guards = steps.filter(({ kind }) => kind === 'guard');
  const warned = guards.filter(({ ok }) => !ok).length;
  const passed = `${guards.length - warned} ${WORDS.passed}`;
  return fact(WORDS.guardrails, text(warned === 0 ? passed : `${passed}, ▲ ${warned} ${WORDS.stopped}`));
}

/** What a reader should not have to find in the tree. */
function worthALook(run: RunView): (readonly Span[])[] {
  const failed = run.steps
    .filter(({ ok }) => !ok)
    .slice(0, 5)
    .map((step) => [text(`▲ ${step.name}: ${step.label || WORDS.failed}`)]);
  const share = run.tokens === 0 ? 0 : Math.round((100 * run.cachedTokens) / run.tokens);
  const cache = share > 0 ? [[text(`◆ ${share}% ${WORDS.ofTokensCached}`)]] : [];
  const used = run.budgetMicros === 0 ? 0 : Math.round((100 * run.costMicros) / run.budgetMicros);
  const budget = used >= 80 ? [[text(`▲ ${used}% ${WORDS.ofBudgetUsed}`)]] : [];
  return [...failed, ...budget, ...cache];
}

/** Verdict and totals first, then the tree, then what is worth a look. */
export function traceCard(run: RunView): Card {
  const title = `${WORDS.trace}: ${run.agent} ${WORDS.on} ${run.inputLabel}`;
  const line = runState(run);
  const look = worthALook(run);
  return {
    v: 1,
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
        facts: [timeFact(run), costFact(run), tokensFact(run), guardFact(run)],
      },
      { kind: 'table', lines: traceTree(run) },
      ...(look.length > 0
        ? ([
            { kind: 'paragraph', spans: [strong(WORDS.worthALook)] },
            { kind: 'list', items: look },
          ] as const)
        : []),
      runSmallPrint(run),
      { kind: 'actions', actions: [commandButton(WORDS.verify, 'verify', run.run)], menu: [] },
    ],
    summary: `${title}. ${line.words}, ${counted(run.steps.length, 'step')}.`,
  };
}
