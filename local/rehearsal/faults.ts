import type { Move } from './answer.ts';
import type { MessagesRequest } from './request.ts';

/** Ways in which a model or its endpoint goes wrong, for tests. */
export type Fault =
  | 'junk-text'
  | 'junk-body'
  | 'empty'
  | 'refusal'
  | 'unknown-tool'
  | 'off-schema'
  | 'uncited'
  | 'over-long'
  | 'slow'
  | 'rate-limited'
  | 'overloaded'
  | 'server-error';

const firstTool = (request: MessagesRequest): string => request.tools[0]?.name ?? 'nothing';

/** What a model says that has lost its way; null for faults of the endpoint. */
export function faultyMove(fault: Fault, request: MessagesRequest): Move | null {
  const say = (text: string): Move => ({ text, calls: [] });
  const call = (name: string, input: object): Move => ({ text: '', calls: [{ name, input }] });
  switch (fault) {
    case 'junk-text':
      return say('}{ ¤¤ null null "score": <<< lorem 0x00');
    case 'empty':
      return say('');
    case 'refusal':
      return { text: 'I cannot help with that.', calls: [], refuses: true };
    case 'unknown-tool':
      return call('transfer_all_funds', { to: 'me' });
    case 'off-schema':
      return call(firstTool(request), { unexpected: [1, 2, 3] });
    case 'uncited':
      return call('submit_assessment', {
        score: 0.01,
        baseRate: null,
        signals: [{ name: 'invented', weight: -0.2, text: 'A file that nobody read', citation: 'DOC-0000' }],
        confidence: 0.99,
        unsure: '',
        recommendation: 'settle',
        ask: 'asks to pay at once.',
      });
    case 'over-long':
      return say('and so on, '.repeat(request.max_tokens));
    case 'junk-body':
    case 'slow':
    case 'rate-limited':
    case 'overloaded':
    case 'server-error':
      return null;
  }
}
