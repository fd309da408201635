import { ApprovalId, LetterId, RunId } from '../core/ids.ts';
import type { DeadLetterView, RunView } from '../core/views.ts';
import { ADA, APPROVAL, at, PEOPLE, ROBIN, RUN, RUN_VIEW } from './samples.ts';

/** The run once more, over, laid beside the first; it came to something else. */
export const REPLAY_VIEW: RunView = {
  ...RUN_VIEW,
  run: RunId.parse('run_01M86D6TY07Q4MZ2E8VTB1XKCE'),
  status: 'done',
  environment: 'sandbox',
  finishedAtMs: at('09:20:00'),
  approvals: [],
  steps: RUN_VIEW.steps.map((one, i) => ({ ...one, recorded: i < 4 })),
  replay: {
    from: { number: 5, name: 'answer' },
    first: {
      run: RUN,
      agentVersion: '1.4.0',
      status: 'done',
      costMicros: 47_600,
      steps: ['reason', 'get_claim', 'get_policy', 'answer'],
      recommendation: 'settle',
      score: 0.41,
      proposals: ['Pay £6,180.00 on claim CLM-0847'],
    },
    again: {
      run: RunId.parse('run_01M86D6TY07Q4MZ2E8VTB1XKCE'),
      agentVersion: '1.5.0',
      status: 'refused',
      costMicros: 15_300,
      steps: ['reason', 'get_claim', 'get_history', 'answer'],
      recommendation: 'refer to the special investigation unit',
      score: 0.72,
      proposals: [],
    },
  },
  ratings: [
    { person: PEOPLE.get(ROBIN)!, thumb: 'up', word: null, atMs: at('09:30:00') },
    { person: PEOPLE.get(ADA)!, thumb: 'down', word: 'Missed the phone link.', atMs: at('09:31:00') },
  ],
  feedback: {
    overrides: [
      {
        ...{ approval: ApprovalId.parse('apr_01M86D6TY07Q4MZ2E8VTB1XKCF'), how: 'declined' },
        ...{ person: PEOPLE.get(ADA)!, reason: 'The phone is on another claim.', atMs: at('09:25:00') },
      },
    ],
    scores: [
      { metric: 'faithfulness', score: 0.83, reason: null, rehearsal: true },
      { metric: 'context_recall', score: null, reason: 'no_reference', rehearsal: true },
    ],
  },
};

const DEAD_LETTER: DeadLetterView = {
  letter: LetterId.parse('ded_01M86D6TY07Q4MZ2E8VTB1XKCD'),
  kind: 'intake',
  subject: RUN,
  cause: 'keeps-failing',
  detail: 'namespace not found',
  tries: 8,
  sinceMs: at('09:40:00'),
  status: 'open',
  run: {
    run: RUN,
    agent: 'fraud-review',
    inputLabel: 'CLM-0847',
    environment: 'production',
    requester: PEOPLE.get(ROBIN)!,
  },
};

/** One of each kind, and more than a card shows. */
export const LETTERS: readonly DeadLetterView[] = [
  DEAD_LETTER,
  { ...DEAD_LETTER, kind: 'signals', cause: 'unreadable', detail: '', subject: APPROVAL },
  { ...DEAD_LETTER, kind: 'deliver', cause: 'kills-its-worker', subject: 'cpy_1', run: null },
  { ...DEAD_LETTER, kind: 'copy', cause: 'not-shown', detail: 'slack: channel_not_found' },
  { ...DEAD_LETTER, kind: 'run', cause: 'handed-over', detail: 'The agent did not finish.', tries: 1 },
  ...Array.from({ length: 6 }, (): DeadLetterView => ({ ...DEAD_LETTER, kind: 'run', cause: 'run-failed' })),
];
