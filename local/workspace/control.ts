import type { JsonObject } from '../../core/canonical-json.ts';
import { EXAMPLE } from '../example/example.ts';
import type { CastId, CastMember } from './cast-types.ts';
import type { ClickOptions, SlackClient } from './slack-api/client.ts';
import type { Delivery } from './slack-api/deliver.ts';
import { elementsOf } from './slack-api/elements-of.ts';
import type { Suggested } from './slack-api/suggestions.ts';
import type { Submitted } from './slack-api/submission.ts';
import type { SlackMessage, SlackView } from './state/slack-types.ts';
import type { WorkspaceState } from './state.ts';
import { actionsOf, choicesOf, dialogOf, inputsOf, press, saidBy, type FoundChoices } from './teams-cards.ts';
import type { BotAnswer, TeamsClient } from './teams-api/client.ts';
import type { TeamsMessage } from './teams-api/store.ts';

/** What pressing something in Teams led to. */
export interface TeamsOutcome {
  readonly answer: BotAnswer;
  readonly dialog: { readonly title: string; readonly card: JsonObject } | null;
  /** What the person alone was told. */
  readonly said: { readonly text: string; readonly card: JsonObject | null } | null;
  /** The message that was clicked: a dialog is handed in against it. */
  readonly on: { readonly conversation: string; readonly message: string };
}

/** One of the example people, acting through the chats only. Every act is a real request to the bot. */
export interface Actor {
  readonly member: CastMember;
  /** The direct message with the bot, in Slack and in Teams. */
  slackDirect(): Promise<string>;
  teamsDirect(): string;
  slackCommand(text: string, channel?: string): Promise<Delivery>;
  slackMessage(
    text: string,
    channel?: string,
    thread?: string,
  ): Promise<{ message: SlackMessage; delivery: Delivery | null }>;
  /** `actionId` may also be a button's text. */
  slackClick(messageTs: string, actionId: string, options?: ClickOptions): Promise<Delivery>;
  slackClickInView(viewId: string, actionId: string, option?: string): Promise<Delivery>;
  slackSubmit(view: string | SlackView, values: Readonly<Record<string, string>>): Promise<Submitted>;
  /** Opens a list of that form, or types into it. */
  slackSuggest(viewId: string, name: string, typed: string): Promise<Suggested>;
  slackClose(viewId: string): Promise<Delivery | null>;
  slackHome(): Promise<Delivery>;
  /** Open modals, the topmost last. */
  slackViews(): Promise<SlackView[]>;
  teamsMessage(
    text: string,
    conversation?: string,
    thread?: string | null,
  ): Promise<{ message: string; answer: BotAnswer | null }>;
  /** Presses the action with this verb or title. */
  teamsClick(
    message: TeamsMessage | { conversation: string; id: string },
    action: string,
    inputs?: Readonly<Record<string, string>>,
  ): Promise<TeamsOutcome>;
  /** Presses an action exactly as given (the page does: the renderer has merged the inputs). */
  teamsPress(
    on: { conversation: string; message: string },
    action: JsonObject,
    inputs: JsonObject,
  ): Promise<TeamsOutcome>;
  /** Types into a list of a card that the app fills, as the card names the list (`dataset`). */
  teamsSuggest(
    on: { conversation: string; message: string },
    dataset: string,
    typed: string,
  ): Promise<FoundChoices>;
  /** Hands in an open dialog by its first submit action. */
  teamsSubmit(dialog: TeamsOutcome, values: Readonly<Record<string, string>>): Promise<TeamsOutcome>;
}

export interface Control {
  readonly cast: readonly CastMember[];
  asPerson(id: CastId): Actor;
  /** What everyone in the chat sees, oldest first; the approvals channel unless another is named; of Slack, one thread too. */
  messages(chat: 'slack', conversation?: string, thread?: string): Promise<SlackMessage[]>;
  messages(chat: 'teams', conversation?: string): Promise<TeamsMessage[]>;
  /** What this person alone was shown in Slack, oldest first. */
  ephemerals(id: CastId): Promise<SlackMessage[]>;
  /** Tries again after every change (and each quarter second) until `check` finds something; throws after `timeoutMs`. */
  until<T>(what: string, check: () => Promise<T | null | undefined | false>, timeoutMs?: number): Promise<T>;
}

export interface ControlDeps {
  readonly state: WorkspaceState;
  readonly slack: SlackClient;
  readonly teams: TeamsClient;
  readonly cast: readonly CastMember[];
}

const SLACK_CHANNEL = EXAMPLE.slack.channel;
const TEAMS_CHANNEL = EXAMPLE.teams.channel;

