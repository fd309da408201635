import type { ApprovalStatus } from '../core/approval/types.ts';
import type { DelegationId, TroubleId } from '../core/ids.ts';
import type { Language } from '../core/language.ts';
import type { TroubleView } from '../core/trouble.ts';
import type { VersionState } from '../core/versions.ts';
import { approvalCard } from './approval-card.ts';
import {
  answerForm,
  approveWithCommentForm,
  askForm,
  breakGlassForm,
  declineForm,
  delegateForm,
  editForm,
} from './approval-forms.ts';
import { breakGlassCard } from './break-glass-card.ts';
import { candidateCards, candidateForms } from './gallery-candidates.ts';
import { commandForms } from './gallery-commands.ts';
import { agentsCard } from './agents-card.ts';
import { delegationForm, delegationNotice, delegationsCard } from './delegations-card.ts';
import { costsCard } from './costs-card.ts';
import { deadLettersCard } from './dead-letters-card.ts';
import { helpCard } from './help-card.ts';
import { digestCards } from './gallery-digests.ts';
import { concernedCards } from './gallery-concerned.ts';
import { evalCards } from './gallery-evals.ts';
import { incidentCards } from './gallery-incidents.ts';
import { oncallCards, oncallForms } from './gallery-oncall.ts';
import { inboxCards, inboxForms, inboxSample, READER } from './gallery-inbox.ts';
import type { Card, Form } from './model.ts';
import { waitingCard } from './line-card.ts';
import { noticeCard } from './notice-card.ts';
import { ownApprovals, ownCommandCards } from './own-samples.ts';
import { questionCard } from './question-card.ts';
import { questionCards, questionForms } from './question-samples.ts';
import { refusalCard } from './refusal-card.ts';
import { reminderCard } from './reminder-card.ts';
import { rolesCard } from './roles-card.ts';
import { runCard, startedCard } from './run-card.ts';
import { runsCard } from './runs-card.ts';
import {
  ADA,
  APPROVAL,
  approvalState,
  approvalView,
  COSTS,
  declinedState,
  executedState,
  expiredState,
  RUN_VIEW,
  signature,
} from './samples.ts';
import { LETTERS, REPLAY_VIEW } from './samples-of-operators.ts';
import { signCards } from './gallery-sign.ts';
import { snoozeForm } from './snooze-form.ts';
import { traceCard } from './trace-card.ts';
import { announceCard } from './announce-card.ts';
import { troubleCard } from './trouble-card.ts';
import { verifyCard } from './verify-card.ts';
import { whoamiCard } from './whoami-card.ts';

export const INBOX = inboxSample();

const verifiedSample = (language?: Language): Card =>
  verifyCard(
    {
      ok: false,
      what: APPROVAL,
      entries: 40,
      checkpoints: 0,
      witnesses: [
        { name: 'witness.example', size: 12, signedAtMs: 0 },
        { name: 'other.example', size: 0, signedAtMs: 0 },
      ],
      erased: 2,
      dropped: 0,
      broken: 'Entry #12 does not follow entry #11.',
      head: 'c'.repeat(64),
      lines: Array.from({ length: 40 }, (_, i) => ({
        seq: i + 1,
        atMs: 0,
        kind: 'k',
        sentence: `entry ${i + 1}`,
      })),
    },
    language,
  );
export const VERIFIED = verifiedSample();

const helpSample = (language?: Language): Card =>
  helpCard(
    {
      topic: null,
      commands: [{ verb: 'run', usage: 'run <agent> <input>', purpose: 'starts an agent' }],
      agents: [{ name: 'fraud-review', purpose: 'reviews claims' }],
      rehearsal: true,
    },
    language,
  );

const MAPPED = { source: 'slack', group: 'S08MANAGERS', role: 'manager', team: 'claims' } as const;

const whoamiSample = (language?: Language): Card =>
  whoamiCard(
    {
      person: READER,
      managerName: null,
      linked: ['Slack'],
      tenantName: 'Harbour Mutual',
    },
    language,
  );

const AGENT = {
  name: 'fraud-review',
  version: '1.1.0',
  purpose: 'Reviews a claim and proposes what to do.',
  class: 'standard',
  environment: 'production',
  owner: 'claims',
} as const;
const IN_LINE = { position: 40, etaMs: 360_000, held: null, nowMs: RUN_VIEW.createdAtMs } as const;
const HELD = { by: RUN_VIEW.requester, atMs: RUN_VIEW.createdAtMs, reason: null };

const STATUSES: readonly ApprovalStatus[] = [
  'pending',
  'approved',
  'executing',
  'failed',
  'unknown',
  'cancelled',
  'superseded',
  'undeliverable',
  'compensated',
  'lapsed',
];

