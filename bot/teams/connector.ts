import { Client, type ActivityParams } from '@microsoft/teams.api';
import type { App } from '@microsoft/teams.apps';
import type { TeamsCard } from '../../cards/teams/message.ts';
import type { BotToken } from './bot-token.ts';

/** A message as it goes out: words, or a card with the words of its notification. */
export type OutMessage = { readonly text: string } | { readonly card: TeamsCard; readonly summary: string };

export interface Connector {
  /** Begins a thread in a channel; the id is the message's. */
  postInChannel(serviceUrl: string, channel: string, message: OutMessage): Promise<string>;
  /** Posts into a conversation: a thread (`...;messageid=`), a group or a personal chat. */
  post(serviceUrl: string, conversation: string, message: OutMessage): Promise<string>;
  edit(serviceUrl: string, conversation: string, id: string, message: OutMessage): Promise<void>;
  remove(serviceUrl: string, conversation: string, id: string): Promise<void>;
  /** The bot's chat with a person, made when it is not there yet; asked once per process and person. */
  personalChat(serviceUrl: string, entraObject: string): Promise<string>;
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
export function createConnector(deps: {
  app: App;
  token: BotToken;
  tenantId: string;
  clientId: string;
}): Connector {
  const { app, token, tenantId, clientId } = deps;
  const http = app.client.clone({ token: () => token.get() });
  const chats = new Map<string, string>();
  const at = (serviceUrl: string) =>
    new Client(serviceUrl.replace(/\/+$/, ''), http, { oauthUrl: app.cloud.tokenServiceUrl }).conversations;
  const bot = { id: `28:${clientId}` };
  const shared = { bot, isGroup: false, tenantId };
  const place = (conversation: string): string => encodeURIComponent(conversation);
  return {
    async postInChannel(serviceUrl, channel, message) {
      const made = await at(serviceUrl).create({
        ...shared,
        isGroup: true,
        activity: activityOf(message),
        channelData: { channel: { id: channel }, tenant: { id: tenantId } },
      });
      return made.activityId;
    },
    async post(serviceUrl, conversation, message) {
      const made = await at(serviceUrl).createActivity(place(conversation), activityOf(message));
      return made.id;
    },
    async edit(serviceUrl, conversation, id, message) {
      await at(serviceUrl).updateActivity(place(conversation), encodeURIComponent(id), activityOf(message));
    },
    async remove(serviceUrl, conversation, id) {
      await at(serviceUrl).deleteActivity(place(conversation), encodeURIComponent(id));
    },
    async personalChat(serviceUrl, entraObject) {
      const key = `${serviceUrl} ${entraObject}`;
      const known = chats.get(key);
      if (known !== undefined) return known;
      const members = [{ id: entraObject, role: 'user' as const }];
      const { id } = await at(serviceUrl).create({
        ...shared,
        members,
        channelData: { tenant: { id: tenantId } },
      });
      chats.set(key, id);
      return id;
    },
  };
}
