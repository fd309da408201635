import type { TenantId } from '../../core/ids.ts';
import type { PeopleStore } from '../../platform/stores.ts';

/** What a workspace's settings say about writing to it, read anew after this long. */
const FRESH_MS = 30_000;

export interface ServiceUrls {
  /** The connector of a workspace: the one last verified (Teams may move), else from its settings; null: neither. */
  of(tenant: TenantId, workspace: string): Promise<string | null>;
  /** IANA zone for times that Teams cannot print in the reader's own. */
  timeZone(tenant: TenantId, workspace: string): Promise<string>;
  /** Remembers the service URL of a verified activity. */
  learn(workspace: string, serviceUrl: string): void;
}

/** Settings are the operator's word; whatever comes of them still has to pass the guard on hosts. */
export function createServiceUrls(
  people: Pick<PeopleStore, 'workspaceSettings'>,
  now: () => number = Date.now,
): ServiceUrls {
  type Known = { untilMs: number; serviceUrl: string | null; timeZone: string };
  const settings = new Map<string, Known>();
  const learned = new Map<string, string>();
  const read = async (tenant: TenantId, workspace: string): Promise<Known> => {
    const key = `${tenant} ${workspace}`;
    const known = settings.get(key);
    if (known && known.untilMs > now()) return known;
    const all = await people.workspaceSettings(tenant, 'teams');
    const mine = all.find((row) => row.workspace === workspace)?.settings ?? {};
    const { serviceUrl, timeZone } = mine;
    const fresh = {
      untilMs: now() + FRESH_MS,
      serviceUrl: typeof serviceUrl === 'string' && serviceUrl !== '' ? serviceUrl : null,
      timeZone: typeof timeZone === 'string' && timeZone !== '' ? timeZone : 'UTC',
    };
    settings.set(key, fresh);
    return fresh;
  };
  return {
    of: async (tenant, workspace) => learned.get(workspace) ?? (await read(tenant, workspace)).serviceUrl,
    timeZone: async (tenant, workspace) => (await read(tenant, workspace)).timeZone,
    learn: (workspace, serviceUrl) => void learned.set(workspace, serviceUrl),
  };
}
