/** Waits for Ctrl-C or a supervisor's SIGTERM, then closes in order; a second Ctrl-C gives up waiting. */
export function untilSignal(
  close: () => Promise<void>,
  say: (line: string) => void = () => {},
): Promise<number> {
  return new Promise((resolve) => {
    let closing = false;
    const stop = () => {
      if (closing) process.exit(1);
      closing = true;
      say('Stopping ...');
      close().then(
        () => resolve(0),
        (error: Error) => {
          console.error(error.message);
          resolve(1);
        },
      );
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
  });
}
