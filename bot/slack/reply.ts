import { setTimeout } from 'node:timers/promises';
import type { ModalView } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import type { SlackBlock } from '../../cards/slack/blocks.ts';
import { renderSlackMessage, type SlackMessage } from '../../cards/slack/message.ts';
import { renderSlackModal } from '../../cards/slack/modal.ts';
import { payloadOf } from '../../cards/payload.ts';
import type { Card } from '../../cards/model.ts';
import type { Caller, FormToOpen, Outcome, Place } from '../chat.ts';
import type { Language } from '../../core/language.ts';
import { sayIn } from '../languages.ts';
import { packMetadata } from './inbound.ts';
import { failureOf } from './web-api.ts';

const ofCard = (card: Card): SlackMessage => {
  const rendered = renderSlackMessage(card, { copy: null });
  return rendered.fits ? rendered.card : { text: sayIn(card.language).answerTooLong, blocks: [] };
};

const telling = (text: string): SlackBlock[] => [
  { type: 'section', text: { type: 'plain_text', text: text.slice(0, 3000), emoji: false } },
];

/** A sentence of ours as blocks: plain text, in which nothing is obeyed. */
const ofText = (text: string): SlackMessage => ({ text, blocks: telling(text) });

interface Said {
  readonly message: SlackMessage;
  readonly audience: 'private' | 'conversation';
}

/** What an outcome says in a message; null when it says nothing or opens a form instead. */
export function said(outcome: Outcome): Said | null {
  switch (outcome.kind) {
    case 'card':
      return { message: ofCard(outcome.card), audience: outcome.audience };
    case 'text':
    case 'invalid':
      return { message: ofText(outcome.text), audience: 'private' };
    case 'form':
    case 'nothing':
      return null;
  }
}

/** The answer to a slash command goes into the response itself: no token, no second call. */
export function slashResponse(outcome: Outcome): Record<string, unknown> | string {
  const answer = said(outcome);
  if (answer === null) return '';
  const type = answer.audience === 'private' ? 'ephemeral' : 'in_channel';
  return { response_type: type, ...answer.message, unfurl_links: false };
}

/** How long an answer may wait for Slack's rate limits before it is said to be lost. */
const PATIENCE_MS = 2 * 60_000;

/** Calls again when Slack asks to wait, within our patience. @throws what Slack last answered */
async function waitingItsTurn(call: () => Promise<unknown>, signal: AbortSignal): Promise<void> {
  for (const until = Date.now() + PATIENCE_MS; ;) {
    try {
      return void (await call());
    } catch (error) {
      const failure = failureOf(error);
      const waitMs = failure.why === 'ratelimited' ? (failure.retryInMs ?? 1000) : Infinity;
      if (Date.now() + waitMs > until) throw error;
      await setTimeout(waitMs, undefined, { signal });
    }
  }
}

/**
 * Says it where the person is: for their eyes by `chat.postEphemeral`, else in the thread. Where Slack cannot show it
 * there (not a member, a home tab), by direct message. `response_url` is never called: it comes with the request.
 * `signal` ends the waiting for rate limits, not the telling.
 */
export async function reply(
  client: WebClient,
  to: { caller: Caller; place: Place },
  outcome: Outcome,
  { log, signal }: { readonly log: Logger; readonly signal: AbortSignal },
): Promise<void> {
  const answer = said(outcome);
  if (answer === null) return;
  const { conversation, thread } = to.place;
  const threaded = thread === null ? {} : { thread_ts: thread };
  const words = { channel: conversation, ...threaded, ...answer.message };
  const inPlace = (): Promise<unknown> =>
    answer.audience === 'conversation'
      ? client.chat.postMessage({ ...words, unfurl_links: false })
      : client.chat.postEphemeral({ ...words, user: to.caller.account });
  const directly = (): Promise<unknown> =>
    client.chat.postMessage({ channel: to.caller.account, ...answer.message, unfurl_links: false });
  try {
    if (conversation === '') return await waitingItsTurn(directly, signal);
    await waitingItsTurn(inPlace, signal).catch(() => waitingItsTurn(directly, signal));
  } catch (error) {
    log.warn({ why: failureOf(error).why }, 'an answer could not be told in Slack');
  }
}

const plain = (text: string): { type: 'plain_text'; text: string } => ({ type: 'plain_text', text });

/** A modal that only tells something. */
export const tellingModal = (title: string, blocks: SlackBlock[], language?: Language): ModalView => ({
  type: 'modal',
  title: plain(title),
  close: plain(sayIn(language).close),
  blocks,
});

/** What to open first when the form takes its time: the trigger lives three seconds. */
export const skeletonModal = (language?: Language): ModalView =>
  tellingModal(sayIn(language).oneMoment, telling(sayIn(language).formComes), language);

/** A form as a modal that remembers where its button was pressed. */
export function formModal({ form, binding }: FormToOpen, place: Place): ModalView {
  const carry = packMetadata(payloadOf(form.target, binding), place);
  const rendered = renderSlackModal(form, { callbackId: form.verb, carry });
  if (rendered.fits) return rendered.card;
  const { tooLong, formTooLong } = sayIn(form.language);
  return tellingModal(tooLong, telling(formTooLong), form.language);
}

/** What its words are in; those of a form that stays open are in the form's. */
export function languageOfOutcome(outcome: Outcome): Language | undefined {
  if (outcome.kind === 'card') return outcome.card.language;
  if (outcome.kind === 'form') return outcome.form.language;
  return outcome.kind === 'text' ? outcome.language : undefined;
}

/** The answer to a form that was handed in: stays open with errors, or turns into what there is to say. */
export function viewResponse(outcome: Outcome, place: Place): Record<string, unknown> | undefined {
  if (outcome.kind === 'invalid' && Object.keys(outcome.fieldErrors).length > 0) {
    const errors = Object.entries(outcome.fieldErrors).map(([name, why]) => [`field.${name}`, why]);
    return { response_action: 'errors', errors: Object.fromEntries(errors) };
  }
  if (outcome.kind === 'form') return { response_action: 'update', view: formModal(outcome, place) };
  const answer = said(outcome);
  if (answer === null) return undefined;
  const language = languageOfOutcome(outcome);
  const say = sayIn(language);
  const done = (outcome.kind === 'card' || outcome.kind === 'text') && outcome.done;
  return {
    response_action: 'update',
    view: tellingModal(done ? say.done : say.notDone, answer.message.blocks, language),
  };
}
