import type { TenantId } from '../../core/ids.ts';
import type { Log } from '../../platform/log.ts';
import type { CopyStore, InstallationStore } from '../../platform/stores.ts';
import type { Gateway } from '../chat.ts';
import type { SlackAccess } from './clients.ts';
import { failureOf } from './web-api.ts';

/** How often Slack is asked whether our token works again: one small call a workspace, whatever waits. */
const ASK_EVERY_MS = 10_000;

/** What `auth.test` says too, so that its "ok" means that this is over. */
const TOKEN_CODES: ReadonlySet<string> = new Set([
  'app_uninstalled',
  'tokens_revoked',
  'token_revoked',
  'token_expired',
  'account_inactive',
  'invalid_auth',
  'not_authed',
]);

export interface AccessEdges {
  readonly clients: SlackAccess;
  readonly gateway: Pick<Gateway, 'tenantOf'>;
  readonly copies: Pick<CopyStore, 'lost' | 'regained'>;
  /** Workspaces that installed the app by OAuth: one that is over comes back by being installed anew, and by nothing else. */
  readonly installations: Pick<InstallationStore, 'end'>;
  readonly log: Log;
  readonly everyMs?: number;
}

export interface Access {
  /** Slack told that a workspace took our access away. */
  taken(workspace: string, why: string): Promise<void>;
  /** Slack takes nothing more for an installation: it is over, and its tokens are erased. */
  lost(tenant: TenantId, workspace: string, why: string): Promise<void>;
  /** Begins to ask when access is back; false where that would not tell. */
  awaits(why: string, workspace: string): boolean;
  close(): void;
}

type Asked =
  { readonly ok: true; readonly workspace: string | null } | { readonly ok: false; readonly why: string };

async function ask(clients: SlackAccess, workspace: string): Promise<Asked> {
  try {
    const of = await clients.of(workspace);
    if (of === null) return { ok: false, why: 'no_token' };
    const { team_id: opened } = await of.quick.auth.test();
    return { ok: true, workspace: opened ?? null };
  } catch (error) {
    return { ok: false, why: failureOf(error).why };
  }
}

/** Asks Slack again and again about workspaces that took our access away. */
function createWatch(edges: AccessEdges): { watch(workspace: string): void; close(): void } {
  const { clients, gateway, copies, log, everyMs = ASK_EVERY_MS } = edges;
  const watched = new Set<string>();
  let timer: NodeJS.Timeout | null = null;
  let closed = false;

  /** True when it is over: the token works, and whose workspace it opens is told. */
  async function isBack(asked: string): Promise<boolean> {
    const told = await ask(clients, asked);
    // No token: whoever installs the app anew brings one, and says so.
    if (!told.ok) return told.why === 'no_token';
    const { workspace } = told;
    const tenant = workspace === null ? null : await gateway.tenantOf('slack', workspace);
    if (workspace === null || tenant === null) return false;
    await copies.regained(tenant, { platform: 'slack', workspace, conversation: null });
    return true;
  }

  async function askAll(): Promise<void> {
    for (const workspace of [...watched]) {
      const back = await isBack(workspace).catch((error: unknown) => {
        log.warn({ err: error }, 'whether Slack gives access again is not known');
        return false;
      });
      if (back) watched.delete(workspace);
    }
  }

  function watch(workspace?: string): void {
    if (workspace !== undefined) watched.add(workspace);
    if (timer !== null || closed || watched.size === 0) return;
    timer = setTimeout(() => {
      void askAll().then(() => {
        timer = null;
        watch();
      });
    }, everyMs);
    timer.unref();
  }

  return {
    watch,
    close() {
      closed = true;
      if (timer !== null) clearTimeout(timer);
    },
  };
}

/**
 * Whether our token works. What an event says is believed only where Slack itself does not say otherwise: one that is old, or
 * about another installation, stops nothing.
 */
export function createAccess(edges: AccessEdges): Access {
  const { clients, gateway, copies, installations } = edges;
  const { watch, close } = createWatch(edges);

  async function lost(tenant: TenantId, workspace: string, why: string): Promise<void> {
    clients.forget(workspace);
    const ended = await installations.end(tenant, workspace, why);
    await copies.lost(tenant, { platform: 'slack', workspace, conversation: null, why });
    if (!ended) watch(workspace);
  }

  return {
    async taken(workspace, why) {
      const tenant = await gateway.tenantOf('slack', workspace);
      if (tenant === null) return;
      clients.forget(workspace);
      const asked = await ask(clients, workspace);
      if (asked.ok) return;
      // A Slack that does not answer says nothing about the installation: that stays, and is asked again.
      if (asked.why === 'no_token' || TOKEN_CODES.has(asked.why)) return lost(tenant, workspace, why);
      await copies.lost(tenant, { platform: 'slack', workspace, conversation: null, why });
      watch(workspace);
    },
    lost,
    awaits(why, workspace) {
      if (!TOKEN_CODES.has(why)) return false;
      watch(workspace);
      return true;
    },
    close,
  };
}
