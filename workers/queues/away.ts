import { isGrpcServiceError } from '@temporalio/client';
import type { Handled } from '../../platform/outbox/index.ts';

/** What Temporal says of a request that is wrong in itself: INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE. */
const WRONG_IN_ITSELF: ReadonlySet<number> = new Set([3, 9, 11]);

const codeOf = (error: unknown): number | null => {
  if (isGrpcServiceError(error)) return error.code;
  const cause = error instanceof Error ? error.cause : null;
  return isGrpcServiceError(cause) ? cause.code : null;
};

/**
 * A Temporal that is away, busy or set up wrongly is no fault of a row: it waits for as long as that takes. Everything else
 * counts as a failure of the row. @throws what is no answer of Temporal's
 */
export async function waitingWhileAway(work: () => Promise<Handled>): Promise<Handled> {
  try {
    return await work();
  } catch (error) {
    const code = codeOf(error);
    if (code === null || WRONG_IN_ITSELF.has(code)) throw error;
    return { error: `Temporal answered ${code}`, waits: true };
  }
}
