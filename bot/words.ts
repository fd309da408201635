import type { Refusal } from '../core/views.ts';

/** What the bot itself says. Refusals and outcomes of approvals are said by `core/sentences.ts`, labels by `cards/`. */
export const SAY = {
  recorded: (summary: string, seq: number): string => `Recorded. ${summary} Ledger #${seq}.`,
  unsureRun: 'Not confirmed. Look at "runs" before you start it again: it may have been recorded after all.',
  broken: 'Something went wrong on our side. Nothing that needs a signature was done; please try again.',
  tooFast: (seconds: number): string =>
    `That was too many requests in a short time. Nothing was done; please try again in ${seconds} s. Signatures are taken all the same.`,
  slow: 'That takes longer than the chat waits for an answer. Please try again in a moment.',
  runWaits: (run: string, agent: string, about: string, engines: string): string =>
    `Recorded ${agent} on ${about} (${run}). ${engines} is away just now; the run starts by itself when it is back.`,
  runInLine: (run: string, agent: string, about: string, standing: string): string =>
    `Recorded ${agent} on ${about} (${run}). ${standing}. The card in this chat keeps that up to date.`,
  ownAsked: (title: string, approval: string): string =>
    `Asked: ${title} (${approval}). It takes effect when somebody else has signed it.`,
  grantRevoked: (grant: string): string => `Revoked. ${grant} signs for nothing any more.`,
  grantOver: (grant: string): string => `${grant} was revoked before.`,
  noneToGrant: 'Name a request to grant from, e.g. “grants new apr_…”: one for something that can be undone.',
  answerByForm: 'More than one question is open. Press “Answer…” on the card, where each has its field.',
  answerNothing: 'Please answer at least one question.',
  runCancelled: 'The run was cancelled.',
  evalBegun: (id: string, agent: string, version: string, cases: number, rehearsal: boolean): string =>
    `Evaluating ${agent} ${version} on ${cases} golden cases in the sandbox (${id}). The card in this chat keeps count.${rehearsal ? ' The rehearsal model plays: this says nothing about a real one.' : ''}`,
  and: ' and ',
  done: 'Recorded',
  notDone: 'Not done',
  close: 'Close',
  oneMoment: 'One moment',
  formComes: 'The form is on its way.',
  tooLong: 'Too long',
  formTooLong: 'This does not fit into a form here.',
  answerTooLong: 'The answer does not fit into one message.',
  answeredBefore: 'This was received before. The card shows what came of it.',
  nothingRecorded: 'Not confirmed: nothing was recorded. Please click again, that is safe.',
  onlyPrivately:
    'The answer is for your eyes only, and I cannot write to you yet. Open a chat with me and ask there.',
  sentPrivately: 'Sent to you in our chat.',
  formTooSlow: 'Slack did not open the form in time. Please click again.',
  formNeedsTrigger: (title: string, missing: string): string =>
    `${title}: please add ${missing}, or use /countersign, which opens a form.`,
  reviewQuestion: (title: string): string => `Should this decision be changed? ${title}`,
  concernedQuestion: (title: string): string =>
    `The person concerned asks: should this decision be changed? ${title}`,
  linksRevoked: (n: number): string =>
    n === 0 ? 'There was no link of it that still holds.' : 'Taken back: no link of it holds any more.',
  reviewWhy: 'Somebody whom it concerns asks for it.',
  reviewAsked: (approval: string): string =>
    `Asked people who did not decide it. ${approval} is the question; their answer and reasons are recorded with it.`,
  reviewAskedBefore: (approval: string): string => `A review of it was asked for before: ${approval}.`,
  rated: (thumb: 'up' | 'down', seq: number): string =>
    `Recorded: ${thumb === 'up' ? '👍 good' : '👎 not good'}. Ledger #${seq}.`,
  ratedBefore: (thumb: 'up' | 'down'): string =>
    `You have said so already: ${thumb === 'up' ? '👍 good' : '👎 not good'}.`,
  letterReplayed: (seq: number): string => `Recorded. It is tried again now. Ledger #${seq}.`,
  letterRunsAgain: (run: string): string => `Recorded. It runs again as ${run}.`,
  letterDiscarded: (seq: number): string => `Recorded. It is kept, marked as discarded. Ledger #${seq}.`,
};

/** What `resume` takes to lift the stop of the whole company. */
export const EVERYTHING = 'everything';

/** Titles (24 characters at most) and labels of the forms for missing arguments. */
export const ASK = {
  run: 'Start a run',
  agent: { label: 'Agent', placeholder: 'fraud-review' },
  input: { label: 'What about', placeholder: 'CLM-0847' },
  priority: {
    ...{ label: 'Priority', hint: 'Orders your own runs while they wait in line.' },
    ...{ high: 'High', normal: 'Normal', low: 'Low' },
  },
  cancel: 'Cancel a run',
  pause: 'Pause an agent',
  eval: 'Evaluate an agent',
  ready: 'Ready for production?',
  evalVersion: { label: 'Version (empty: the active one)', placeholder: '1.1.0' },
  review: 'Ask for a review',
  reviewWhy: { label: 'Why', placeholder: 'The bill was never read' },
  rollback: 'Roll an agent back',
  rollbackWhy: { label: 'Why', placeholder: 'It pays claims whose papers are missing' },
  resume: 'Resume',
  agentOrEverything: { label: `Agent, or “${EVERYTHING}” after a stop`, placeholder: 'fraud-review' },
  stop: 'Stop everything',
  stopReason: { label: 'Why', placeholder: 'Payouts go to a wrong account' },
  trace: 'Trace of a run',
  runId: { label: 'Run', placeholder: 'run_…' },
  everything: 'Everything: lift the stop',
  typeToFind: 'Type to find',
  notListed: (words: string): string => `Not in the list? Write “${words}” as a command instead.`,
  replayStep: { label: 'From step (empty: from the start)', placeholder: '3' },
  discardReason: { label: 'Why', placeholder: 'The claim was withdrawn' },
  explain: 'Explain a decision',
  readsTitle: 'Who read it',
  decision: { label: 'Request or run', placeholder: 'apr_… or run_…' },
  verify: 'Verify',
  verifyId: { label: 'Run or approval', placeholder: 'apr_… or run_…' },
};

export const refusal = (reason: Refusal['reason'], detail: Refusal['detail'] = {}): Refusal => ({
  reason,
  detail,
});
