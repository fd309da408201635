import { newestOf } from '../core/versions.ts';
import type { CommandRequest } from './chat.ts';
import type { CommandContext } from './command.ts';
import { commands } from './commands/index.ts';
import type { GatewayOptions } from './gateway-options.ts';
import type { Who } from './identity.ts';
import { NO_SIGN_IN } from './link/create-sign-in.ts';
import { mayOn } from './rights.ts';

/** What a command sees of a known person's request. */
export const commandContext = (
  {
    stores,
    agents: versions,
    golden = () => null,
    rehearsal,
    away,
    keepInbox,
    links = NO_SIGN_IN,
    site = null,
  }: GatewayOptions,
  who: Extract<Who, { ok: true }>,
  request: CommandRequest,
): CommandContext => ({
  ...{ stores, tenant: who.tenant, person: who.person, request, commands, rehearsal },
  ...{ agents: newestOf(versions), versions, golden },
  ...{ may: mayOn(who), away, keepInbox, links, site },
});
