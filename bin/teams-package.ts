import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { teamsPackage, TeamsAppOptions } from '../bot/teams/app-package/index.ts';

export const USAGE = `countersign teams-package --company NAME --website https://... [--privacy https://...] [--terms https://...]
                         [--client-id GUID] [--out countersign-teams.zip]
--client-id is TEAMS_CLIENT_ID when absent; privacy and terms are the website when absent.
docs/guides/connect-teams.md says what to do with the file.`;

const options = {
  company: { type: 'string' },
  website: { type: 'string' },
  privacy: { type: 'string' },
  terms: { type: 'string' },
  'client-id': { type: 'string' },
  out: { type: 'string', default: 'countersign-teams.zip' },
} as const;

/** `countersign teams-package`: the Teams app of this installation, ready to upload. Nothing secret is in it. */
export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options });
  const { company, website, privacy = website, terms = website, out } = values;
  const clientId = values['client-id'] ?? process.env['TEAMS_CLIENT_ID'];
  const read = TeamsAppOptions.safeParse({ clientId, company, website, privacy, terms });
  if (!read.success) {
    console.error(`${z.prettifyError(read.error)}\n\n${USAGE}`);
    return 2;
  }
  writeFileSync(out, teamsPackage(read.data));
  console.log(`${out} is made: manifest.json, color.png and outline.png for the bot ${read.data.clientId}.`);
  return 0;
}
