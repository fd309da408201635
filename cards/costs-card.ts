import type { CostsView } from '../core/views.ts';
import { counted, usd } from './figures.ts';
import type { Block, Card } from './model.ts';
import { fact, instant, strong, text } from './spans.ts';
import { shown } from './text.ts';
import { WORDS } from './words.ts';

const BAR = 18;

/** `2026-11-24` is `Tue 24`. */
const dayName = (day: string): string => {
  const at = Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(at)) return day;
  return new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: '2-digit', timeZone: 'UTC' }).format(at);
};

/** Bars of text with the value beside each, since length alone is no figure. */
function bars(
  rows: readonly { readonly name: string; readonly micros: number; readonly note: string }[],
): string[] {
  const most = Math.max(1, ...rows.map(({ micros }) => micros));
  const width = Math.min(16, Math.max(0, ...rows.map(({ name }) => Array.from(name).length)));
  return rows.map(({ name, micros, note }) => {
    const length = micros > 0 ? Math.max(1, Math.round((BAR * micros) / most)) : 0;
    const title = Array.from(name).slice(0, width).join('').padEnd(width);
    return `${title}  ${'▄'.repeat(length).padEnd(BAR)} ${usd(micros).padStart(9)}  ${note}`.trimEnd();
  });
}

const each = (micros: number, runs: number): string =>
  runs === 0 ? '' : `, ${usd(Math.round(micros / runs))} each`;

function tables(costs: CostsView): Block[] {
  const byDay = costs.byDay.map(({ day, micros, runs }) => ({
    name: dayName(day),
    micros,
    note: counted(runs, 'run'),
  }));
  const byAgent = costs.byAgent.map(({ agent, micros, runs }) => ({
    name: shown(agent),
    micros,
    note: `${counted(runs, 'run')}${each(micros, runs)}`,
  }));
  const table = (title: string, rows: typeof byDay): Block[] =>
    rows.length === 0
      ? []
      : [
          { kind: 'paragraph', spans: [strong(title)] },
          { kind: 'table', lines: bars(rows) },
        ];
  return [...table(WORDS.byDay, byDay), ...table(WORDS.byAgent, byAgent)];
}

/** Spending over a period: the figure first, then by day and by agent. */
export function costsCard(costs: CostsView): Card {
  const days = Math.max(1, Math.round((costs.toMs - costs.fromMs) / 86_400_000));
  const runs = costs.byAgent.reduce((sum, agent) => sum + agent.runs, 0);
  const title = `${WORDS.costs}: ${WORDS.theLast} ${counted(days, 'day')}`;
  const perRun =
    runs === 0 ? WORDS.notGiven : `${usd(Math.round(costs.spentMicros / runs))}, ${counted(runs, 'run')}`;
  const tenfold = costs.spentMicros * 10;
  return {
    v: 1,
    kind: 'costs',
    subject: 'costs',
    version: 1,
    title,
    state: {
      icon: '💶',
      words: `${usd(costs.spentMicros)} ${WORDS.spent}`,
      tone: 'plain',
      aside: [
        instant(costs.fromMs, 'day'),
        text(' – '),
        instant(costs.toMs - 1, 'day'),
        text(
          `${WORDS.separator}${costs.scope}${costs.rehearsal ? `${WORDS.separator}${WORDS.rehearsal}` : ''}`,
        ),
      ],
    },
    blocks: [
      {
        kind: 'facts',
        layout: 'grid',
        whole: false,
        facts: [
          fact(WORDS.spentLabel, text(usd(costs.spentMicros))),
          fact(WORDS.perRun, text(perRun)),
          fact(
            WORDS.today,
            text(`${usd(costs.todayMicros)}, ${WORDS.usualDay} ${usd(Math.round(costs.spentMicros / days))}`),
          ),
          fact(
            WORDS.tenTimes,
            text(
              `${WORDS.about} ${usd(tenfold, tenfold < 10_000_000 ? 2 : 0)} ${WORDS.in} ${counted(days, 'day')}`,
            ),
          ),
        ],
      },
      ...tables(costs),
    ],
    summary: `${title}: ${usd(costs.spentMicros)}${costs.rehearsal ? ` (${WORDS.rehearsal})` : ''}`,
  };
}