const WINDOW = {
  id: 'dlg_01M86D72R0H5RW9N3GJ0PSAY6F' as DelegationId,
  from: RUN_VIEW.requester,
  to: RUN_VIEW.requester,
  fromMs: RUN_VIEW.createdAtMs,
  untilMs: RUN_VIEW.createdAtMs + 86_400_000,
  state: 'in-force',
} as const;
const DELEGATIONS = {
  person: READER.id,
  mine: [WINDOW, { ...WINDOW, state: 'planned' }],
  forMe: [WINDOW],
  ownOpenRequests: 2,
} as const;

/** One of each card that a command answers with. */
export const commandCards = (language?: Language): [string, Card][] => [
  ['run', runCard(RUN_VIEW, language)],
  ['started', startedCard(RUN_VIEW, language)],
  ['waiting in line', waitingCard(RUN_VIEW, IN_LINE, language)],
  ['waiting in line, unknown', waitingCard(RUN_VIEW, { ...IN_LINE, etaMs: null }, language)],
  ['waiting in line, held', waitingCard(RUN_VIEW, { ...IN_LINE, position: null, held: 'pause' }, language)],
  ['runs in line', runsCard([RUN_VIEW], language, new Map([[RUN_VIEW.run, IN_LINE]]))],
  [
    'agents, busy',
    agentsCard(
      {
        ...{ agents: [AGENT], stopped: null, paused: new Map() },
        load: { most: 200, agents: new Map([['fraud-review', { working: 12, waiting: 40, most: null }]]) },
      },
      language,
    ),
  ],
  ['run, replayed in the sandbox', runCard(REPLAY_VIEW, language)],
  ['replay, started', startedCard({ ...REPLAY_VIEW, finishedAtMs: null, ratings: [] }, language)],
  ['trace of a replay', traceCard(REPLAY_VIEW, language)],
  ['trace of what was replayed', traceCard({ ...RUN_VIEW, replays: [REPLAY_VIEW.run] }, language)],
  ['dead letters', deadLettersCard(LETTERS, language)],
  ['no dead letters', deadLettersCard([], language)],
  ['runs', runsCard([RUN_VIEW, RUN_VIEW], language)],
  ['no runs', runsCard([], language)],
  ['trace', traceCard(RUN_VIEW, language)],
  ['costs', costsCard(COSTS, language)],
  ...inboxCards(language),
  ...evalCards(language),
  ...digestCards(language),
  ...oncallCards(language),
  ['verify', verifiedSample(language)],
  ['help', helpSample(language)],
  ['whoami', whoamiSample(language)],
  ...signCards(language),
  ...concernedCards(language),
  ['delegations', delegationsCard(DELEGATIONS, language)],
  ['no delegations', delegationsCard({ ...DELEGATIONS, mine: [], forMe: [] }, language)],
  ['agents', agentsCard({ agents: [AGENT], stopped: null, paused: new Map() }, language)],
  ...ownCommandCards(language),
  ['roles', rolesCard(null, language)],
  ['roles, of one', rolesCard('manager', language, [MAPPED])],
  ['no agents', agentsCard({ agents: [], stopped: null, paused: new Map() }, language)],
  ...agentVersionsCards(language),
  [
    'agents, paused',
    agentsCard({ agents: [AGENT], stopped: null, paused: new Map([[AGENT.name, HELD]]) }, language),
  ],
  [
    'agents, stopped',
    agentsCard({ agents: [AGENT], stopped: { ...HELD, reason: 'A drill' }, paused: new Map() }, language),
  ],
];

/** A share on trial, a version to go back to, and one that the code has no more. */
function agentVersionsCards(language: Language | undefined): [string, Card][] {
  const whole = { revision: 2, active: '1.1.0', next: null, percent: 0, previous: '1.0.0' };
  const states: Readonly<Record<string, VersionState>> = {
    split: { ...whole, next: '1.2.0', percent: 5 },
    'roll back': whole,
    gone: { ...whole, active: '0.9.0' },
  };
  const known = ['1.0.0', '1.1.0', '1.2.0'];
  return Object.entries(states).map(([name, state]) => {
    const versions = new Map([[AGENT.name, { state, known }]]);
    return [
      `agents, ${name}`,
      agentsCard({ agents: [AGENT], stopped: null, paused: new Map(), versions }, language),
    ];
  });
}

const ASKED_AT = RUN_VIEW.createdAtMs;
const OPEN = { id: 'qst_1', by: ADA, askedAtMs: ASKED_AT, text: 'Is the excess taken off?' };
const ANSWERED = { ...OPEN, id: 'qst_2', answer: 'No.', answeredAtMs: ASKED_AT, answeredBy: READER.id };

/** Asked twice, answered once, and delegated. */
const askedView = (status: ApprovalStatus = 'pending') =>
  approvalView(
    approvalState({
      status,
      questions: [{ ...OPEN, answer: null, answeredAtMs: null }, ANSWERED],
      pausedSinceMs: ASKED_AT,
      delegations: [{ from: ADA, to: READER.id, by: ADA, atMs: ASKED_AT }],
    }),
  );

