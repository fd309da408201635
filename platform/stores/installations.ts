import type { TenantId } from '../../core/ids.ts';

/** What Slack gave for a workspace. `expiresAtMs` null: the token does not expire. */
export interface SlackToken {
  readonly token: string;
  readonly refreshToken: string | null;
  readonly expiresAtMs: number | null;
}

export interface NewInstallation extends SlackToken {
  readonly workspace: string;
  readonly name: string;
  readonly app: string;
  readonly botUser: string;
  readonly scopes: readonly string[];
}

export interface InstallationView {
  readonly workspace: string;
  readonly name: string;
  readonly installedAtMs: number;
  readonly expiresAtMs: number | null;
  /** Null: it holds. */
  readonly endedWhy: string | null;
}

/** What a state stands for: the company, and the link that it came from. */
export interface OpenState {
  readonly tenant: TenantId;
  readonly link: string;
}

export type Kept =
  | { readonly ok: true }
  /** The link was used or ran out meanwhile; the workspace is another company's; the app was installed before from elsewhere. */
  | { readonly ok: false; readonly why: 'link_over' | 'other_company' };

/**
 * Slack workspaces that installed the app by themselves. Tokens are sealed, and opened for whoever calls Slack; links and
 * states are handed out once, and kept as digests.
 */
export interface InstallationStore {
  /** A state for one trip to Slack and back, of a link that is still good; null otherwise. */
  begin(link: string): Promise<string | null>;
  /** What a state stands for, once; null when it is none, ran out or was used. */
  use(state: string): Promise<OpenState | null>;
  /** The workspace is this company's from now on, and the link is used up. What waited for it is sent. */
  keep(state: OpenState, made: NewInstallation): Promise<Kept>;
  token(tenant: TenantId, workspace: string): Promise<(SlackToken & { readonly botUser: string }) | null>;
  /**
   * The right to refresh the token, for one caller at a time: its refresh token. Null: another is at it, or there is nothing to
   * refresh any more.
   */
  takeRefresh(tenant: TenantId, workspace: string, expired: SlackToken): Promise<string | null>;
  refreshed(tenant: TenantId, workspace: string, token: SlackToken): Promise<void>;
  /** Nothing came of it: the next may try. */
  giveBackRefresh(tenant: TenantId, workspace: string): Promise<void>;
  /** It is over: the token is erased. False when it was over before, or `token` is not the one in force any more. */
  end(tenant: TenantId, workspace: string, why: string): Promise<boolean>;
  list(tenant: TenantId): Promise<readonly InstallationView[]>;
}
