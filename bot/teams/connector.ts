import { Client, type ActivityParams } from '@microsoft/teams.api';
import type { App } from '@microsoft/teams.apps';
import type { TeamsCard } from '../../cards/teams/message.ts';
import type { BotToken } from './bot-token.ts';

/** A message as it goes out: words, or a card with the words of its notification. */
export type OutMessage = { readonly text: string } | { readonly card: TeamsCard; readonly summary: string };

/** The connector to call, and the Entra tenant that is written to. */
export interface Reach {
  readonly serviceUrl: string;
  readonly directory: string;
}

export interface Connector {
  /** Begins a thread in a channel; the id is the message's. */
  postInChannel(reach: Reach, channel: string, message: OutMessage): Promise<string>;
  /** Posts into a conversation: a thread (`...;messageid=`), a group or a personal chat. */
  post(reach: Reach, conversation: string, message: OutMessage): Promise<string>;
  edit(reach: Reach, conversation: string, id: string, message: OutMessage): Promise<void>;
  remove(reach: Reach, conversation: string, id: string): Promise<void>;
  /** The bot's chat with a person, made when it is not there yet; asked once per process and person. */
  personalChat(reach: Reach, entraObject: string): Promise<string>;
}

const activityOf = (message: OutMessage): ActivityParams => {
  const activity =
    'text' in message
      ? { type: 'message', text: message.text, textFormat: 'plain' }
      : {
          type: 'message',
          summary: message.summary,
          attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content: message.card }],
        };
  return activity as unknown as ActivityParams;
};

/** The SDK's connector client for any service URL that the guard lets through; the bot's token goes with each call. */
export function createConnector(deps: { app: App; token: BotToken; clientId: string }): Connector {
  const { app, token, clientId } = deps;
  const http = app.client.clone({ token: () => token.get() });
  const chats = new Map<string, string>();
  const at = ({ serviceUrl }: Reach) =>
    new Client(serviceUrl.replace(/\/+$/, ''), http, { oauthUrl: app.cloud.tokenServiceUrl }).conversations;
  const bot = { id: `28:${clientId}` };
  const place = (conversation: string): string => encodeURIComponent(conversation);
  return {
    async postInChannel(reach, channel, message) {
      const { directory: tenantId } = reach;
      const made = await at(reach).create({
        ...{ bot, isGroup: true, tenantId },
        activity: activityOf(message),
        channelData: { channel: { id: channel }, tenant: { id: tenantId } },
      });
      return made.activityId;
    },
    async post(reach, conversation, message) {
      const made = await at(reach).createActivity(place(conversation), activityOf(message));
      return made.id;
    },
    async edit(reach, conversation, id, message) {
      await at(reach).updateActivity(place(conversation), encodeURIComponent(id), activityOf(message));
    },
    async remove(reach, conversation, id) {
      await at(reach).deleteActivity(place(conversation), encodeURIComponent(id));
    },
    async personalChat(reach, entraObject) {
      const { serviceUrl, directory: tenantId } = reach;
      const key = `${serviceUrl} ${tenantId} ${entraObject}`;
      const known = chats.get(key);
      if (known !== undefined) return known;
      const members = [{ id: entraObject, role: 'user' as const }];
      const { id } = await at(reach).create({
        ...{ bot, isGroup: false, tenantId, members },
        channelData: { tenant: { id: tenantId } },
      });
      chats.set(key, id);
      return id;
    },
  };
}
