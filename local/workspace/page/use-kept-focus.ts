import { useLayoutEffect, useRef, type RefObject } from 'react';

/** When an edit takes away the button that had the focus, the focus stays with the message instead of being lost. */
export function useKeptFocus(changed: unknown): RefObject<HTMLElement | null> {
  const ref = useRef<HTMLElement>(null);
  const had = useRef(false);
  useLayoutEffect(() => {
    if (had.current && (document.activeElement === document.body || document.activeElement === null))
      ref.current?.focus({ preventScroll: true });
    return () => {
      had.current = ref.current?.contains(document.activeElement) ?? false;
    };
  }, [changed]);
  return ref;
}
