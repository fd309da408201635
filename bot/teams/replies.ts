import type { Log } from '../../platform/log.ts';
import type { Outcome } from '../chat.ts';
import { callerOf, placeOf, type Heard } from './activity.ts';
import { executeMessage, formCard, privateCard, sentenceOf } from './answers.ts';
import type { Connector, OutMessage } from './connector.ts';
import type { Answer } from './guard.ts';
import { dataUris } from './pictures.ts';
import { sendFailure } from './send-failure.ts';
import { languageOf, type Language } from '../../core/language.ts';
import { sayIn } from '../languages.ts';

interface To {
  readonly activity: Heard;
  readonly workspace: string;
}

export interface Replies {
  /** Sends the answer to words as a message; returns at once, since the platform is told about the commit, not about this. */
  answer(to: To, outcome: Outcome): void;
  /** Sends a card beside the one that was clicked, and says so in the invoke response. */
  besides(to: To, outcome: Outcome): Answer;
  /** Resolves when everything begun was sent or given up. */
  settled(): Promise<void>;
}

const TRIES = 3;
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** An outcome as a message of its own. */
async function messageOf(outcome: Outcome, language: Language | undefined): Promise<OutMessage> {
  const card =
    outcome.kind === 'card'
      ? privateCard(outcome.card, await dataUris(outcome.card))
      : outcome.kind === 'form'
        ? formCard(outcome)?.card
        : null;
  const summary = outcome.kind === 'form' ? outcome.form.title : sentenceOf(outcome, language);
  return card ? { card, summary } : { text: summary };
}

/** Everyone in the place may read what is meant for it; a form is empty, and only its asker's answer counts. */
const isPublic = (outcome: Outcome): boolean =>
  outcome.kind === 'form' || (outcome.kind === 'card' && outcome.audience === 'conversation');

/**
 * Messages that answer someone. They are not copies: nobody waits for them to be updated, so they are tried a few times and
 * then given up, with a line in the log.
 */
export function createReplies(connector: Connector, log: Log): Replies {
  const under = new Set<Promise<void>>();
  const start = (work: () => Promise<void>): void => {
    const running: Promise<void> = work()
      .catch((error: unknown) =>
        log.warn({ why: sendFailure(error, true).why }, 'a Teams reply was not sent'),
      )
      .finally(() => under.delete(running));
    under.add(running);
  };
  const say = async ({ activity, workspace }: To, outcome: Outcome): Promise<void> => {
    const { serviceUrl, conversation } = activity;
    const reach = { serviceUrl, directory: workspace };
    const language = languageOf(activity.locale) ?? undefined;
    const message = await messageOf(outcome, language);
    const post = (where: string, what: OutMessage) => patiently(() => connector.post(reach, where, what));
    if (placeOf(activity).kind === 'personal' || isPublic(outcome)) return post(conversation.id, message);
    try {
      const { account } = callerOf(activity, workspace);
      await post(await connector.personalChat(reach, account), message);
    } catch {
      await post(conversation.id, { text: sayIn(language).onlyPrivately });
    }
  };
  return {
    answer(to, outcome) {
      if (outcome.kind !== 'nothing') start(() => say(to, outcome));
    },
    besides(to, outcome) {
      start(() => say(to, outcome));
      const personal = placeOf(to.activity).kind === 'personal' || isPublic(outcome);
      const language = languageOf(to.activity.locale) ?? undefined;
      const sentence = personal ? sentenceOf(outcome, language) : sayIn(language).sentPrivately;
      return { status: 200, body: executeMessage(sentence) };
    },
    async settled() {
      while (under.size > 0) await Promise.all(under);
    },
  };
}

/** Again only when it surely was not sent. */
async function patiently(send: () => Promise<unknown>): Promise<void> {
  for (let left = TRIES - 1; ; left--) {
    try {
      await send();
      return;
    } catch (error) {
      const failure = sendFailure(error, false);
      if (failure.kind !== 'retry' || left === 0) throw error;
      await wait(Math.min(failure.retryInMs ?? 1_000, 10_000));
    }
  }
}
