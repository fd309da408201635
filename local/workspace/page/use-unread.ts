import { useEffect, useState } from 'react';

/** How many messages came into a conversation since it was last in view. Another person starts anew. */
export function useUnread(who: string, count: number, inView: boolean): number {
  const [seen, setSeen] = useState({ who, count });
  const known = seen.who === who;
  useEffect(() => {
    if (!known || inView) setSeen((old) => (old.who === who && old.count === count ? old : { who, count }));
  }, [known, inView, who, count]);
  return known && !inView ? Math.max(0, count - seen.count) : 0;
}
