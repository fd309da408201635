import { z } from 'zod';
import type { JsonObject } from '../core/canonical-json.ts';
import type { Caller, Place } from './chat.ts';

/** Where a run was asked for, so that its result can be told there. */
export const Origin = z.object({
  platform: z.enum(['slack', 'teams']),
  workspace: z.string(),
  conversation: z.string().min(1),
  thread: z.string().nullable(),
});
export type Origin = z.infer<typeof Origin>;

export const originOf = (caller: Caller, place: Place): JsonObject =>
  place.conversation === ''
    ? {}
    : {
        platform: caller.platform,
        workspace: caller.workspace,
        conversation: place.conversation,
        thread: place.thread,
      };

export const readOrigin = (origin: unknown): Origin | null => Origin.safeParse(origin).data ?? null;
