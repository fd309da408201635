import type { Context } from '@temporalio/activity';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';

/** A few beats fit into every `heartbeatTimeout` of `workflows/activities.ts`. */
const BEAT_MS = 2_500;

/**
 * Lets every activity beat while its process lives. Without it Temporal learns that a worker died only when the whole
 * time of the activity is over, and a signed action would wait minutes for its next attempt.
 */
export function beatWhileAlive(context: Context, beatMs = BEAT_MS): ActivityInboundCallsInterceptor {
  return {
    async execute(input, next) {
      // A local activity lives and dies with its workflow task.
      if (context.info.isLocal) return next(input);
      const beat = setInterval(() => context.heartbeat(), beatMs);
      try {
        return await next(input);
      } finally {
        clearInterval(beat);
      }
    },
  };
}
