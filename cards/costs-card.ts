import { dateFormat } from '../core/formats.ts';
import type { CostsView } from '../core/views.ts';
import { usd } from './figures.ts';
import type { Block, Card } from './model.ts';
import { fact, instant, strong, text } from './spans.ts';
import { shown } from './text.ts';
import type { Language } from '../core/language.ts';
import { wordsIn } from './languages.ts';
import type { CardWords } from './words.ts';

const BAR = 18;

/** `2026-11-24` is `Tue 24`. */
const dayName = (say: CardWords, day: string): string => {
  const at = Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(at)) return day;
  return dateFormat(say.locale, { weekday: 'short', day: '2-digit', timeZone: 'UTC' }).format(at);
};

/** Bars of text with the value beside each, since length alone is no figure. */
function bars(
  say: CardWords,
  rows: readonly { readonly name: string; readonly micros: number; readonly note: string }[],
): string[] {
  const most = Math.max(1, ...rows.map(({ micros }) => micros));
  const width = Math.min(16, Math.max(0, ...rows.map(({ name }) => Array.from(name).length)));
  return rows.map(({ name, micros, note }) => {
    const length = micros > 0 ? Math.max(1, Math.round((BAR * micros) / most)) : 0;
    const title = Array.from(name).slice(0, width).join('').padEnd(width);
    return `${title}  ${'▄'.repeat(length).padEnd(BAR)} ${usd(say, micros).padStart(9)}  ${note}`.trimEnd();
  });
}

const each = (say: CardWords, micros: number, runs: number): string =>
  runs === 0 ? '' : say.each(usd(say, Math.round(micros / runs)));

function tables(say: CardWords, costs: CostsView): Block[] {
  const byDay = costs.byDay.map(({ day, micros, runs }) => ({
    name: dayName(say, day),
    micros,
    note: say.someRuns(runs),
  }));
  const byAgent = costs.byAgent.map(({ agent, micros, runs }) => ({
    name: shown(agent),
    micros,
    note: `${say.someRuns(runs)}${each(say, micros, runs)}`,
  }));
  const table = (title: string, rows: typeof byDay): Block[] =>
    rows.length === 0
      ? []
      : [
          { kind: 'paragraph', spans: [strong(title)] },
          { kind: 'table', lines: bars(say, rows) },
        ];
  return [...table(say.byDay, byDay), ...table(say.byAgent, byAgent)];
}

function scopeWords(say: CardWords, scope: CostsView['scope']): string {
  if (scope.kind === 'team') return say.teamRuns(scope.team);
  if (scope.kind === 'sandbox') return say.sandboxRuns;
  return scope.kind === 'own' ? say.ownRuns : say.allRuns;
}

/** Spending over a period: the figure first, then by day and by agent. */
export function costsCard(costs: CostsView, language: Language = 'en'): Card {
  const say = wordsIn(language);
  // today counts as a day from its first minute on
  const days = Math.max(1, Math.ceil((costs.toMs - costs.fromMs) / 86_400_000));
  const runs = costs.byAgent.reduce((sum, agent) => sum + agent.runs, 0);
  const title = say.lastDays(days);
  const perRun =
    runs === 0 ? say.notGiven : `${usd(say, Math.round(costs.spentMicros / runs))}, ${say.someRuns(runs)}`;
  const tenfold = costs.spentMicros * 10;
  return {
    v: 1,
    language: say.language,
    kind: 'costs',
    subject: 'costs',
    version: 1,
    title,
    state: {
      icon: '💶',
      words: `${usd(say, costs.spentMicros)} ${say.spent}`,
      tone: 'plain',
      aside: [
        instant(costs.fromMs, 'day'),
        text(' – '),
        instant(costs.toMs - 1, 'day'),
        text(
          `${say.separator}${scopeWords(say, costs.scope)}${costs.rehearsal ? `${say.separator}${say.rehearsal}` : ''}`,
        ),
      ],
    },
    blocks: [
      {
        kind: 'facts',
        layout: 'grid',
        whole: false,
        facts: [
          fact(say.spentLabel, text(usd(say, costs.spentMicros))),
          fact(say.perRun, text(perRun)),
          fact(
            say.today,
            text(
              `${usd(say, costs.todayMicros)}, ${say.usualDay} ${usd(say, Math.round(costs.spentMicros / days))}`,
            ),
          ),
          fact(say.tenTimes, text(say.inDays(usd(say, tenfold, tenfold < 10_000_000 ? 2 : 0), days))),
        ],
      },
      ...tables(say, costs),
    ],
    summary: `${title}: ${usd(say, costs.spentMicros)}${costs.rehearsal ? ` (${say.rehearsal})` : ''}`,
  };
}
