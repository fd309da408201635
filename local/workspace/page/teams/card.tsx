import {
  AdaptiveCard,
  ExecuteAction,
  SerializationContext,
  Strings,
  SubmitAction,
  type Action,
} from 'adaptivecards';
import { useEffect, useRef, type ReactNode } from 'react';
import { adaptiveDates } from '../dates.ts';
import { hostConfig } from './host-config.ts';
import { teamsMarkdown } from './markdown.ts';

Strings.defaults.overflowButtonText = () => '•••';
AdaptiveCard.onProcessMarkdown = (text, result) => {
  result.outputHtml = teamsMarkdown(text);
  result.didProcess = true;
};

/** Date macros become the reader's time, as the Teams client does it: in TextBlocks only. */
function dated(value: unknown, timeZone: string): unknown {
  if (Array.isArray(value)) return value.map((entry) => dated(entry, timeZone));
  if (typeof value !== 'object' || value === null) return value;
  const isText = (value as { type?: unknown }).type === 'TextBlock';
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [
      key,
      isText && key === 'text' ? adaptiveDates(String(entry), timeZone) : dated(entry, timeZone),
    ]),
  );
}

export interface Pressed {
  readonly action: object;
  readonly inputs: Readonly<Record<string, string>>;
}

function draw(card: object, timeZone: string, onPress: (pressed: Pressed) => void): HTMLElement | undefined {
  const drawn = new AdaptiveCard();
  drawn.hostConfig = hostConfig;
  drawn.onExecuteAction = (action: Action) => {
    if (!(action instanceof ExecuteAction) && !(action instanceof SubmitAction)) return;
    const inputs = Object.fromEntries(
      drawn.getAllInputs().flatMap((i) => (i.id ? [[i.id, String(i.value ?? '')]] : [])),
    ) as Record<string, string>;
    onPress({ action: action.toJSON() as object, inputs });
  };
  drawn.parse(dated(card, timeZone) as object, new SerializationContext());
  const element = drawn.render();
  // The renderer makes the whole card a tab stop; only what can be pressed should be one.
  element?.removeAttribute('tabindex');
  for (const heading of element?.querySelectorAll('[role=heading]:not([aria-level])') ?? [])
    heading.setAttribute('aria-level', '3');
  return element;
}

/** An Adaptive Card drawn by Microsoft's renderer. */
export function TeamsCard(props: {
  card: object;
  timeZone: string;
  onPress: (pressed: Pressed) => void;
}): ReactNode {
  const ref = useRef<HTMLDivElement>(null);
  const press = useRef(props.onPress);
  const { card, timeZone } = props;
  const text = JSON.stringify(card);
  useEffect(() => {
    press.current = props.onPress;
  });
  useEffect(() => {
    const host = ref.current;
    if (!host) return;
    const hadFocus = host.contains(document.activeElement);
    const element = draw(JSON.parse(text) as object, timeZone, (pressed) => press.current(pressed));
    host.replaceChildren(...(element ? [element] : []));
    if (hadFocus) host.closest<HTMLElement>('[data-message]')?.focus({ preventScroll: true });
  }, [text, timeZone]);
  return <div className="ac" ref={ref} />;
}
