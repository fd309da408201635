import { PUBLIC, withOverrides, type CloudEnvironment } from '@microsoft/teams.api';

/** One bot registration: Azure makes single-tenant bots only, so the Entra tenant is part of it. */
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

export interface ParsedConfig extends Omit<TeamsConfig, 'cloud' | 'serviceUrl'> {
  readonly cloud: CloudEnvironment;
  readonly serviceUrl: string;
}

const PUBLIC_SERVICE_URL = 'https://smba.trafficmanager.net/teams';

/**
 * Every option set, none left for the SDK to read from the environment.
 * @throws Error when a credential is empty: the SDK would then fall back to a managed identity or hear everyone.
 */
export function parseConfig(config: TeamsConfig): ParsedConfig {
  for (const name of ['clientId', 'clientSecret', 'tenantId'] as const)
    if (!config[name]) throw new Error(`Teams needs ${name}, which is empty`);
  const { clientId, clientSecret, tenantId } = config;
  const serviceUrl = (config.serviceUrl ?? PUBLIC_SERVICE_URL).replace(/\/+$/, '');
  return { clientId, clientSecret, tenantId, serviceUrl, cloud: withOverrides(PUBLIC, config.cloud ?? {}) };
}
