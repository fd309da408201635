import { useEffect, useId, useRef, type ReactNode } from 'react';

/** A native modal dialog: the browser keeps the focus inside, and we give it back to where it was. */
export function Dialog(props: {
  title: string;
  className: string;
  onClose: () => void;
  children: ReactNode;
}): ReactNode {
  const ref = useRef<HTMLDialogElement>(null);
  const title = useId();
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    ref.current?.showModal();
    return () => {
      if (before?.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={ref}
      className={`dialog ${props.className}`}
      aria-labelledby={title}
      onCancel={(event) => {
        event.preventDefault();
        props.onClose();
      }}
    >
      <header>
        <h2 id={title}>{props.title}</h2>
        <button type="button" className="icon-btn" aria-label="Close" onClick={props.onClose}>
          <span aria-hidden="true">✕</span>
        </button>
      </header>
      {props.children}
    </dialog>
  );
}
