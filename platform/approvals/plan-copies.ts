import {
  BREAK_GLASS,
  questionSubject,
  reminderAfterSnooze,
  reminderNumber,
} from '../../core/approval/card-subjects.ts';
import { requesterMayAnswer } from '../../core/approval/who-may-answer.ts';
import { eligible } from '../../core/approval/who-may-sign.ts';
import type { ApprovalContext, ApprovalState } from '../../core/approval/types.ts';
import type { PersonId } from '../../core/ids.ts';
import type { DelegationWindow } from '../../core/delegation-window.ts';
import type { Person } from '../../core/people.ts';
import { isQuestion } from '../../core/person-question.ts';
import type { Selector } from '../../core/policy-types.ts';
import { approvalChannels, directs, intend, threadsUnder, type Place, type Shown } from '../copies/intend.ts';
import type { TenantTx } from '../database.ts';
import { activePeople, delegatesFor, delegationsAt } from './delegates.ts';
import { toRemind } from './reminders.ts';

const itself = ({ id: subject, version }: ApprovalState): Shown => ({ subject, version });

const named = (people: readonly Person[], selectors: readonly Selector[], not: PersonId): PersonId[] =>
  people.filter((p) => p.id !== not && eligible(p, selectors)).map((p) => p.id);

/** A question reaches whom it names in person, and the requester where they may answer: neither may read the channel. */
function alsoAsked(state: ApprovalState, people: readonly Person[]): PersonId[] {
  if (!isQuestion(state.action)) return [];
  const byName = state.policy.requirement.stages
    .flatMap(({ who }) => who)
    .filter(({ kind }) => kind === 'person');
  const own = requesterMayAnswer(state) ? [state.requester] : [];
  return [...named(people, byName, state.requester), ...own];
}

/** The copies of a new card, each an intent with its own id before anything is posted. */
export async function intendCopies(
  tx: TenantTx,
  state: ApprovalState,
  context: ApprovalContext,
): Promise<void> {
  const people = [...context.people.values()];
  const { route, stages } = state.policy.requirement;
  const asked = stages.flatMap((stage) => stage.who);
  const inChannels = route === 'dm' ? [] : await approvalChannels(tx);
  // What a grant signed asks nobody: it is shown in the channels, and sent to no one.
  const inDirects = await directs(tx, [
    ...(route === 'channel' || state.grant !== null ? [] : named(people, asked, state.requester)),
    ...alsoAsked(state, people),
  ]);
  await intend(tx, itself(state), [...inChannels, ...inDirects]);
  await intendForDelegates(tx, state, context);
}

/** Beside those who are away, whoever stands in for them just now. `context` knows everyone. */
async function intendForDelegates(
  tx: TenantTx,
  state: ApprovalState,
  context: ApprovalContext,
): Promise<void> {
  const delegates = delegatesFor(state, context, await delegationsAt(tx, context.nowMs));
  await intend(tx, itself(state), await directs(tx, delegates));
}

/** How many waiting requests are looked at in one go. */
const BATCH = 200;
const PENDING = `SELECT state FROM approvals WHERE status = 'pending' AND approval > $1 ORDER BY approval LIMIT ${BATCH}`;

/** A window opens: its delegate gets what waits already for the person who is away. */
export async function intendForDelegate(
  tx: TenantTx,
  { from, to, fromMs, untilMs }: DelegationWindow,
  nowMs: number,
): Promise<void> {
  const people = new Map((await activePeople(tx)).map((p) => [p.id, p]));
  const windows = (await delegationsAt(tx, nowMs)).filter(
    (one) => one.from === from && one.to === to && one.fromMs === fromMs && one.untilMs === untilMs,
  );
  const context: ApprovalContext = {
    ...{ nowMs, people, requirementNow: null, delegations: [], agentPaused: false, tenantStopped: false },
  };
  const places = await directs(tx, [to]);
  for (let last = '', batch = BATCH; batch === BATCH;) {
    const rows = await tx.rows<{ state: ApprovalState }>({ text: PENDING, values: [last] });
    for (const { state } of rows)
      if (delegatesFor(state, context, windows).length > 0) await intend(tx, itself(state), places);
    batch = rows.length;
    last = rows.at(-1)?.state.id ?? last;
  }
}

/** Something for one person's eyes, wherever they can be written to. */
export async function intendNotice(tx: TenantTx, shown: Shown, person: PersonId): Promise<void> {
  await intend(tx, shown, await directs(tx, [person]));
}

/** Escalation reaches the senior group by direct message, whatever the route: they may not read the team's channel. */
async function intendForSeniors(tx: TenantTx, state: ApprovalState, context: ApprovalContext): Promise<void> {
  const { escalateTo } = state.policy.requirement;
  const people = await activePeople(tx);
  await intend(tx, itself(state), await directs(tx, named(people, escalateTo, state.requester)));
  await intendForDelegates(tx, state, { ...context, people: new Map(people.map((p) => [p.id, p])) });
}

/**
 * The channel that it hung in takes no card any more: whoever may sign is written to directly, whatever the route. Those
 * who have a copy of their own keep it.
 */
export async function intendInstead(tx: TenantTx, state: ApprovalState): Promise<void> {
  const { stages, escalateTo } = state.policy.requirement;
  const asked = [...stages.flatMap(({ who }) => who), ...(state.escalatedAtMs === null ? [] : escalateTo)];
  const people = await activePeople(tx);
  await intend(tx, itself(state), await directs(tx, named(people, asked, state.requester)));
}

