import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { prepareInsurer } from '../../connectors/insurer/prepare.ts';
import { seedInsurer } from '../../connectors/insurer/seed.ts';
import { EXAMPLE, EXAMPLE_POLICY } from '../../local/example/example.ts';
import type { OpenStores } from '../../platform/open-store.ts';
import { openAdmin } from '../../platform/tenants.ts';

const PEOPLE = join(import.meta.dirname, '../../local/example/people.csv');

interface ExampleDoors {
  readonly appUrl: string;
  readonly stores: OpenStores;
}

/** The example insurer: tenant, chats, people (by the same CSV import that a customer uses), policy. Safe to repeat. */
export async function prepareExample(
  { appUrl, stores }: ExampleDoors,
  teamsServiceUrl: string,
): Promise<void> {
  const { tenant, name, slack, teams } = EXAMPLE;
  const admin = openAdmin({ appUrl });
  try {
    await admin.createTenant({
      tenant,
      name,
      workspaces: [
        {
          platform: 'slack',
          workspace: slack.team,
          settings: { approvalsChannel: slack.channel, botUser: slack.botUser },
        },
        {
          platform: 'teams',
          workspace: teams.tenant,
          settings: { approvalsChannel: teams.channel, serviceUrl: teamsServiceUrl },
        },
      ],
    });
    await admin.importPeople(tenant, readFileSync(PEOPLE, 'utf8'));
    // One that two Admins changed from chat stays in force over the next start.
    const inForce = await stores.approvals.policy(tenant);
    if ((inForce?.version ?? 0) < EXAMPLE_POLICY.version) await admin.putPolicy(tenant, EXAMPLE_POLICY);
  } finally {
    await admin.close();
  }
}

/** The insurer's own database and roles, filled once. @returns what its MCP server connects with */
export async function prepareExampleInsurer(superuserUrl: string): Promise<string> {
  const insurer = await prepareInsurer({ superuserUrl });
  await seedInsurer(insurer.ownerUrl);
  return insurer.appUrl;
}
