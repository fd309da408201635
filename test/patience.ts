/**
 * How long a test waits for what must come. It costs nothing where it comes at once, and a machine that builds something else
 * beside the tests may be ten times slower than the one they were written on.
 */
export const PATIENCE_MS = 90_000;

/** How long the chats of the kits wait for an answer, where the real ones give up after three seconds. */
export const CHATS_WAIT_MS = 60_000;

/** The same for a whole product, whose bot is a process of its own. */
export const PATIENT_CHATS = { COUNTERSIGN_CHATS_WAIT_MS: String(CHATS_WAIT_MS) };
