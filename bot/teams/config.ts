import {
  CHINA,
  PUBLIC,
  US_GOV,
  US_GOV_DOD,
  withOverrides,
  type CloudEnvironment,
} from '@microsoft/teams.api';
import type { TenantId } from '../../core/ids.ts';
import type { TeamsCloud, TeamsRegistration } from '../../platform/stores.ts';

/** The bot registration of the environment: Azure makes single-tenant bots only, so the Entra tenant is part of it. */
export interface TeamsConfig {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Entra tenant id. Nobody from another tenant is heard. */
  readonly tenantId: string;
  /** Fields that replace Microsoft's public cloud: another sovereign cloud, or a local issuer. */
  readonly cloud?: Partial<CloudEnvironment>;
  /** Connector to write to when the workspace's settings name none. Its host may be called besides Microsoft's. */
  readonly serviceUrl?: string;
}

/** What the deployment says of all registrations, its own and companies'. */
export type Elsewhere = Pick<TeamsConfig, 'cloud' | 'serviceUrl'>;

export interface ParsedConfig extends Omit<TeamsConfig, 'cloud' | 'serviceUrl'> {
  readonly cloud: CloudEnvironment;
  readonly serviceUrl: string;
  /** Entra tenants that are heard and written to; `tenantId`, where tokens are asked for, is one of them. */
  readonly directories: readonly string[];
  /** The company whose registration it is; null: the deployment's, for whichever company an Entra tenant of its is. */
  readonly owner: TenantId | null;
}

/** Where Teams is written to before anything was heard from it (https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/send-proactive-messages). */
const CLOUDS: Readonly<
  Record<TeamsCloud, { readonly cloud: CloudEnvironment; readonly serviceUrl: string }>
> = {
  public: { cloud: PUBLIC, serviceUrl: 'https://smba.trafficmanager.net/teams' },
  'us-gov': { cloud: US_GOV, serviceUrl: 'https://smba.infra.gov.teams.microsoft.us/teams' },
  'us-gov-dod': { cloud: US_GOV_DOD, serviceUrl: 'https://smba.infra.dod.teams.microsoft.us/teams' },
  china: { cloud: CHINA, serviceUrl: 'https://frontend.botapi.msg.infra.teams.microsoftonline.cn/teams' },
};

const placeOf = (name: TeamsCloud, { cloud, serviceUrl }: Elsewhere) => ({
  // What the environment replaces is the public cloud's; a company in another one of Microsoft's is not led elsewhere by it.
  cloud: withOverrides(CLOUDS[name].cloud, name === 'public' ? (cloud ?? {}) : {}),
  serviceUrl: ((name === 'public' ? serviceUrl : undefined) ?? CLOUDS[name].serviceUrl).replace(/\/+$/, ''),
});

/**
 * Every option set, none left for the SDK to read from the environment.
 * @throws Error when a credential is empty: the SDK would then fall back to a managed identity or hear everyone.
 */
export function parseConfig(config: TeamsConfig): ParsedConfig {
  for (const name of ['clientId', 'clientSecret', 'tenantId'] as const)
    if (!config[name]) throw new Error(`Teams needs ${name}, which is empty`);
  const { clientId, clientSecret, tenantId } = config;
  const own = { directories: [tenantId], owner: null };
  return { clientId, clientSecret, tenantId, ...own, ...placeOf('public', config) };
}

/** A company's own registration, in the same terms. @throws Error when something of it is empty */
export function configOf(
  row: TeamsRegistration & { readonly secret: string },
  elsewhere: Elsewhere,
): ParsedConfig {
  const { app, secret, directories, cloud, tenant } = row;
  const own = parseConfig({ clientId: app, clientSecret: secret, tenantId: directories[0] ?? '' });
  return { ...own, directories, owner: tenant, ...placeOf(cloud, elsewhere) };
}
