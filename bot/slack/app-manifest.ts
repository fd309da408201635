import { REDIRECT_PATH } from './install.ts';
import { slackEvents, slackScopes, type SlackManifest } from './permissions.ts';

/** Where the bot hears everything that Slack sends (`bot/main.ts`). */
export const SLACK_EVENTS_PATH = '/slack/events';

const COMMAND = {
  description: 'Start agents, sign what they propose, read traces and costs',
  usage_hint: 'run fraud-review CLM-0847 | inbox | help',
  // Names typed with a command stay as they were typed; people are looked up by us.
  should_escape: false,
} as const;

/** On a message of ours; `inbound.ts` reads them. Slack shows at most 24 characters. */
const SHORTCUTS = [
  {
    name: 'Ask about this',
    callback_id: 'countersign_ask',
    description: 'Ask before you sign; the clock waits',
  },
  {
    name: 'Show trace',
    callback_id: 'countersign_trace',
    description: 'Every step of the run behind this card',
  },
  { name: 'Verify', callback_id: 'countersign_verify', description: 'Recompute the ledger behind this card' },
] as const;

const LONG_DESCRIPTION =
  'Countersign lets AI agents do real work without letting them act alone. An agent reads, weighs and proposes; a card ' +
  'with its reasons appears here. People sign, edit or decline it, and only what enough of them signed is run, once. ' +
  'Every decision is kept in a ledger that can be verified later.';

/**
 * The address that Slack is to call, without a slash at the end.
 * @throws Error when Slack would refuse it: request URLs are https, and carry neither credentials nor a query.
 */
export function readPublicUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol !== 'https:' || url.username || url.password || url.search || url.hash)
    throw new Error(
      '--url must be the https address under which the bot is reached, e.g. https://bot.example.com',
    );
  return url.href.replace(/\/+$/, '');
}

/** The Slack app of this installation as a manifest (https://docs.slack.dev/reference/app-manifest). */
export function slackManifest(options: { readonly url: string } | { readonly socket: true }): SlackManifest {
  // In socket mode the bot calls Slack, and there is no address to give.
  const socket = 'socket' in options;
  const request = socket ? null : `${readPublicUrl(options.url)}${SLACK_EVENTS_PATH}`;
  const url = request === null ? {} : { url: request };
  const requestUrl = request === null ? {} : { request_url: request };
  const optionsUrl = request === null ? {} : { message_menu_options_url: request };
  const events = slackEvents();
  return {
    _metadata: { major_version: 2, minor_version: 1 },
    display_information: {
      name: 'Countersign',
      description: 'AI agents that act only when a human signs.',
      long_description: LONG_DESCRIPTION,
      background_color: '#16324f',
    },
    features: {
      app_home: {
        home_tab_enabled: events.includes('app_home_opened'),
        messages_tab_enabled: true,
        // Nobody is invited to write what nobody hears.
        messages_tab_read_only_enabled: !events.includes('message.im'),
      },
      bot_user: { display_name: 'countersign', always_online: true },
      shortcuts: SHORTCUTS.map((shortcut) => ({ type: 'message' as const, ...shortcut })),
      slash_commands: ['/countersign', '/cs'].map((command) => ({ command, ...url, ...COMMAND })),
    },
    // Where Slack sends a browser back to, when a workspace installs the app by itself.
    oauth_config: {
      scopes: { bot: slackScopes() },
      ...(socket ? {} : { redirect_urls: [`${readPublicUrl(options.url)}${REDIRECT_PATH}`] }),
    },
    settings: {
      event_subscriptions: { ...requestUrl, bot_events: events },
      // "Options Load URL": where Slack asks what may be chosen while somebody types into a form.
      interactivity: { is_enabled: true, ...requestUrl, ...optionsUrl },
      org_deploy_enabled: false,
      socket_mode_enabled: socket,
      token_rotation_enabled: false,
    },
  };
}
