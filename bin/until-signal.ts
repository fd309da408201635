const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Aborts at the first Ctrl-C, SIGTERM or closed terminal; a second one gives up waiting for an orderly end. */
export function stopSignal(say: (line: string) => void = () => {}): AbortSignal {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) process.exit(1);
    say('Stopping ...');
    controller.abort(new Error('Stopped.'));
  };
  for (const signal of SIGNALS) process.on(signal, stop);
  return controller.signal;
}

/** Waits until the signal is aborted. */
export const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** Waits to be stopped, then closes in order. @returns the exit code */
export async function untilSignal(close: () => Promise<void>): Promise<number> {
  await aborted(stopSignal());
  await close();
  return 0;
}