function questionSample(id: string, language?: Language, status: ApprovalStatus = 'pending'): Card {
  const card = questionCard(askedView(status), id, language);
  if (card === null) throw new Error(`the sample has no question ${id}`);
  return card;
}

const brokenView = () =>
  approvalView(
    approvalState({
      status: 'approved',
      breakGlass: { person: ADA, reason: 'The roof is open and nobody else is awake.', atMs: ASKED_AT },
    }),
  );

function brokenNotice(language?: Language): Card {
  const card = breakGlassCard(brokenView(), language);
  if (card === null) throw new Error('the sample broke no glass');
  return card;
}

/** Each thing that can be wrong with a chat, and one that is over. */
const troubleSamples = (language?: Language): [string, Card][] => {
  const usual: TroubleView = {
    ...{ id: 'tbl_01J00000000000000000000000' as TroubleId, version: 1, platform: 'slack', kind: 'closed' },
    ...{ why: 'is_archived', workspace: 'T08HARBOUR', conversation: 'C08CLAIMS', person: null },
    ...{ sinceMs: ASKED_AT, overMs: null },
  };
  const views: TroubleView[] = [
    { ...usual, kind: 'cut_off', conversation: '', why: 'token_revoked' },
    { ...usual, kind: 'silent', conversation: '', why: 'http_500' },
    usual,
    { ...usual, kind: 'unreachable', person: READER.name, why: 'user_disabled' },
    { ...usual, kind: 'refused', platform: 'teams', why: 'MessageSizeTooBig' },
    { ...usual, version: 2, overMs: ASKED_AT },
  ];
  return views.map((view) => [
    `trouble, ${view.kind}${view.overMs === null ? '' : ', over'}`,
    troubleCard(view, language),
  ]);
};

/** One of each card that the product sends, an approval's in each of its states. A new card has its line here. */
export const everyCard = (language?: Language): [string, Card][] => [
  ...STATUSES.map((status): [string, Card] => [
    `approval, ${status}`,
    approvalCard(approvalView(approvalState({ status })), language),
  ]),
  [
    'approval, signed once',
    approvalCard(approvalView(approvalState({ signatures: [signature(ADA, '09:31:00')] })), language),
  ],
  ['approval, asked and delegated', approvalCard(askedView(), language)],
  ['question', questionSample(OPEN.id, language)],
  ['question, answered', questionSample(ANSWERED.id, language)],
  ['question, no longer asked', questionSample(OPEN.id, language, 'declined')],
  ...ownApprovals(language),
  ['approval, executed', approvalCard(approvalView(executedState()), language)],
  ['approval, declined', approvalCard(approvalView(declinedState()), language)],
  ['approval, expired', approvalCard(approvalView(expiredState()), language)],
  ...questionCards(language),
  ['approval, break-glass', approvalCard(brokenView(), language)],
  ['break-glass notice', brokenNotice(language)],
  ['reminder', reminderCard(approvalView(), { reminder: 'reminder-1', cardIsHere: true }, language)],
  [
    'reminder, over',
    reminderCard(approvalView(expiredState()), { reminder: 'reminder-1', cardIsHere: false }, language),
  ],
  ['announced', announceCard(approvalCard(approvalView(), language))],
  ...troubleSamples(language),
  ...incidentCards(language),
  ['delegate is told', delegationNotice(WINDOW, language)],
  ['delegate is told, over', delegationNotice({ ...WINDOW, state: 'ended' }, language)],
  ['notice', noticeCard(approvalView(), 'signed', language)],
  [
    'refusal',
    refusalCard(
      { reason: 'unknown_agent', detail: { agent: 'fraud', nearest: 'fraud-review' } },
      { language },
    ),
  ],
  ...candidateCards(language),
  ...commandCards(language),
];

/** One of each form. A new form has its line here. */
export const everyForm = (language?: Language): [string, Form][] => [
  ...inboxForms(language),
  ['decline', declineForm(approvalView(), language)],
  ['approve with a comment', approveWithCommentForm(approvalView(), language)],
  ['edit', editForm(approvalView(), language)],
  ...questionForms(language),
  ['break the glass', breakGlassForm(approvalView(), language)],
  ['ask', askForm(approvalView(), language)],
  ['answer', answerForm(askedView(), language)],
  ['delegation window', delegationForm([READER], language)],
  ['delegate', delegateForm(approvalView(), [READER], language)],
  [
    'snooze',
    snoozeForm(approvalView(), { nowMs: RUN_VIEW.createdAtMs, timeZone: 'Europe/London', language }),
  ],
  ...commandForms(language),
  ...oncallForms(language),
  ...candidateForms(language),
];
