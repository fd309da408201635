import type { Outcome, Place } from '../chat.ts';
import type { Language } from '../../core/language.ts';
import { sayIn } from '../languages.ts';
import type { ModalView } from '@slack/types';
import type { Logger } from 'pino';
import { formModal, languageOfOutcome, said, skeletonModal, tellingModal } from './reply.ts';
import type { ClientsFor, SlackClients } from './clients.ts';
import { failureOf } from './web-api.ts';

/** A trigger lives three seconds (https://docs.slack.dev/surfaces/modals); a slower form gets a skeleton first. */
const SKELETON_AFTER_MS = 700;

interface How {
  readonly trigger: string | null;
  readonly place: Place;
  readonly workspace: string;
  /** Whether the answer is expected to be a form, so that a slow one opens a skeleton. */
  readonly skeleton: boolean;
  /** Another form of ours is open, on which this one is laid. */
  readonly over: boolean;
}

export interface Opening {
  readonly log: Logger;
  readonly clientsFor: ClientsFor;
}

/** The gateway's answer. A form is opened right here, and then there is nothing left to say. */
export async function answerOrOpen(ears: Opening, how: How, ask: () => Promise<Outcome>): Promise<Outcome> {
  const { trigger, skeleton } = how;
  const answer = ask();
  if (trigger === null) return answer;
  const slow = skeleton ? await isSlow(answer) : false;
  if (slow) return fillSkeleton(ears, { ...how, trigger }, answer);
  const outcome = await answer;
  if (outcome.kind !== 'form') return outcome;
  try {
    await show(await clientsIn(ears, how), { ...how, trigger }, formModal(outcome, how.place));
    return { kind: 'nothing' };
  } catch (error) {
    return tooSlow(ears, error, outcome.form.language);
  }
}

/** @throws Error when we hold no token for the workspace */
async function clientsIn({ clientsFor }: Opening, { workspace }: How): Promise<SlackClients> {
  const clients = await clientsFor(workspace);
  if (clients === null) throw new Error('no_token');
  return clients;
}

/** Three lie on each other at most (https://docs.slack.dev/surfaces/modals): a form of ours opens one more, which opens none. */
const show = ({ quick }: SlackClients, { trigger, over }: How & { trigger: string }, view: ModalView) =>
  over ? quick.views.push({ trigger_id: trigger, view }) : quick.views.open({ trigger_id: trigger, view });

async function isSlow(answer: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<true>((resolve) => {
    timer = setTimeout(() => resolve(true), SKELETON_AFTER_MS);
  });
  const slow = await Promise.race([answer.then(() => false), late]);
  clearTimeout(timer);
  return slow;
}

/** Opens at once and fills in what comes; a refusal is told in the modal too, so that it does not hang there. */
async function fillSkeleton(
  ears: Opening,
  how: How & { trigger: string },
  answer: Promise<Outcome>,
): Promise<Outcome> {
  const { place } = how;
  try {
    const clients = await clientsIn(ears, how);
    const opened = await show(clients, how, skeletonModal());
    const outcome = await answer;
    const view =
      outcome.kind === 'form'
        ? formModal(outcome, place)
        : tellingModal('Countersign', said(outcome)?.message.blocks ?? [], languageOfOutcome(outcome));
    await clients.quick.views.update({ view_id: opened.view?.id ?? '', view });
    return { kind: 'nothing' };
  } catch (error) {
    const outcome = await answer;
    return outcome.kind === 'form' ? tooSlow(ears, error, outcome.form.language) : outcome;
  }
}

function tooSlow({ log }: Opening, error: unknown, language: Language): Outcome {
  log.warn({ why: failureOf(error).why }, 'a form could not be opened in Slack');
  return { kind: 'text', done: false, text: sayIn(language).formTooSlow, language };
}
