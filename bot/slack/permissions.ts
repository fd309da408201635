import type { AppsManifestCreateArguments } from '@slack/web-api';

/** What Slack takes as an app manifest, by Slack's own types (https://docs.slack.dev/reference/app-manifest). */
export type SlackManifest = AppsManifestCreateArguments['manifest'];
type BotScope = NonNullable<NonNullable<NonNullable<SlackManifest['oauth_config']>['scopes']>['bot']>[number];
type BotEvent = NonNullable<
  NonNullable<NonNullable<SlackManifest['settings']>['event_subscriptions']>['bot_events']
>[number];

export interface SlackPermission {
  readonly scope: BotScope;
  /** For the customer's Slack administrator, who is asked to grant it. */
  readonly reason: string;
  /** Web API methods of ours that Slack refuses without it. */
  readonly methods: readonly string[];
  readonly events: readonly BotEvent[];
}

/**
 * Every scope that is asked for and why; nothing is asked for in advance. A test holds the table to the calls and
 * listeners of this room, so that a new call brings its scope along. `countersign doctor` compares it with what was granted.
 */
export const SLACK_PERMISSIONS: readonly SlackPermission[] = [
  {
    scope: 'commands',
    reason: 'People start runs and read traces by /countersign, and ask about a card from its message menu.',
    methods: [],
    events: [],
  },
  {
    scope: 'app_mentions:read',
    reason: 'Slash commands do not work inside threads; there, people write @Countersign and a verb.',
    methods: [],
    events: ['app_mention'],
  },
  {
    scope: 'chat:write',
    reason:
      'Cards are posted, edited when somebody signs, replaced when too old to edit, and questions answered for one person’s eyes.',
    methods: ['chat.postMessage', 'chat.update', 'chat.delete', 'chat.postEphemeral'],
    events: [],
  },
  {
    scope: 'files:write',
    reason: 'Charts on alerts and digests are put into the workspace as files that only the app holds.',
    methods: ['files.getUploadURLExternal', 'files.completeUploadExternal', 'files.delete'],
    events: [],
  },
  {
    scope: 'im:write',
    reason: 'Who has to sign, and is not in the channel, gets the card as a direct message.',
    methods: ['conversations.open'],
    events: [],
  },
  {
    scope: 'users:read',
    reason:
      'Who writes to the app is answered in the language that their Slack is set to; where a user group gives a role, guests are told from members.',
    methods: ['users.info'],
    events: [],
  },
  {
    scope: 'usergroups:read',
    reason: 'Where an Admin let a user group give a role: who is in it, read when they click.',
    methods: ['usergroups.list', 'usergroups.users.list'],
    events: [],
  },
  {
    scope: 'channels:history',
    reason:
      'After a crash, our own card is looked for in the public channel it was meant for, so that it is not posted twice.',
    methods: ['conversations.history', 'conversations.replies'],
    events: [],
  },
  {
    scope: 'groups:history',
    reason: 'The same, where the approvals channel is private.',
    methods: ['conversations.history', 'conversations.replies'],
    events: [],
  },
  {
    scope: 'im:history',
    reason: 'The same, in direct messages with the app.',
    methods: ['conversations.history', 'conversations.replies'],
    events: [],
  },
];

/** Methods that any token may call (https://docs.slack.dev/reference/methods, "Scopes: no scopes required"). */
export const NEEDS_NO_SCOPE: readonly string[] = [
  'auth.revoke',
  'auth.test',
  'views.open',
  'views.push',
  'views.update',
  'views.publish',
];

/** Events that Slack sends without a scope. */
export const EVENTS_WITHOUT_SCOPE: readonly BotEvent[] = [
  'app_home_opened',
  'app_uninstalled',
  'tokens_revoked',
];

/** Every event that the bot listens to. */
export const slackEvents = (): BotEvent[] => [
  ...new Set([...SLACK_PERMISSIONS.flatMap((p) => p.events), ...EVENTS_WITHOUT_SCOPE]),
];

export const slackScopes = (): BotScope[] => SLACK_PERMISSIONS.map((p) => p.scope);
