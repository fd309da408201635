import { DefaultLogger, Runtime, type LogLevel } from '@temporalio/worker';
import type { Log } from '../platform/log.ts';

let installed = false;

const LEVELS: Readonly<Record<LogLevel, 'trace' | 'debug' | 'info' | 'warn' | 'error'>> = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'debug',
  WARN: 'warn',
  ERROR: 'error',
};

/**
 * Sends what the Temporal SDK says to our log. Once a process: the SDK has one runtime. It also takes over no signals:
 * `bin` decides in which order things end.
 */
export function listenToRuntime(log: Log): void {
  if (installed) return;
  installed = true;
  const logger = new DefaultLogger('INFO', ({ level, message, meta }) => {
    const { workflowId, activityType, taskQueue } = (meta ?? {}) as Record<string, unknown>;
    log[LEVELS[level]]({ sdk: 'temporal', workflowId, activityType, taskQueue }, message);
  });
  Runtime.install({ logger, shutdownSignals: [] });
}
