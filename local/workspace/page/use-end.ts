import { useEffect, useLayoutEffect, useRef, type RefObject } from 'react';

const NEAR_PX = 120;

/** Sent from within a list that is about to be scrolled on purpose: it then stops following. */
export const HOLD = 'countersign-hold';

/** The place where reading begins: the end, or the top of the newest message when it is taller than the view. */
function restOf(list: HTMLElement): number {
  const end = list.scrollHeight - list.clientHeight;
  const newest = [...list.querySelectorAll<HTMLElement>('[data-message]')].at(-1);
  if (!newest || newest.offsetHeight <= list.clientHeight) return end;
  return Math.min(end, newest.offsetTop - list.offsetTop - 4);
}

/** Keeps a list at its newest message while the reader is there; a reader who scrolled away is left alone. */
export function useEnd(key: string, changes: unknown): RefObject<HTMLDivElement | null> {
  const ref = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  const settle = (): void => {
    const list = ref.current;
    if (list && following.current) list.scrollTop = restOf(list);
  };
  useLayoutEffect(() => {
    following.current = true;
  }, [key]);
  useLayoutEffect(settle, [key, changes]);
  useEffect(() => {
    const list = ref.current;
    if (!list) return;
    const onScroll = (): void => {
      following.current = Math.abs(restOf(list) - list.scrollTop) < NEAR_PX;
    };
    // Cards and fonts may change their height after they are drawn, and a hidden client has none.
    const grown = new ResizeObserver(settle);
    for (const sized of [list, ...list.children]) grown.observe(sized);
    const onHold = (): void => {
      following.current = false;
    };
    list.addEventListener(HOLD, onHold);
    list.addEventListener('scrollend', onScroll, { passive: true });
    list.addEventListener('wheel', onScroll, { passive: true });
    return () => {
      list.removeEventListener(HOLD, onHold);
      list.removeEventListener('scrollend', onScroll);
      list.removeEventListener('wheel', onScroll);
      grown.disconnect();
    };
  }, [key]);
  return ref;
}
