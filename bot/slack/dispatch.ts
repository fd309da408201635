import type { App, ReceiverEvent } from '@slack/bolt';
import type { Logger } from 'pino';
import type { Count } from '../api/metrics.ts';
import type { SlackRequest } from './request.ts';

type Dispatched = Extract<SlackRequest, { kind: 'dispatch' }>;

export interface DispatchEdges {
  readonly app: App | undefined;
  readonly log: Logger;
  readonly count: Count;
  /** Tells Slack that it was received, with what there is to say in the same breath. */
  readonly ack: (response: unknown) => Promise<void> | void;
  /** Tells Slack, by whatever way there is, that it was not. */
  readonly fail: () => void;
}

/**
 * One request of Slack's, whichever way it came. Slack is answered when the listener acknowledged, which it does after the commit;
 * an event, which Bolt acknowledges by itself, when everything is done. Whatever goes wrong before that is a failure,
 * which Slack shows or retries. Never rejects.
 */
export async function dispatch(
  { form, body }: Pick<Dispatched, 'form' | 'body'>,
  retry: number | undefined,
  { app, log, count, ack: answer, fail }: DispatchEdges,
): Promise<void> {
  let acknowledged: unknown;
  let acks = 0;
  const ack = async (response?: unknown): Promise<void> => {
    acks += 1;
    acknowledged = response;
    if (form !== 'event') await answer(response);
  };
  const event: ReceiverEvent = { body, ack, ...(retry === undefined ? {} : { retryNum: retry }) };
  count('slack_requests', { result: 'accepted', why: form });
  try {
    if (app === undefined) throw new Error('the Slack app is not there yet');
    await app.processEvent(event);
    // A kind that no listener takes has no effect; Slack need not try again.
    if (form === 'event' || acks === 0) await answer(acknowledged);
  } catch (error) {
    count('slack_requests', { result: '500', why: form });
    log.error({ err: error, form }, 'a Slack request could not be handled');
    fail();
  }
}