function slackActor(deps: ControlDeps, member: CastMember) {
  const { slack, state } = deps;
  const user = member.slackUser;
  const direct = async (): Promise<string> =>
    (await state.slack.openIm(user, EXAMPLE.slack.botUser)).channel.id;
  return {
    slackDirect: direct,
    slackCommand: (text, channel = SLACK_CHANNEL) => slack.command(user, channel, text),
    slackMessage: (text, channel = SLACK_CHANNEL, thread) => slack.say(user, channel, text, thread),
    async slackClick(ts, action, options) {
      const message = await state.slack.findMessage(ts);
      const named = elementsOf(options?.onScreen ?? message?.blocks ?? []).find(
        ({ element }) => (element['text'] as JsonObject | undefined)?.['text'] === action,
      );
      return slack.click(user, ts, String(named?.element['action_id'] ?? action), options);
    },
    slackClickInView: (view, action, option) => slack.clickInView(user, view, action, option),
    slackSubmit: (view, values) => slack.submit(user, typeof view === 'string' ? view : view.id, values),
    slackSuggest: (view, name, typed) => slack.suggest(user, view, name, typed),
    slackClose: (view) => slack.close(user, view),
    slackHome: () => slack.openHome(user),
    slackViews: async () => (await state.slack.openViews(user)).filter((v) => v.kind === 'modal'),
  } satisfies Partial<Actor>;
}

function teamsActor(deps: ControlDeps, member: CastMember) {
  const { teams, state } = deps;
  const who = member.entraObject;
  const teamsPress: Actor['teamsPress'] = async (on, action, inputs) => {
    const { how, verb, data } = press(action, inputs);
    const answer = await (how === 'execute'
      ? teams.clickExecute(who, { ...on, verb, data })
      : how === 'dialog'
        ? teams.openDialog(who, { ...on, data })
        : teams.submitDialog(who, { ...on, data }));
    return { answer, dialog: dialogOf(answer.body), said: saidBy(answer.body), on };
  };
  return {
    teamsDirect: () => teams.personalChat(who),
    teamsMessage: (text, conversation = TEAMS_CHANNEL, thread = null) =>
      teams.sendMessage(who, text, { conversation, thread }),
    async teamsClick(at, wanted, inputs = {}) {
      const message = await state.teams.message(at.conversation, at.id);
      const card = message?.card;
      const action = card
        ? actionsOf(card).find((a) =>
            [a['verb'], a['title'], a['id'], (a['data'] as JsonObject | undefined)?.['verb']].includes(
              wanted,
            ),
          )
        : undefined;
      if (!card || !action) throw new Error(`message ${at.id} has no action ${wanted}`);
      return teamsPress({ conversation: at.conversation, message: at.id }, action, inputsOf(card, inputs));
    },
    teamsPress,
    teamsSuggest: async (on, dataset, typed) =>
      choicesOf(await teams.search(who, { ...on, dataset, queryText: typed })),
    async teamsSubmit(outcome, values) {
      if (!outcome.dialog) throw new Error('no dialog is open');
      const { card } = outcome.dialog;
      const action = actionsOf(card).find((a) => a['type'] === 'Action.Submit');
      if (!action) throw new Error('the dialog has no submit action');
      return teamsPress(outcome.on, action, inputsOf(card, values));
    },
  } satisfies Partial<Actor>;
}

function createUntil(state: WorkspaceState): Control['until'] {
  return (what, check, timeoutMs = 90_000) =>
    new Promise((resolve, reject) => {
      let busy = false;
      let over = false;
      const end = (): void => {
        over = true;
        stop();
        clearInterval(tick);
        clearTimeout(limit);
      };
      const attempt = async (): Promise<void> => {
        if (busy || over) return;
        busy = true;
        try {
          const found = await check();
          if (found && !over) {
            end();
            resolve(found);
          }
        } catch (error) {
          if (!over) {
            end();
            reject(error as Error);
          }
        } finally {
          busy = false;
        }
      };
      const stop = state.bus.listen(() => void attempt());
      const tick = setInterval(() => void attempt(), 250);
      const limit = setTimeout(() => {
        end();
        reject(new Error(`waited ${timeoutMs / 1000} s in vain: ${what}`));
      }, timeoutMs);
      void attempt();
    });
}

/** The door that the page, the story and the tests share: people acting in both chats. */
export function createControl(deps: ControlDeps): Control {
  const { state, cast } = deps;
  const member = (id: CastId): CastMember => {
    const found = cast.find((c) => c.id === id);
    if (!found) throw new Error(`nobody is called ${id}`);
    return found;
  };
  async function messages(
    chat: 'slack' | 'teams',
    conversation?: string,
    thread: string | null = null,
  ): Promise<never[]> {
    if (chat === 'teams') return (await state.teams.messages(conversation ?? TEAMS_CHANNEL)) as never[];
    const all = {
      thread,
      oldest: '0',
      latest: '9999999999',
      inclusive: true,
      limit: 999,
      seenBy: null,
    };
    const found = await state.slack.history({ channel: conversation ?? SLACK_CHANNEL, ...all });
    return found.reverse() as never[];
  }
  return {
    cast,
    asPerson(id) {
      const one = member(id);
      return { member: one, ...slackActor(deps, one), ...teamsActor(deps, one) };
    },
    messages,
    ephemerals: (id) => state.slack.ephemerals(member(id).slackUser),
    until: createUntil(state),
  };
}
