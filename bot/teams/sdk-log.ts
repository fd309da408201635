import type { ILogger } from '@microsoft/teams.common';
import type { Log } from '../../platform/log.ts';

type Level = 'error' | 'warn' | 'info' | 'debug' | 'trace';

/** The first sentence only: what follows in the SDK's calls are bodies, claims and error responses, all personal. */
const sentence = (parts: readonly unknown[]): string => {
  const first = parts[0];
  return first instanceof Error ? first.name : typeof first === 'string' ? first.slice(0, 200) : 'event';
};

/** Lets the SDK speak through our log, at one level lower: its errors about a stranger's bad token are no errors of ours. */
export function createSdkLog(log: Log, name = 'teams-sdk'): ILogger {
  const at = (level: Level) => {
    const quieter = level === 'error' ? 'warn' : 'debug';
    return (...parts: readonly unknown[]): void => log[quieter]({ sdk: name }, sentence(parts));
  };
  return {
    loggerOptions: { level: 'warn' },
    error: at('error'),
    warn: at('warn'),
    info: at('info'),
    debug: at('debug'),
    trace: at('trace'),
    log: (level, ...parts) => at(level)(...parts),
    child: (child) => createSdkLog(log, `${name}/${child}`),
  };
}