/** Where something is wrong that only an Admin can mend; `not`: the places that it is about. */
export async function intendForAdmins(
  tx: TenantTx,
  shown: Shown,
  not: { readonly platform: string; readonly workspace: string; readonly conversation: string },
): Promise<void> {
  const people = await activePeople(tx);
  const admins = people.filter(({ roles }) => roles.includes('admin')).map(({ id }) => id);
  const concerned = (p: Place): boolean =>
    p.platform === not.platform &&
    p.workspace === not.workspace &&
    (not.conversation === '' || p.conversation === not.conversation);
  await intend(
    tx,
    shown,
    (await directs(tx, admins)).filter((place) => !concerned(place)),
  );
}

type Question = ApprovalState['questions'][number];

const aboutQuestion = (state: ApprovalState, { id: question }: Question): Shown => ({
  subject: questionSubject({ approval: state.id, question }),
  version: state.version,
});

/** A new question is asked where everyone sees it, and to the requester alone, who may not read that channel. */
async function intendQuestion(tx: TenantTx, state: ApprovalState, question: Question): Promise<void> {
  const places = [...(await threadsUnder(tx, state.id)), ...(await directs(tx, [state.requester]))];
  await intend(tx, aboutQuestion(state, question), places);
}

/**
 * A broken glass is news of its own, since an edit of a card that hangs there already notifies nobody: to the team's
 * channels, its managers, and the other Admins, who answer for each other.
 */
async function intendAlarm(tx: TenantTx, state: ApprovalState): Promise<void> {
  const people = await activePeople(tx);
  const team = people.find(({ id }) => id === state.requester)?.team;
  const told = people.filter(
    ({ id, roles, team: theirs }) =>
      id !== state.breakGlass?.person &&
      (roles.includes('admin') || (roles.includes('manager') && theirs === team)),
  );
  const shown = {
    subject: questionSubject({ approval: state.id, question: BREAK_GLASS }),
    version: state.version,
  };
  const inDirects = await directs(
    tx,
    told.map(({ id }) => id),
  );
  await intend(tx, shown, [...(await approvalChannels(tx)), ...inDirects]);
}

/**
 * A message of its own, since an edited card notifies nobody, and never a second live card: it says where the card is.
 * Directly to each person; who can be written to nowhere finds it under the cards in the channels.
 */
async function intendReminder(
  tx: TenantTx,
  state: ApprovalState,
  context: ApprovalContext,
  reminder: string,
  only?: PersonId,
): Promise<void> {
  const people = await toRemind(tx, state, context, only);
  const inDirects = await directs(tx, people);
  const isReached = (id: PersonId): boolean => inDirects.some(({ person }) => person === id);
  const inThreads = people.every(isReached) ? [] : await threadsUnder(tx, state.id);
  const subject = questionSubject({ approval: state.id, question: reminder });
  await intend(tx, { subject, version: state.version }, [...inDirects, ...inThreads]);
}

const answered = (state: ApprovalState): Question[] => state.questions.filter((q) => q.answer !== null);

interface Followed {
  readonly escalated: boolean;
  readonly reminded: boolean;
  /** Snoozes that ended. */
  readonly woken: ApprovalState['snoozes'];
  readonly glassBroken: boolean;
  readonly asked: readonly Question[];
  readonly answered: readonly Question[];
  readonly delegates: readonly PersonId[];
}

/** What an event gave people to see beside the copies that there are. */
function followed(before: ApprovalState, after: ApprovalState): Followed {
  const known = new Set(answered(before).map(({ id }) => id));
  return {
    escalated: after.escalatedAtMs !== before.escalatedAtMs,
    reminded: after.reminders !== before.reminders,
    woken: after.snoozes.filter(({ ended }, i) => ended && !before.snoozes[i]?.ended),
    glassBroken: after.breakGlass !== null && before.breakGlass === null,
    asked: after.questions.slice(before.questions.length),
    answered: answered(after).filter(({ id }) => !known.has(id)),
    delegates: after.delegations.slice(before.delegations.length).map(({ to }) => to),
  };
}

/** Does anybody get a copy of something by this event. */
export const hasMoreToShow = (before: ApprovalState, after: ApprovalState): boolean =>
  Object.values(followed(before, after)).some((one: boolean | readonly unknown[]) =>
    typeof one === 'boolean' ? one : one.length > 0,
  );

/**
 * The copies that an event calls for: escalation reaches the senior group, a reminder those who still could sign, a question the requester and the threads, its
 * answer whoever asked, a delegation the delegate, a broken glass everyone who answers for it.
 */
export async function intendWhatFollows(
  tx: TenantTx,
  before: ApprovalState,
  after: ApprovalState,
  context: ApprovalContext,
): Promise<void> {
  const {
    escalated,
    reminded,
    woken,
    glassBroken,
    asked: questions,
    answered: told,
    delegates,
  } = followed(before, after);
  if (escalated) await intendForSeniors(tx, after, context);
  // Who got the card by escalation just now needs no reminder of it.
  const asked = { ...after, escalatedAtMs: before.escalatedAtMs };
  if (reminded) await intendReminder(tx, asked, context, reminderNumber(after.reminders));
  for (const { person, untilMs } of woken)
    await intendReminder(tx, after, context, reminderAfterSnooze(untilMs), person);
  if (glassBroken) await intendAlarm(tx, after);
  for (const question of questions) await intendQuestion(tx, after, question);
  for (const question of told)
    await intend(tx, aboutQuestion(after, question), await directs(tx, [question.by]));
  await intend(tx, itself(after), await directs(tx, delegates));
}
