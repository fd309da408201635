import { z } from 'zod';
import { commands } from '../../commands/index.ts';

/** The version of Microsoft's schema; nothing of ours needs a newer one (https://learn.microsoft.com/microsoft-365/extensibility/schema). */
const SCHEMA = '1.23';

/** Grows with every change of what is below, so that Teams offers the update. */
const APP_VERSION = '1.0.0';

/** What Teams offers while somebody types; the bot hears the others as well. At most ten. */
const OFFERED = ['run', 'inbox', 'runs', 'trace', 'costs', 'verify', 'whoami', 'help'];

const https = z.url({ protocol: /^https$/, error: 'must be an https address' }).max(2_048);

/** What differs from one customer to the next. Teams shows the company and its addresses to whoever installs the app. */
export const TeamsAppOptions = z.strictObject({
  clientId: z.guid({ error: 'must be the Application (client) ID of the bot, a GUID' }),
  company: z.string().min(1).max(32, 'Teams takes 32 characters at most'),
  website: https,
  privacy: https,
  terms: https,
});
export type TeamsAppOptions = z.infer<typeof TeamsAppOptions>;

function offeredCommands(): { title: string; description: string }[] {
  return OFFERED.map((name) => {
    const command = commands.find((c) => c.name === name);
    if (!command) throw new Error(`the bot has no command ${name}`);
    return { title: name, description: command.purpose };
  });
}

/** The Teams app of this installation (https://learn.microsoft.com/microsoft-365/extensibility/schema). */
export function teamsManifest(options: TeamsAppOptions) {
  const { clientId, company, website, privacy, terms } = options;
  return {
    $schema: `https://developer.microsoft.com/json-schemas/teams/v${SCHEMA}/MicrosoftTeams.schema.json`,
    manifestVersion: SCHEMA,
    version: APP_VERSION,
    // One app per bot: the registration's own id, so that the same package is made every time.
    id: clientId,
    developer: { name: company, websiteUrl: website, privacyUrl: privacy, termsOfUseUrl: terms },
    name: { short: 'Countersign', full: 'Countersign: AI agents that act only when a human signs' },
    description: {
      short: 'AI agents that act only when a human signs.',
      full:
        'An agent reads, weighs and proposes; a card with its reasons appears here. People sign, edit or decline it, ' +
        'and only what enough of them signed is run, once. Every decision is kept in a ledger that can be verified later.',
    },
    icons: { color: 'color.png', outline: 'outline.png' },
    accentColor: '#16324f',
    bots: [
      {
        botId: clientId,
        // A chat of one's own for the inbox, a channel for approvals. Group chats have no policy that names them.
        scopes: ['personal', 'team'],
        isNotificationOnly: false,
        supportsFiles: false,
        commandLists: [{ scopes: ['personal', 'team'], commands: offeredCommands() }],
      },
    ],
    // To know who clicked, and to write to approvers who are members of the team.
    permissions: ['identity', 'messageTeamMembers'],
    // Cards link nowhere and no page of ours is shown.
    validDomains: [],
  };
}
