import type pg from 'pg';
import type { Log } from '../log.ts';
import { createNap } from '../outbox/nap.ts';
import { admit, MOST } from './admit.ts';

export interface AdmissionOptions {
  readonly pool: pg.Pool;
  /** Runs at work at once in the whole deployment. */
  readonly places: number;
  readonly log: Log;
  /** Finds what no notification told of. */
  readonly pollMs: number;
  readonly onAdmitted: () => void;
}

/** Lets waiting runs begin, at once when one came or gave its place back. What fails is tried again at the next look. */
export function startAdmission(options: AdmissionOptions): { wake(): void; close(): Promise<void> } {
  const { pool, places, log, pollMs, onAdmitted } = options;
  const nap = createNap();
  let closing = false;
  const work = async (): Promise<void> => {
    while (!closing) {
      const admitted = await admit(pool, places).catch((error: unknown) => {
        log.debug({ err: error }, 'no run could be admitted just now');
        return 0;
      });
      if (admitted > 0) onAdmitted();
      if (admitted < MOST && !closing) await nap.sleep(pollMs);
    }
  };
  const working = work();
  return {
    wake: nap.wake,
    async close() {
      closing = true;
      nap.wake();
      await working;
    },
  };
}
