import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunView } from '../core/views.ts';
import { costsCard } from './costs-card.ts';
import { helpCard } from './help-card.ts';
import { commandCards, INBOX, VERIFIED } from './gallery.ts';
import { TABLE_COLUMNS } from './limits.ts';
import { renderPlain } from './plain/plain.ts';
import { runCard } from './run-card.ts';
import { runsCard } from './runs-card.ts';
import { COSTS, RUN_VIEW } from './samples.ts';
import { renderSlackMessage } from './slack/message.ts';
import { renderTeamsMessage } from './teams/message.ts';
import { traceCard } from './trace-card.ts';
import { traceTree } from './trace-tree.ts';

describe('every card of a command', () => {
  it.each(commandCards())('%s fits both chats and says what it is', (_, card) => {
    expect(renderSlackMessage(card, { copy: null }).fits).toBe(true);
    expect(renderTeamsMessage(card, { copy: null, timeZone: 'UTC', refreshUsers: [] }).fits).toBe(true);
    expect(renderPlain(card, 'UTC').split('\n')[0]).toBe(card.title);
    expect(card.summary).not.toBe('');
  });

  it('names every command in help, however many there are', () => {
    const commands = Array.from({ length: 40 }, (_, i) => ({
      verb: `verb${i}`,
      usage: `verb${i} <what>`,
      purpose: 'Does what its name says, in some eighty characters of plain words for people.',
    }));
    const card = helpCard({ topic: null, commands, agents: [], rehearsal: false });
    const slack = renderSlackMessage(card, { copy: null });
    expect(slack.fits).toBe(true);
    for (const { verb } of commands) expect(JSON.stringify(slack)).toContain(`${verb} `);
    expect(renderPlain(card, 'UTC')).not.toContain('more)');
  });

  it('says that the rehearsal model played, wherever it did', () => {
    for (const card of [runCard(RUN_VIEW), runsCard([RUN_VIEW]), traceCard(RUN_VIEW), costsCard(COSTS)])
      expect(renderPlain(card, 'UTC')).toContain('on the rehearsal model');
    const real = { ...RUN_VIEW, rehearsal: false };
    for (const card of [
      runCard(real),
      runsCard([real]),
      traceCard(real),
      costsCard({ ...COSTS, rehearsal: false }),
    ])
      expect(renderPlain(card, 'UTC')).not.toContain('rehearsal');
  });

  it('says that a run waited for people only where people were asked', () => {
    const ended = { ...RUN_VIEW, finishedAtMs: RUN_VIEW.createdAtMs + RUN_VIEW.workingMs + 120_000 };
    expect(renderPlain(runCard(ended), 'UTC')).toContain('2 min waiting for people');
    expect(renderPlain(runCard({ ...ended, approvals: [] }), 'UTC')).not.toContain('for people');
  });

  it('projects a small bill to the cent and a large one to the dollar', () => {
    const projected = (spentMicros: number) => renderPlain(costsCard({ ...COSTS, spentMicros }), 'UTC');
    expect(projected(37_000)).toContain('about US$0.37 in 7 days');
    expect(projected(40_080_000)).toContain('about US$401 in 7 days');
  });

  it.each([1, 43_200_000, 86_400_000])('counts today as a day, %i ms into it', (ms) => {
    const toMs = COSTS.toMs - 86_400_000 + ms;
    expect(renderPlain(costsCard({ ...COSTS, toMs }), 'UTC')).toContain('the last 7 days');
  });

  it('puts what waits for the reader first', () => {
    const text = renderPlain(INBOX, 'UTC');
    expect(text.indexOf('Pay £1.00')).toBeLessThan(text.indexOf('Waiting for others'));
    expect(INBOX.summary).toBe('2 requests waiting for you');
  });

  it('shows what is broken first, and counts what it leaves out', () => {
    const text = renderPlain(VERIFIED, 'UTC');
    expect(text).toContain('Entry #12 does not follow entry #11.');
    expect(text).toContain('28 earlier entries not shown');
    expect(text).toContain('entry 40');
  });
});

describe('the tree', () => {
  it('is the picture', () => {
    expect(traceTree(RUN_VIEW)).toMatchInlineSnapshot(`
      [
        "   fraud-review 1.4.0 2 model calls, 2 tool calls         7.9 s  $0.0476",
        " 1 ├─ guard in        pass, 3 details masked              38 ms",
        " 2 ├─ reason          sonnet-4-5 2,320 tok                1.3 s  $0.0089",
        " 3 │  ├─ get_claim    CLM-0847                            31 ms",
        " 4 │  └─ get_policy   POL-22913                            2 ms",
        " 5 ├─ answer          opus-4-1 3,710 tok, ◆ 2,100         1.9 s  $0.0153",
        " 6 ├─ guard out       ▲ faithfulness 0.81, needs 0.85    180 ms",
        " 7 └─ settle_claim    waits for a signature, 1 of 2",
      ]
    `);
  });

  it('draws every step once within 72 columns, whatever the parents and words', () => {
    const step = fc.record({
      key: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      parent: fc.constantFrom(null, 'a', 'b', 'c', 'd', 'e', 'gone'),
      kind: fc.constantFrom('guard', 'model', 'tool', 'approval'),
      name: fc.string({ unit: 'grapheme', maxLength: 40 }),
      label: fc.string({ unit: 'grapheme', maxLength: 90 }),
      ok: fc.boolean(),
      model: fc.constantFrom(null, 'claude-sonnet-4-5-20250929'),
      tokens: fc.nat(),
      cachedTokens: fc.nat(),
      costMicros: fc.nat(),
      latencyMs: fc.nat(),
      recorded: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.uniqueArray(step, { selector: ({ key }) => key }), (steps) => {
        const lines = traceTree({ ...RUN_VIEW, steps: steps as RunView['steps'] });
        expect(lines).toHaveLength(steps.length + 1);
        for (const line of lines) {
          expect(Array.from(line).length).toBeLessThanOrEqual(TABLE_COLUMNS);
          expect(line).not.toMatch(/[\n\u202A-\u202E\u2066-\u2069]/);
        }
      }),
    );
  });
});
