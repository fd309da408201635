import { useId, useState, type ReactNode } from 'react';
import { SendIcon } from './icons.tsx';

/** The message box of a chat. `draft` is what "Show me" put there. */
export function Composer(props: {
  label: string;
  placeholder: string;
  draft: { readonly text: string; readonly at: number } | null;
  onSend: (text: string) => Promise<void>;
}): ReactNode {
  const id = useId();
  const [typed, setTyped] = useState({ text: '', at: 0 });
  const [busy, setBusy] = useState(false);
  // A newer draft replaces what was typed before it.
  const text = props.draft && props.draft.at > typed.at ? props.draft.text : typed.text;
  const change = (words: string): void => setTyped({ text: words, at: Date.now() });
  const send = async (): Promise<void> => {
    const words = text.trim();
    if (!words || busy) return;
    setBusy(true);
    change('');
    await props.onSend(words);
    setBusy(false);
  };
  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <label className="sr-only" htmlFor={id}>
        {props.label}
      </label>
      <input
        id={id}
        type="text"
        autoComplete="off"
        spellCheck={false}
        value={text}
        placeholder={props.placeholder}
        onChange={(event) => change(event.target.value)}
      />
      <button
        type="submit"
        className="icon-btn send"
        aria-label="Send"
        aria-busy={busy}
        disabled={!text.trim()}
      >
        <SendIcon />
      </button>
    </form>
  );
}
