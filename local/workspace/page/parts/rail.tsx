import type { ReactNode } from 'react';

/** The narrow column of conversations at the side of a client. */
export function Rail(props: {
  label: string;
  current: string;
  onPick: (id: string) => void;
  items: readonly {
    readonly id: string;
    readonly label: string;
    readonly name: string;
    readonly icon: ReactNode;
    /** Messages that came while it was not in view. */
    readonly unread?: number;
  }[];
}): ReactNode {
  return (
    <nav className="rail" aria-label={props.label}>
      {props.items.map((item) => (
        <button
          key={item.id}
          type="button"
          aria-current={item.id === props.current ? 'page' : undefined}
          onClick={() => props.onPick(item.id)}
        >
          {item.icon}
          <span className="short">{item.label}</span>
          <span className="long">{item.name}</span>
          {item.unread ? (
            <span className="unread">
              {item.unread}
              <span className="sr-only"> new</span>
            </span>
          ) : null}
        </button>
      ))}
    </nav>
  );
}
