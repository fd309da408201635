import type { Method } from '../context.ts';
import * as chat from './chat.ts';
import * as files from './files.ts';
import * as people from './people.ts';
import * as views from './views.ts';

/** Every method of the Web API that the local Slack speaks; any other is `unknown_method`. */
export const METHODS: Readonly<Record<string, Method>> = {
  'apps.connections.open': people.connectionsOpen,
  'auth.revoke': people.authRevoke,
  'auth.test': people.authTest,
  'chat.postMessage': chat.postMessage,
  'chat.postEphemeral': chat.postEphemeral,
  'chat.update': chat.update,
  'chat.delete': chat.remove,
  'conversations.history': chat.history,
  'conversations.replies': chat.replies,
  'conversations.info': people.conversationsInfo,
  'conversations.list': people.conversationsList,
  'conversations.members': people.conversationsMembers,
  'conversations.open': people.conversationsOpen,
  'files.getUploadURLExternal': files.getUploadUrl,
  'files.completeUploadExternal': files.completeUpload,
  'files.delete': files.remove,
  'usergroups.list': people.userGroupsList,
  'usergroups.users.list': people.userGroupMembers,
  'users.info': people.usersInfo,
  'users.list': people.usersList,
  'users.lookupByEmail': people.usersLookupByEmail,
  'views.open': views.open,
  'views.push': views.push,
  'views.update': views.update,
  'views.publish': views.publish,
};
