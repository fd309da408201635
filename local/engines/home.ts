import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
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

/** Engine state for one checkout (or one `COUNTERSIGN_HOME`); caches are shared between checkouts. */
export function openHome(env: NodeJS.ProcessEnv = process.env): Home {
  const dir = made(resolve(ROOT, env['COUNTERSIGN_HOME'] ?? '.countersign'));
  const cache = made(join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'countersign'));
  const checkout = createHash('sha256').update(dir).digest('hex').slice(0, 12);
  const postgresData = isRoot() ? join('/var/lib/countersign', checkout) : join(dir, 'postgres');
  return { dir, postgresData, cache: isRoot() ? made('/var/lib/countersign/cache') : cache };
}
