import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { Snapshot } from '../../wire.ts';

interface Heard {
  readonly key: string;
  readonly words: string;
}

/** The newest thing that was said or edited in either chat. */
function latest({ slack, teams }: Snapshot): Heard | null {
  const all = [
    ...slack.messages.map((m) => ({
      at: Number(m.edited?.ts ?? m.ts) * 1000,
      key: `${m.ts} ${m.edited?.ts ?? ''}`,
      words: `Slack: ${m.text}`,
    })),
    ...teams.messages.map((m) => ({
      at: m.editedAtMs ?? m.sentAtMs,
      key: `${m.id} ${m.editedAtMs ?? ''}`,
      words: `Teams: ${m.summary ?? m.text}`,
    })),
  ];
  return all.reduce<(Heard & { at: number }) | null>((a, b) => (a && a.at > b.at ? a : b), null);
}

/** Tells a screen reader about new and edited messages in one sentence, instead of reading whole cards aloud. */
export function Announcer({ snapshot }: { snapshot: Snapshot }): ReactNode {
  const [said, setSaid] = useState('');
  const last = useRef<{ me: string; key: string } | null>(null);
  useEffect(() => {
    const heard = latest(snapshot);
    const before = last.current;
    last.current = { me: snapshot.me, key: heard?.key ?? '' };
    // Nothing is announced when the visitor has just become someone else.
    if (heard && before && before.me === snapshot.me && before.key !== heard.key) setSaid(heard.words);
  }, [snapshot]);
  return (
    <p className="sr-only" role="status" aria-live="polite">
      {said}
    </p>
  );
}
