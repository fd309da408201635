import type { TenantId } from '../../core/ids.ts';

/** Microsoft's clouds, as an operator names them. */
export const TEAMS_CLOUDS = ['public', 'us-gov', 'us-gov-dod', 'china'] as const;
export type TeamsCloud = (typeof TEAMS_CLOUDS)[number];

/** A bot registration in Microsoft Teams that is one company's own. */
export interface TeamsRegistration {
  readonly tenant: TenantId;
  /** Application (client) id, in small letters: the audience of what Teams sends it. */
  readonly app: string;
  /** Entra tenants that it is heard from and writes to; its tokens are asked for in the first. */
  readonly directories: readonly string[];
  readonly cloud: TeamsCloud;
  /** When its secret was set: another moment, another secret. */
  readonly secretAtMs: number;
}

export interface RegistrationView extends Omit<TeamsRegistration, 'tenant'> {
  /** Null: it holds. */
  readonly endedAtMs: number | null;
}

/** What the bot asks about registrations; they are made by `countersign admin teams-bot` alone. */
export interface RegistrationStore {
  /** Every app in force with its company. Crosses tenants: ids alone. */
  apps(): Promise<readonly { readonly tenant: TenantId; readonly app: string }[]>;
  /** One in force, with its secret opened. */
  get(tenant: TenantId, app: string): Promise<(TeamsRegistration & { readonly secret: string }) | null>;
  /** The app by which this company is written to in one of its Entra tenants. */
  appOf(tenant: TenantId, directory: string): Promise<string | null>;
}
