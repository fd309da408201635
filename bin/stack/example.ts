import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { prepareInsurer } from '../../connectors/insurer/prepare.ts';
import { seedInsurer } from '../../connectors/insurer/seed.ts';
import { EXAMPLE, EXAMPLE_POLICY } from '../../local/example/example.ts';
import { setUpTenant } from '../../platform/set-up-tenant.ts';
import type { PreparedDatabase } from '../../platform/prepare-database.ts';

const PEOPLE = join(import.meta.dirname, '../../local/example/people.csv');

/** The example insurer: tenant, chats, people (by the same CSV import that a customer uses), policy. Safe to repeat. */
export async function prepareExample(database: PreparedDatabase, teamsServiceUrl: string): Promise<void> {
  await setUpTenant({
    appUrl: database.appUrl,
    tenant: EXAMPLE.tenant,
    name: EXAMPLE.name,
    policy: EXAMPLE_POLICY,
    peopleCsv: readFileSync(PEOPLE, 'utf8'),
    workspaces: [
      {
        platform: 'slack',
        workspace: EXAMPLE.slack.team,
        settings: { approvalsChannel: EXAMPLE.slack.channel, botUser: EXAMPLE.slack.botUser },
      },
      {
        platform: 'teams',
        workspace: EXAMPLE.teams.tenant,
        settings: { approvalsChannel: EXAMPLE.teams.channel, serviceUrl: teamsServiceUrl },
      },
    ],
  });
}

/** The insurer's own database and roles, filled once. @returns what its MCP server connects with */
export async function prepareExampleInsurer(superuserUrl: string): Promise<string> {
  const insurer = await prepareInsurer({ superuserUrl });
  await seedInsurer(insurer.ownerUrl);
  return insurer.appUrl;
}
