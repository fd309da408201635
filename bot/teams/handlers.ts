import { stripMentionsText, type IMessageActivity } from '@microsoft/teams.api';
import { readTeamsData, readTeamsFields } from '../../cards/payload.ts';
import type { Log } from '../../platform/log.ts';
import type { Stores } from '../../platform/stores.ts';
import type { Gateway, Outcome, PressedButton } from '../chat.ts';
import { languageOf, type Language } from '../../core/language.ts';
import { callerOf, placeOf, readCommand, requestKeyOf, type Heard } from './activity.ts';
import { dialogAgain, dialogAnswer, executeAnswer } from './answers.ts';
import { asksForDialog, dataOf, type Answer } from './guard.ts';
import type { Replies } from './replies.ts';
import type { TenantId } from '../../core/ids.ts';

export interface HandlerDeps {
  readonly gateway: Gateway;
  readonly stores: Stores;
  readonly replies: Replies;
  readonly log: Log;
}

/** A verified, admitted activity. */
export interface Admission<T extends Heard = Heard> {
  readonly activity: T;
  readonly tenant: TenantId;
  readonly workspace: string;
}

type Message = Extract<Heard, { type: 'message' }>;
type Invoke = Extract<Heard, { type: 'invoke' }>;
type Installed = Extract<Heard, { type: 'conversationUpdate' | 'installationUpdate' }>;

const languageIn = ({ activity }: Admission): Language | undefined =>
  languageOf(activity.locale) ?? undefined;

const inbound = ({ activity, workspace }: Admission) => ({
  caller: callerOf(activity, workspace),
  place: placeOf(activity),
  requestKey: requestKeyOf(activity),
});

const pressed = (admission: Admission): PressedButton => ({
  ...inbound(admission),
  press: readTeamsData(dataOf(admission.activity)),
  message: admission.activity.replyToId ?? null,
});

/** Action.Execute: the answer goes back in the invoke response, after the commit. */
export async function handleExecute(deps: HandlerDeps, admission: Admission<Invoke>): Promise<Answer> {
  const outcome = await deps.gateway.press(pressed(admission));
  // A command's card is news, not another face of the clicked card: it comes as a message of its own.
  if (isNews(outcome)) return deps.replies.besides(admission, outcome);
  return { status: 200, body: executeAnswer(outcome, languageIn(admission)) };
}

const isNews = (outcome: Outcome): boolean =>
  outcome.kind === 'card' &&
  (outcome.card.kind === 'sign' ||
    (outcome.done && !['approval', 'refusal', 'notice', 'inbox'].includes(outcome.card.kind)));

export async function handleDialogOpen(deps: HandlerDeps, admission: Admission<Invoke>): Promise<Answer> {
  return {
    status: 200,
    body: dialogAnswer(await deps.gateway.press(pressed(admission)), languageIn(admission)),
  };
}

export async function handleDialogSubmit(deps: HandlerDeps, admission: Admission<Invoke>): Promise<Answer> {
  const button = pressed(admission);
  // A button on a dialog that asks for the next one: Teams sends it as if the dialog were handed in.
  if (asksForDialog(dataOf(admission.activity))) return handleDialogOpen(deps, admission);
  const fields = readTeamsFields(dataOf(admission.activity));
  const outcome = await deps.gateway.submit({ ...button, fields });
  if (outcome.kind !== 'invalid') return { status: 200, body: dialogAnswer(outcome, languageIn(admission)) };
  // Teams closes a dialog that is answered with words: ask for the form again and put them on top.
  const again = await deps.gateway.press({ ...button, requestKey: `${button.requestKey} again` });
  const body =
    again.kind === 'form'
      ? dialogAgain(again, fields, outcome)
      : dialogAnswer(outcome, languageIn(admission));
  return { status: 200, body };
}

/** Words to the bot, or a form that stood in a message instead of a dialog. Answered by a message of its own. */
export async function handleMessage(deps: HandlerDeps, admission: Admission<Message>): Promise<Answer> {
  const { activity } = admission;
  await rememberPlace(deps, admission);
  const form = readTeamsData(activity.value);
  const outcome = form
    ? await deps.gateway.submit({ ...pressed(admission), fields: readTeamsFields(activity.value) })
    : await deps.gateway.command({ ...inbound(admission), ...readCommand(wordsOf(activity)) });
  if (outcome.kind !== 'card' || !outcome.kept) deps.replies.answer(admission, outcome);
  return { status: 200 };
}

/** Without the mention of the bot; other people's stay. */
function wordsOf(activity: Message): string {
  const message = { ...activity, text: activity.text ?? '' } as unknown as IMessageActivity;
  return stripMentionsText(message, { accountId: activity.recipient.id }) ?? '';
}

/** Installed somewhere, or the members of a place changed: from now on the bot may write there. */
export async function handleInstalled(deps: HandlerDeps, admission: Admission<Installed>): Promise<Answer> {
  const { activity } = admission;
  const { workspace } = admission;
  const at = { platform: 'teams', workspace, conversation: placeOf(activity).conversation } as const;
  if (activity.type !== 'installationUpdate') await rememberPlace(deps, admission);
  else if (activity.action.startsWith('remove'))
    await deps.stores.copies.lost(admission.tenant, { ...at, why: 'app_removed' });
  else {
    await rememberPlace(deps, admission);
    await deps.stores.copies.regained(admission.tenant, at);
  }
  return { status: 200 };
}

/** The reference for proactive messages; a failure to keep it spoils nothing that was asked for. */
async function rememberPlace(deps: HandlerDeps, { activity, tenant, workspace }: Admission): Promise<void> {
  const { conversation, kind } = placeOf(activity);
  try {
    const { platform, account, language } = callerOf(activity, workspace);
    if (language)
      await deps.stores.people.rememberLanguage(tenant, { platform, workspace, account }, language);
    const who =
      kind === 'personal'
        ? await deps.stores.people.identify(tenant, { platform, workspace, account })
        : null;
    const person = who?.ok ? who.person.id : null;
    const { serviceUrl } = activity;
    await deps.stores.people.rememberConversation(tenant, {
      platform,
      workspace,
      conversation,
      kind: kind === 'personal' ? kind : 'channel',
      person,
      serviceUrl,
    });
  } catch (error) {
    deps.log.warn({ err: error }, 'a Teams conversation was not remembered');
  }
}
