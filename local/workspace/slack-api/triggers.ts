import { randomBytes } from 'node:crypto';
import { TRIGGER_MS } from './limits.ts';

export interface Trigger {
  readonly user: string;
  /** The modal that was open when the person acted, for views.push. */
  readonly view: string | null;
}

export interface Triggers {
  /** A trigger_id for what this person just did: three seconds, one use. */
  create(trigger: Trigger): string;
  take(id: string): { ok: true; trigger: Trigger } | { ok: false; error: string };
}

export function createTriggers(
  teamNumber: string,
  { now = () => Date.now(), waitMs = TRIGGER_MS }: { now?: () => number; waitMs?: number | undefined } = {},
): Triggers {
  const live = new Map<string, Trigger & { atMs: number; used: boolean }>();
  return {
    create(trigger) {
      const id = `${now()}.${teamNumber}.${randomBytes(16).toString('hex')}`;
      live.set(id, { ...trigger, atMs: now(), used: false });
      for (const [old, { atMs }] of live) if (now() - atMs > Math.max(60_000, waitMs)) live.delete(old);
      return id;
    },
    take(id) {
      const found = live.get(id);
      if (!/^\d+\.\d+\.[0-9a-f]{32}$/.test(id)) return { ok: false, error: 'invalid_trigger_id' };
      if (!found || now() - found.atMs > waitMs) return { ok: false, error: 'expired_trigger_id' };
      if (found.used) return { ok: false, error: 'exchanged_trigger_id' };
      found.used = true;
      return { ok: true, trigger: found };
    },
  };
}
