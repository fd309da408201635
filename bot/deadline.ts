const chats = { waitMs: 3_000 };

/** Both chats want their answer within three seconds; what is not committed by then is not confirmed. */
export const deadlineMs = (): number => (chats.waitMs * 5) / 6;

/** For tests: a local chat on a machine that has other things to do waits longer, so that only what is asked for is late. */
export function chatsWait(ms: number): void {
  chats.waitMs = ms;
}

/** The work's result, or null when it takes longer. The work itself goes on: its commit is safe to meet again. */
export async function within<T>(work: Promise<T>, ms = deadlineMs()): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    // The loop gets one more look at what has come: a process that was busy so long is late itself, the work need not be.
    timer = setTimeout(() => setImmediate(() => resolve(null)), ms);
  });
  // Someone must listen when it fails after the deadline.
  work.catch(() => {});
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
