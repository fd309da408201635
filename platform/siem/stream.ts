import { randomUUID } from 'node:crypto';
import type { TenantId } from '../../core/ids.ts';
import { keepLooking } from '../keep-looking.ts';
import type { Log } from '../log.ts';
import type { SiemStore } from './siem-store.ts';
import type { Sink } from './sinks.ts';

const LOOK_EVERY_MS = 2_000;
const LONGEST_BACKOFF_MS = 5 * 60_000;

export interface StreamOptions {
  readonly siem: SiemStore;
  readonly sink: Sink;
  readonly log: Log;
  readonly everyMs?: number;
}

/** What one process knows of how far it is; all of it can be lost. */
export interface Progress {
  readonly by: string;
  readonly told: Map<TenantId, number>;
  readonly waiting: Map<TenantId, { readonly untilMs: number; readonly failures: number }>;
}
export const newProgress = (): Progress => ({ by: randomUUID(), told: new Map(), waiting: new Map() });

/** Tells on one ledger until nothing is left. The cursor moves after the delivery: what a crash falls between is told twice. */
async function tellOn({ siem, sink }: StreamOptions, progress: Progress, tenant: TenantId): Promise<void> {
  for (;;) {
    const next = await siem.take(tenant, sink.name, progress.by);
    if (next === null) return;
    const last = next.entries.at(-1)?.header.seq;
    if (last === undefined) {
      progress.told.set(tenant, next.after);
      return;
    }
    await sink.send(next.entries);
    if (!(await siem.moveTo(tenant, sink.name, progress.by, last))) return;
    progress.told.set(tenant, last);
  }
}

/** One look at every ledger that has grown; one that cannot be told waits longer each time, and holds up no other. */
export async function tellDue(options: StreamOptions, progress: Progress, nowMs = Date.now()): Promise<void> {
  const { siem, sink, log } = options;
  const sizes = await siem.sizes();
  const due = sizes.filter(
    ({ tenant, size }) =>
      size > (progress.told.get(tenant) ?? 0) && (progress.waiting.get(tenant)?.untilMs ?? 0) <= nowMs,
  );
  for (const { tenant } of due)
    try {
      await tellOn(options, progress, tenant);
      progress.waiting.delete(tenant);
    } catch (error) {
      const failures = (progress.waiting.get(tenant)?.failures ?? 0) + 1;
      const backoffMs = Math.min(LONGEST_BACKOFF_MS, LOOK_EVERY_MS * 2 ** failures);
      progress.waiting.set(tenant, { untilMs: nowMs + backoffMs, failures });
      log.error(
        { tenant, sink: sink.name, err: error, backoffMs },
        'the ledger could not be told to the SIEM',
      );
    }
}

/** Streams every ledger for as long as the process lives; several processes may, and one at a time does for a tenant. */
export function streamLedgers(options: StreamOptions): { close(): Promise<void> } {
  const { log, everyMs = LOOK_EVERY_MS } = options;
  const progress = newProgress();
  return keepLooking(() => tellDue(options, progress), {
    everyMs,
    failed: (error) => log.error({ err: error }, 'it could not be looked which ledgers the SIEM wants'),
  });
}
