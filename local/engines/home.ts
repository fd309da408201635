import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');

export const isRoot = (): boolean => process.getuid?.() === 0;

/** Where an embedded engine keeps its state, its logs and its pids, and where fetched programs are cached. */
export interface Home {
  readonly dir: string;
  /** Postgres runs as another user when we are root, so its data must not lie under a private folder. */
  readonly postgresData: string;
  readonly cache: string;
}

function made(dir: string): string {
  mkdirSync(dir, { recursive: true });
  return dir;
}

const MONTH_MS = 30 * 86_400_000;

/**
 * Where throwaway homes keep the bundles of workflows, which are named by their sources: making one takes longer than all
 * else that starting the product does. A home that is kept has its own, since its open runs need the older ones.
 */
export function sharedBundles({ cache }: Pick<Home, 'cache'>): string {
  const folder = made(join(cache, 'bundles'));
  for (const name of readdirSync(folder)) {
    const madeAtMs = statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? Infinity;
    if (madeAtMs < Date.now() - MONTH_MS) rmSync(join(folder, name), { force: true });
  }
  return folder;
}

/** The folder of one checkout's state, or the one that is named; it need not be there yet. */
export const homeDirOf = (env: NodeJS.ProcessEnv): string =>
  resolve(ROOT, env['COUNTERSIGN_HOME'] ?? '.countersign');

/** Engine state for one checkout (or one `COUNTERSIGN_HOME`); caches are shared between checkouts. */
export function openHome(env: NodeJS.ProcessEnv = process.env): Home {
  const dir = made(homeDirOf(env));
  const cache = made(join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'countersign'));
  const checkout = createHash('sha256').update(dir).digest('hex').slice(0, 12);
  const postgresData = isRoot() ? join('/var/lib/countersign', checkout) : join(dir, 'postgres');
  return { dir, postgresData, cache: isRoot() ? made('/var/lib/countersign/cache') : cache };
}
