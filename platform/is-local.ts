const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** Whether an address leads to this machine. */
export const isLocal = (address: string): boolean =>
  URL.canParse(address) && LOOPBACK.has(new URL(address).hostname);
