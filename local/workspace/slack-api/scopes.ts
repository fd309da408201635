import { slackScopes } from '../../../bot/slack/permissions.ts';
import { refuse, word, type Answer, type Args } from './answer.ts';

/** By the first letter of a conversation's id: public channel, private channel, direct message. */
const byKind = (channels: string, groups: string, im: string) => (args: Args) =>
  ({ G: groups, D: im })[(word(args, 'channel') ?? '').charAt(0)] ?? channels;

const HISTORY = byKind('channels:history', 'groups:history', 'im:history');
const READ = byKind('channels:read', 'groups:read', 'im:read');
const always = (scope: string) => () => scope;

/** The scope that a method asks for; any token may call what is not named (https://docs.slack.dev/reference/methods). */
const NEEDED: Readonly<Record<string, (args: Args) => string>> = {
  'chat.postMessage': always('chat:write'),
  'chat.postEphemeral': always('chat:write'),
  'chat.update': always('chat:write'),
  'chat.delete': always('chat:write'),
  'conversations.history': HISTORY,
  'conversations.replies': HISTORY,
  'conversations.info': READ,
  'conversations.list': READ,
  'conversations.members': READ,
  'conversations.open': always('im:write'),
  'files.getUploadURLExternal': always('files:write'),
  'files.completeUploadExternal': always('files:write'),
  'files.delete': always('files:write'),
  'usergroups.list': always('usergroups:read'),
  'usergroups.users.list': always('usergroups:read'),
  'users.info': always('users:read'),
  'users.list': always('users:read'),
  'users.lookupByEmail': always('users:read.email'),
};

/** What an app has that was made from our manifest. */
export const manifestScopes = (): readonly string[] => slackScopes();

/** Slack's refusal of a call whose scope was not granted, else null. */
export function whyNotGranted(method: string, args: Args, granted: readonly string[]): Answer | null {
  const needed = NEEDED[method]?.(args);
  if (needed === undefined || granted.includes(needed)) return null;
  return { ...refuse('missing_scope'), needed, provided: granted.join(',') } as Answer;
}
