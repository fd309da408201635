import { randomBytes } from 'node:crypto';
import type { JsonObject } from '../../../core/canonical-json.ts';
import type { SlackChannel, SlackMessage, SlackUser } from '../state/slack-types.ts';
import type { ApiContext } from './context.ts';
import type { Deliver, Delivery } from './deliver.ts';

export interface Events {
  message(
    user: SlackUser,
    channel: SlackChannel,
    text: string,
    threadTs: string | null,
  ): Promise<{ message: SlackMessage; delivery: Delivery | null }>;
  homeOpened(user: SlackUser): Promise<Delivery>;
  /** What Slack tells an app that was removed, in no certain order (https://docs.slack.dev/reference/events/app_uninstalled). */
  uninstalled(): Promise<readonly Delivery[]>;
}

/** The Events API envelope: https://docs.slack.dev/apis/events-api#callback-field */
export function createEvents({ store, app }: ApiContext, deliver: Deliver): Events {
  const send = (event: JsonObject): Promise<Delivery> =>
    deliver.event({
      ...{ token: 'legacy-token-not-a-secret', team_id: app.team, context_team_id: app.team },
      ...{ context_enterprise_id: null, api_app_id: app.appId, event, type: 'event_callback' },
      event_id: `Ev${randomBytes(5).toString('hex').toUpperCase()}`,
      event_time: Math.floor(Date.now() / 1000),
      authorizations: [
        {
          enterprise_id: null,
          team_id: app.team,
          user_id: app.botUser,
          is_bot: true,
          is_enterprise_install: false,
        },
      ],
      is_ext_shared_channel: false,
    });
  return {
    async message(user, channel, text, threadTs) {
      const body = text.replace(/@countersign\b/gi, `<@${app.botUser}>`);
      const message = await store.post({
        ...{ channel: channel.id, user: user.id, botId: null, threadTs, visibleTo: null },
        ...{ text: body, blocks: [], attachments: [], metadata: null },
      });
      const mentioned = body.includes(`<@${app.botUser}>`);
      if (!mentioned && channel.kind !== 'im') return { message, delivery: null };
      const kind: JsonObject =
        channel.kind === 'im' ? { type: 'message', channel_type: 'im' } : { type: 'app_mention' };
      const inThread: JsonObject = threadTs ? { thread_ts: threadTs } : {};
      const delivery = await send({
        ...{ ...kind, user: user.id, text: body, ts: message.ts, team: app.team, channel: channel.id },
        ...{ event_ts: message.ts, client_msg_id: crypto.randomUUID() },
        ...inThread,
      });
      return { message, delivery };
    },
    uninstalled: () =>
      Promise.all([
        send({ type: 'tokens_revoked', tokens: { oauth: [], bot: [app.botUser] } }),
        send({ type: 'app_uninstalled' }),
      ]),
    async homeOpened(user) {
      const { channel } = await store.openIm(user.id, app.botUser);
      const at = (Date.now() / 1000).toFixed(6);
      return send({
        ...{ type: 'app_home_opened', user: user.id, channel: channel.id, tab: 'home', event_ts: at },
      });
    },
  };
}
