import { useId, useState, type ReactNode } from 'react';
import type { JsonObject } from '../../../../core/canonical-json.ts';
import { Menu } from '../parts/menu.tsx';
import { wordsOf } from './text.tsx';

/** Presses an action; resolves when the bot has answered. */
export type Press = (actionId: string, option?: string) => Promise<void>;

function Confirm(props: { of: JsonObject; onYes: () => void; onNo: () => void }): ReactNode {
  return (
    <span className="confirm" role="group" aria-label={wordsOf(props.of['title'])}>
      <span>{wordsOf(props.of['text'])}</span>
      <button type="button" className="btn primary" onClick={props.onYes}>
        {wordsOf(props.of['confirm'])}
      </button>
      <button type="button" className="btn" onClick={props.onNo}>
        {wordsOf(props.of['deny'])}
      </button>
    </span>
  );
}

function ButtonElement({ of, press }: { of: JsonObject; press: Press }): ReactNode {
  const [busy, setBusy] = useState(false);
  const [asking, setAsking] = useState(false);
  const confirm = of['confirm'] as JsonObject | undefined;
  const go = async (): Promise<void> => {
    setAsking(false);
    setBusy(true);
    // Slack opens the page by itself, and tells the app of the click.
    if (typeof of['url'] === 'string') window.open(of['url'], '_blank', 'noopener');
    await press(String(of['action_id']));
    setBusy(false);
  };
  if (asking && confirm)
    return <Confirm of={confirm} onYes={() => void go()} onNo={() => setAsking(false)} />;
  return (
    <button
      type="button"
      className={`btn ${String(of['style'] ?? '')}`}
      data-action={String(of['action_id'])}
      aria-busy={busy}
      aria-label={of['accessibility_label'] as string | undefined}
      onClick={() => (confirm ? setAsking(true) : void go())}
    >
      {wordsOf(of['text'])}
    </button>
  );
}

function OverflowElement({ of, press }: { of: JsonObject; press: Press }): ReactNode {
  const options = (of['options'] ?? []) as JsonObject[];
  return (
    <Menu
      label="More actions"
      items={options.map((o) => ({ id: String(o['value']), label: wordsOf(o['text']) }))}
      onPick={(value) => void press(String(of['action_id']), value)}
    />
  );
}

function SelectElement({ of, press }: { of: JsonObject; press: Press }): ReactNode {
  const id = useId();
  const options = (of['options'] ?? []) as JsonObject[];
  const label = wordsOf(of['placeholder']) || 'Choose';
  return (
    <>
      <label className="sr-only" htmlFor={id}>
        {label}
      </label>
      <select
        id={id}
        className="btn"
        value=""
        onChange={(event) => void press(String(of['action_id']), event.target.value)}
      >
        <option value="">{label}</option>
        {options.map((o) => (
          <option key={String(o['value'])} value={String(o['value'])}>
            {wordsOf(o['text'])}
          </option>
        ))}
      </select>
    </>
  );
}

/** An interactive element of an actions block or a section's accessory. */
export function ActionElement({ of, press }: { of: JsonObject; press: Press }): ReactNode {
  switch (of['type']) {
    case 'button':
      return <ButtonElement of={of} press={press} />;
    case 'overflow':
      return <OverflowElement of={of} press={press} />;
    case 'static_select':
    case 'radio_buttons':
      return <SelectElement of={of} press={press} />;
    case 'image':
      return <span className="muted">[{String(of['alt_text'])}]</span>;
    default:
      return <span className="muted">({String(of['type'])} is not drawn here)</span>;
  }
}
