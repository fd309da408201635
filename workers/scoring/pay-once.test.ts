import { expect, test } from 'vitest';
import type { TenantId } from '../../core/ids.ts';
import { newId } from '../../platform/ids.ts';
import type { ScoreStore } from '../../platform/stores/scores.ts';
import { askThrough } from '../models/ask-judge.ts';
import type { ModelReply, Models } from '../models/models.ts';
import { payOnce } from './pay-once.ts';
import { scoreRun } from './score-run.ts';

const ref = { tenant: 't' as TenantId, run: newId('run') };
const BUDGET = { tokens: 500_000, costMicros: 500_000 };
const JUDGE = { model: 'claude-sonnet-5-5', maxTokens: 1_000, timeoutMs: 1_000 };
const SAID = {
  question: 'q',
  answer: 'The lamp is green. The lamp is on.',
  contexts: ['The lamp is green.'],
};

function memory(): Pick<ScoreStore, 'reply' | 'keepReply'> {
  const kept = new Map<string, string>();
  return {
    reply: async (_, run, key) => JSON.parse(kept.get(run + key) ?? 'null') as unknown,
    keepReply: async (_, run, key, reply) => {
      if (!kept.has(run + key)) kept.set(run + key, JSON.stringify(reply));
    },
  };
}

const good = (name: string, input: object): ModelReply => ({
  ...{ ok: true, model: 'rehearsal/x', stop: 'tool_use', costMicros: 10, latencyMs: 1 },
  content: [{ type: 'tool_use', id: 'c', name, input, caller: { type: 'direct' } }],
  usage: { inputTokens: 5, outputTokens: 1, cacheWriteTokens: 0, cacheReadTokens: 0 },
});

/** Finds what the evidence holds word for word; `at` counts calls, and may make one of them go wrong. */
function wordForWord(at: (call: number) => ModelReply | null = () => null): Models & { calls(): number } {
  let calls = 0;
  return {
    calls: () => calls,
    async ask({ messages, tools }) {
      calls += 1;
      const wrong = at(calls);
      if (wrong) return wrong;
      const { material } = JSON.parse(messages[0]?.content as string) as { material: { text?: string; evidence: string; items: { item: number; text: string }[] } }; // prettier-ignore
      if (material.text !== undefined)
        return good(tools[0]!.name, { statements: material.text.split(/(?<=\.) /) });
      const plain = material.evidence.toLowerCase();
      const holds = (text: string): 0 | 1 =>
        plain.includes(
          text
            .toLowerCase()
            .replace(/^.* holds /, '')
            .replace(/\.$/, ''),
        )
          ? 1
          : 0;
      return good(tools[0]!.name, { verdicts: material.items.map(({ item, text }) => ({ item, verdict: holds(text), reason: '' })) }); // prettier-ignore
    },
  };
}

const play = (models: Models, scores: Pick<ScoreStore, 'reply' | 'keepReply'>, budget = BUDGET) => {
  const paid = payOnce({ models, stores: { scores: scores as ScoreStore } }, ref, budget);
  return { bill: paid.bill, scores: scoreRun(SAID, askThrough(paid.models, JUDGE)) };
};

test('work that died half way begins again without asking, or paying, twice for what was answered', async () => {
  const whole = wordForWord();
  const once = play(whole, memory());
  expect((await once.scores)[0]).toEqual({ metric: 'faithfulness', score: 0.5, reason: null });

  const kept = memory();
  const dying = wordForWord((call) => {
    if (call === 4) throw new Error('killed');
    return null;
  });
  await expect(play(dying, kept).scores).rejects.toThrow('killed');
  const again = wordForWord();
  const second = play(again, kept);
  expect((await second.scores)[0]?.score).toBe(0.5);
  expect(again.calls()).toBe(whole.calls() - 3);
  expect(second.bill).toEqual(once.bill);
});

test.each<[string, Models, typeof BUDGET]>([
  ['budget', wordForWord(), { tokens: 500_000, costMicros: 1 }],
  [
    'away',
    wordForWord(() => ({ ok: false, kind: 'resting', reason: '', retryInMs: null, latencyMs: 0 })),
    BUDGET,
  ],
  [
    'silent',
    wordForWord(() => ({ ok: false, kind: 'timeout', reason: '', retryInMs: null, latencyMs: 0 })),
    BUDGET,
  ],
  ['junk', wordForWord(() => good('judge_verdicts', { verdicts: 'all good' })), BUDGET],
  ['canary', wordForWord(() => good('judge_verdicts', { verdicts: [1, 2, 3, 4].map((item) => ({ item, verdict: 1, reason: '' })) })), BUDGET], // prettier-ignore
])('%s: no figure, and the reason', async (reason, models, budget) => {
  const scores = await play(models, memory(), budget).scores;
  expect(scores.slice(0, 2)).toEqual([
    { metric: 'faithfulness', score: null, reason },
    { metric: 'judge', score: null, reason },
  ]);
  if (reason === 'budget') expect((models as ReturnType<typeof wordForWord>).calls()).toBe(0);
});

test('a run that said nothing asks no judge', async () => {
  const models = wordForWord();
  const scores = await scoreRun(null, askThrough(models, JUDGE));
  expect([scores[0]?.reason, models.calls()]).toEqual(['nothing_said', 0]);
});
