import type { Logger } from 'pino';
import type { CommandRequest, Gateway, Outcome } from '../chat.ts';
import { said } from './reply.ts';
import type { ClientsFor } from './clients.ts';
import { failureOf } from './web-api.ts';

/**
 * What there is to say instead of an inbox, in the tab itself: a direct message for each time that somebody looks would be a
 * nuisance. The inbox was published by then.
 */
export async function tellAtHome(
  {
    gateway,
    clientsFor,
    log,
  }: { readonly gateway: Gateway; readonly clientsFor: ClientsFor; readonly log: Logger },
  { caller }: CommandRequest,
  outcome: Outcome,
): Promise<void> {
  const answer = said(outcome);
  if (answer === null || (await gateway.tenantOf('slack', caller.workspace)) === null) return;
  try {
    const clients = await clientsFor(caller.workspace);
    await clients?.quick.views.publish({
      user_id: caller.account,
      view: { type: 'home', blocks: answer.message.blocks },
    });
  } catch (error) {
    log.warn({ why: failureOf(error).why }, 'a home tab could not be published in Slack');
  }
}
