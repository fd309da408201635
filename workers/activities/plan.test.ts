import type { ContentBlock } from '@anthropic-ai/sdk/resources/messages';
import { describe, expect, test } from 'vitest';
import { fraudReview } from '../../agents/fraud-review/agent.ts';
import type { GrantedTool } from '../../connectors/client.ts';
import type { Sha256 } from '../../core/canonical-json.ts';
import { planTurn, type PlanInput } from './plan.ts';

const tool = (name: string, effect: 'read' | 'irreversible'): GrantedTool => ({
  connector: 'insurer',
  connectorLabel: 'Insurer database',
  name,
  description: '',
  inputSchema: {},
  schemaHash: 'a'.repeat(64) as Sha256,
  grant: { effect, idempotent: true, timeoutMs: 1 },
  check: (args) => ((args as { claim?: unknown }).claim === undefined ? 'claim is missing' : null),
});
const use = (name: string, input: unknown, id = 'toolu_1') => ({ type: 'tool_use', id, name, input }) as unknown as ContentBlock; // prettier-ignore
const text = (words: string) => ({ type: 'text', text: words, citations: null }) as ContentBlock;

const plan = (content: ContentBlock[], more: Partial<PlanInput> = {}) =>
  planTurn({
    contract: fraudReview,
    tools: [tool('get_claim', 'read'), tool('settle_claim', 'irreversible')],
    stop: 'tool_use',
    content,
    read: new Set(['DOC-1']),
    assessed: false,
    asked: 0,
    ...more,
  });
const assessment = {
  score: 0.2,
  baseRate: null,
  signals: [{ name: 'papers', weight: -0.1, text: 'They agree', citation: 'DOC-1' }],
  confidence: 0.9,
  unsure: '',
  recommendation: 'settle',
  ask: 'asks to pay.',
};

describe('what an answer may lead to', () => {
  test('a read is made, an action waits for an assessment', () => {
    expect(plan([use('get_claim', { claim: 'C' })]).turn.calls).toMatchObject([{ kind: 'read' }]);
    const early = plan([use('settle_claim', { claim: 'C' })]);
    expect(early.turn.calls).toMatchObject([{ kind: 'refused' }]);
    expect(early.replies['toolu_1']).toMatchObject({ isError: true });
    expect(plan([use('settle_claim', { claim: 'C' })], { assessed: true }).turn.calls).toMatchObject([{ kind: 'action' }]); // prettier-ignore
  });

  test('an assessment and its action may come together, in this order only', () => {
    const both = [use('submit_assessment', assessment, 'a'), use('settle_claim', { claim: 'C' }, 'b')];
    expect(plan(both).turn.calls.map((c) => c.kind)).toEqual(['assessment', 'action']);
    expect(plan([...both].reverse()).turn.calls.map((c) => c.kind)).toEqual(['refused', 'assessment']);
  });

  test('a citation that was not read in this run is refused by name', () => {
    const unread = plan([use('submit_assessment', assessment)], { read: new Set() });
    expect(unread.assessment).toBeNull();
    expect(unread.replies['toolu_1']?.text).toContain('"DOC-1"');
  });

  test.each([
    ['off its schema', { ...assessment, confidence: 7 }],
    ['a recommendation nobody knows', { ...assessment, recommendation: 'wire it' }],
    ['not an object', 'settle'],
  ])('an assessment %s is refused', (_why, given) => {
    const refused = plan([use('submit_assessment', given)]);
    expect([refused.assessment, refused.turn.calls[0]?.kind]).toEqual([null, 'refused']);
  });

  test.each([
    ['a tool that does not exist', use('wire_money', { claim: 'C' })],
    ['arguments off schema', use('get_claim', {})],
    ['an integer that no JSON reader keeps', use('get_claim', { claim: 2 ** 53 + 2 })],
    ['text that has two forms', use('get_claim', { claim: 'e\u0301' })],
    ['half a surrogate', use('get_claim', { claim: '\ud800' })],
  ])('%s is refused', (_why, block) => {
    expect(plan([block]).turn.calls).toMatchObject([{ kind: 'refused' }]);
  });

  test.each([
    ['cut off', 'max_tokens', [use('get_claim', { claim: 'C' })], 'cut_off'],
    ['declined', 'refusal', [text('no')], 'refused'],
    ['empty', 'end_turn', [], 'refused'],
    ['blank', 'end_turn', [text('  \n')], 'refused'],
    [
      'two calls with one id',
      'tool_use',
      [use('get_claim', { claim: 'C' }), use('get_claim', { claim: 'D' })],
      'refused',
    ],
    [
      'far too many calls',
      'tool_use',
      Array.from({ length: 21 }, (_, i) => use('get_claim', { claim: 'C' }, `t${i}`)),
      'refused',
    ],
  ] as const)('an answer that is %s leads to nothing', (_why, stop, content, expected) => {
    const nothing = plan([...content], { stop });
    expect(nothing.turn.stop).toBe(expected);
    expect(nothing.turn.calls.every((c) => c.kind === 'refused')).toBe(true);
    expect(nothing.correction).not.toBeNull();
  });

  test('words alone are an answer', () => {
    expect(plan([text('Done.')], { stop: 'end_turn' }).turn).toEqual({ stop: 'answer', calls: [] });
  });
});
