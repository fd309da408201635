/** Both chats want their answer within three seconds; what is not committed by then is not confirmed. */
export const DEADLINE_MS = 2_500;

/** The work's result, or null when it takes longer. The work itself goes on: its commit is safe to meet again. */
export async function within<T>(work: Promise<T>, deadlineMs = DEADLINE_MS): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), deadlineMs);
  });
  // Someone must listen when it fails after the deadline.
  work.catch(() => {});
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
