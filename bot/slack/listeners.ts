import type { App } from '@slack/bolt';
import { LINK_ACTION } from '../../cards/payload.ts';
import type { Caller, Gateway, Outcome, Place } from '../chat.ts';
import { sayIn } from '../languages.ts';
import {
  readAppTaken,
  readClick,
  readHomeOpened,
  readMention,
  readShortcut,
  readSlash,
  readSubmission,
} from './inbound.ts';
import type { Access } from './access.ts';
import { tellAtHome } from './home.ts';
import { answerOrOpen, type Opening } from './open-modal.ts';
import { SUGGESTING, suggestionsFor } from './suggestions.ts';
import { slashResponse, viewResponse } from './reply.ts';

export interface Ears extends Opening {
  readonly gateway: Gateway;
  readonly access: Pick<Access, 'taken'>;
  /** Tells the outcome where the person is, after Slack got its answer. */
  readonly tell: (to: { caller: Caller; place: Place }, outcome: Outcome) => void;
}

/** Nothing was committed, so Slack is told that nothing was received: it shows a warning beside the button. */
class Unconfirmed extends Error {}

type Respond = (response?: unknown) => Promise<void>;

/** Everything that Slack may send us; each is acknowledged after the gateway has committed, never before. */
export function listen(app: App, ears: Ears): void {
  const { gateway, tell } = ears;
  app.action({ type: 'block_actions' }, async ({ body, ack }) => {
    if (isLink(body)) return ack();
    const pressed = readClick(body);
    const { press } = pressed;
    const opens =
      press?.kind === 'bulk' || (press?.kind === 'approval' && !['approve', 'verify'].includes(press.verb));
    const how = { trigger: triggerOf(body), ...whereOf(pressed), skeleton: opens, over: isInModal(body) };
    const outcome = await answerOrOpen(ears, how, () => gateway.press(pressed));
    tell(pressed, outcome);
    if (outcome.kind === 'text' && outcome.unconfirmed)
      throw new Unconfirmed('a click was not confirmed in time');
    await ack();
  });
  app.view({ type: 'view_submission', callback_id: /.*/s }, async ({ body, ack }) => {
    const submitted = readSubmission(body);
    await (ack as Respond)(viewResponse(await gateway.submit(submitted), submitted.place));
  });
  app.options({ type: 'block_suggestion', action_id: SUGGESTING }, async ({ body, ack }) => {
    await (ack as Respond)(await suggestionsFor(gateway, body));
  });
  // Closing a form decides nothing.
  app.view({ type: 'view_closed', callback_id: /.*/s }, async ({ ack }) => ack());
  app.command(/^\/(countersign|cs)$/, async ({ body, ack }) => {
    const request = readSlash(body);
    const how = { trigger: body.trigger_id, ...whereOf(request), skeleton: false, over: false };
    await (ack as Respond)(slashResponse(await answerOrOpen(ears, how, () => gateway.command(request))));
  });
  app.shortcut({ callback_id: /^countersign_/, type: 'message_action' }, async ({ body, ack }) => {
    const asked = readShortcut(body);
    if (asked === null) return ack();
    const to = 'press' in asked ? asked.press : asked.command;
    const how = { trigger: body.trigger_id, ...whereOf(to), skeleton: 'press' in asked, over: false };
    const outcome = await answerOrOpen(ears, how, () =>
      'press' in asked ? gateway.press(asked.press) : gateway.command(asked.command),
    );
    tell(to, outcome);
    await ack();
  });
  app.event('app_home_opened', async ({ body }) => {
    const request = readHomeOpened(body);
    if (request !== null) await tellAtHome(ears, request, await gateway.command(request));
  });
  const onTaken = async ({ body }: { body: unknown }): Promise<void> => {
    const taken = readAppTaken(body);
    if (taken !== null) await ears.access.taken(taken.workspace, taken.why);
  };
  app.event('app_uninstalled', onTaken);
  app.event('tokens_revoked', onTaken);
  app.event('app_mention', async ({ body }) => {
    const request = readMention(body);
    if (request === null) return;
    tell(request, withoutForm(await gateway.command(request)));
  });
}

/** The person's browser follows it; there is nothing to do here. */
const isLink = (body: object): boolean =>
  (body as { actions?: { action_id?: unknown }[] }).actions?.[0]?.action_id === LINK_ACTION;

/** Whose token opens a form there. */
const whereOf = ({ caller, place }: { readonly caller: Caller; readonly place: Place }) => ({
  place,
  workspace: caller.workspace,
});

/** A form that is opened from a form lies on top of it. */
const isInModal = (body: object): boolean => (body as { view?: { type?: unknown } }).view?.type === 'modal';

const triggerOf = (body: object): string | null => {
  const trigger = (body as { trigger_id?: unknown }).trigger_id;
  return typeof trigger === 'string' ? trigger : null;
};

/** A mention carries no trigger, so Slack opens no form for it: say what to type instead. */
function withoutForm(outcome: Outcome): Outcome {
  if (outcome.kind !== 'form') return outcome;
  const { title, inputs, language } = outcome.form;
  const missing = inputs.map(({ label }) => (language === 'de' ? label : label.toLowerCase())).join(', ');
  return { kind: 'text', done: false, text: sayIn(language).formNeedsTrigger(title, missing), language };
}
