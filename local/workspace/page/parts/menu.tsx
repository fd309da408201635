import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';

export interface MenuItem {
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
}

/** Closes on a press outside. */
function useOutside(open: boolean, root: React.RefObject<HTMLElement | null>, close: () => void): void {
  useEffect(() => {
    if (!open) return;
    const onPress = (event: PointerEvent): void => {
      if (!root.current?.contains(event.target as Node)) close();
    };
    document.addEventListener('pointerdown', onPress);
    return () => document.removeEventListener('pointerdown', onPress);
  }, [open, root, close]);
}

function moveFocus(event: KeyboardEvent, all: readonly HTMLElement[]): void {
  const at = all.indexOf(document.activeElement as HTMLElement);
  const moves: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 };
  const to = moves[event.key];
  if (to === undefined) return;
  event.preventDefault();
  all.at(to % all.length)?.focus();
}

function MenuList(props: {
  id: string;
  label: string;
  items: readonly MenuItem[];
  onPick: (id: string) => void;
}): ReactNode {
  return (
    <div role="menu" id={props.id} aria-label={props.label} className="menu-list">
      {props.items.map((item) => (
        <button
          key={item.id}
          type="button"
          role="menuitem"
          tabIndex={-1}
          onClick={() => props.onPick(item.id)}
        >
          <span>{item.label}</span>
          {item.hint ? <small>{item.hint}</small> : null}
        </button>
      ))}
    </div>
  );
}

/** A menu button after the ARIA pattern: arrows move, Escape closes and gives the focus back. */
export function Menu(props: {
  label: string;
  items: readonly MenuItem[];
  onPick: (id: string) => void;
  /** What the button shows; three dots when absent. */
  face?: ReactNode;
  className?: string;
}): ReactNode {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  useOutside(open, root, () => setOpen(false));
  const entries = (): HTMLElement[] => [
    ...(root.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? []),
  ];
  useEffect(() => {
    if (open) root.current?.querySelector<HTMLElement>('[role=menuitem]')?.focus();
  }, [open]);
  const close = (): void => {
    setOpen(false);
    button.current?.focus();
  };
  const onKey = (event: KeyboardEvent): void => {
    if (!open) return;
    if (event.key === 'Escape') close();
    else if (event.key === 'Tab') setOpen(false);
    else moveFocus(event, entries());
  };
  return (
    <div className="menu" ref={root} onKeyDown={onKey}>
      <button
        ref={button}
        type="button"
        className={props.className ?? 'btn dots'}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        aria-label={props.face ? undefined : props.label}
        onClick={() => setOpen(!open)}
      >
        {props.face ?? <span aria-hidden="true">•••</span>}
      </button>
      {open ? (
        <MenuList
          {...{ id, label: props.label, items: props.items }}
          onPick={(picked) => {
            close();
            props.onPick(picked);
          }}
        />
      ) : null}
    </div>
  );
}
