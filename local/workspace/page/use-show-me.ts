import { useCallback, useEffect, useState } from 'react';
import type { CastId } from '../cast-types.ts';
import type { Snapshot } from '../wire.ts';
import { HOLD } from './use-end.ts';

/** What "Show me" wants to bring before the visitor's eyes. */
export interface Wanted {
  readonly as: CastId;
  readonly chat: 'slack' | 'teams';
  /** The message whose Approve is meant; null means the message box. */
  readonly message: string | null;
  readonly at: number;
}

const PULSE_MS = 2_600;

function findTarget(wanted: Wanted): HTMLElement | null {
  const pane = document.querySelector<HTMLElement>(`.pane.${wanted.chat}`);
  if (wanted.message === null) return pane?.querySelector<HTMLElement>('.composer input') ?? null;
  const message = pane?.querySelector<HTMLElement>(`[data-message="${CSS.escape(wanted.message)}"]`);
  const buttons = [...(message?.querySelectorAll<HTMLElement>('button') ?? [])];
  return buttons.find((b) => b.textContent.trim() === 'Approve') ?? message ?? null;
}

/** Scrolls to it, gives it the focus and lets it glow, as soon as the right person's view is there. */
export function useShowMe(snapshot: Snapshot | null): (wanted: Wanted) => void {
  const [wanted, setWanted] = useState<Wanted | null>(null);
  const me = snapshot?.me;
  useEffect(() => {
    if (!wanted || wanted.as !== me) return;
    const frame = requestAnimationFrame(() => {
      const target = findTarget(wanted);
      if (!target) return;
      const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
      target.dispatchEvent(new Event(HOLD, { bubbles: true }));
      target.scrollIntoView({
        block: wanted.message ? 'center' : 'nearest',
        behavior: calm ? 'auto' : 'smooth',
      });
      target.focus({ preventScroll: true });
      target.classList.add('glow');
      setTimeout(() => target.classList.remove('glow'), PULSE_MS);
      setWanted(null);
    });
    return () => cancelAnimationFrame(frame);
  }, [wanted, me]);
  return useCallback((next: Wanted) => setWanted(next), []);
}
