import type { WebClient } from '@slack/web-api';
import type { Log } from '../../platform/log.ts';
import type { CopyStore } from '../../platform/stores.ts';
import type { Gateway } from '../chat.ts';
import { failureOf } from './web-api.ts';

/** How often Slack is asked whether our token works again: one small call, whatever waits. */
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
  readonly client: WebClient;
  readonly gateway: Pick<Gateway, 'tenantOf'>;
  readonly copies: Pick<CopyStore, 'lost' | 'regained'>;
  readonly log: Log;
  readonly everyMs?: number;
}

export interface Access {
  /** Slack told that a workspace took our access away. */
  taken(workspace: string, why: 'app_uninstalled' | 'tokens_revoked'): Promise<void>;
  /** Begins to ask when access is back; false where that would not tell. */
  awaits(why: string): boolean;
  close(): void;
}

type Asked =
  { readonly ok: true; readonly workspace: string | null } | { readonly ok: false; readonly why: string };

/**
 * Whether our token works. What an event says is believed only where Slack itself does not say otherwise: one that is old, or
 * about another installation, stops nothing.
 */
export function createAccess(edges: AccessEdges): Access {
  const { client, gateway, copies, log, everyMs = ASK_EVERY_MS } = edges;
  let timer: NodeJS.Timeout | null = null;
  let closed = false;

  async function ask(): Promise<Asked> {
    try {
      const { team_id: workspace } = await client.auth.test();
      return { ok: true, workspace: workspace ?? null };
    } catch (error) {
      return { ok: false, why: failureOf(error).why };
    }
  }

  /** True when it is over: the token works, and whose workspace it opens is told. */
  async function isBack(): Promise<boolean> {
    const asked = await ask();
    if (!asked.ok || asked.workspace === null) return false;
    const tenant = await gateway.tenantOf('slack', asked.workspace);
    if (tenant === null) return false;
    await copies.regained(tenant, { platform: 'slack', workspace: asked.workspace, conversation: null });
    return true;
  }

  function watch(): void {
    if (timer !== null || closed) return;
    timer = setTimeout(() => {
      void isBack()
        .catch((error: unknown) => {
          log.warn({ err: error }, 'whether Slack gives access again is not known');
          return false;
        })
        .then((back) => {
          timer = null;
          if (!back) watch();
        });
    }, everyMs);
    timer.unref();
  }

  return {
    async taken(workspace, why) {
      const tenant = await gateway.tenantOf('slack', workspace);
      if (tenant === null) return;
      const asked = await ask();
      if (asked.ok) return;
      await copies.lost(tenant, { platform: 'slack', workspace, conversation: null, why });
      watch();
    },
    awaits(why) {
      if (!TOKEN_CODES.has(why)) return false;
      watch();
      return true;
    },
    close() {
      closed = true;
      if (timer !== null) clearTimeout(timer);
    },
  };
}
