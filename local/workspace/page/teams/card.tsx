import {
  AdaptiveCard,
  Choice,
  ChoiceSetInput,
  ExecuteAction,
  OpenUrlAction,
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

/** Asks the bot what a list offers for what is typed; empty when the list cannot be loaded. */
export type Find = (
  dataset: string,
  typed: string,
) => Promise<readonly { readonly title: string; readonly value: string }[]>;

/** The renderer looks for a chosen title's value in the card's own choices, so that what was found becomes one of them. */
async function fillList(input: ChoiceSetInput, find: Find): Promise<void> {
  const typed = input.getFilterForDynamicSearch() ?? '';
  const known = new Set(input.choices.map(({ value }) => value));
  for (const { title, value } of await find(input.choicesData?.dataset ?? '', typed))
    if (!known.has(value)) input.choices.push(new Choice(value, title));
  input.renderChoices(typed, []);
}

function draw(
  card: object,
  timeZone: string,
  onPress: (pressed: Pressed) => void,
  find: Find,
): HTMLElement | undefined {
  const drawn = new AdaptiveCard();
  drawn.hostConfig = hostConfig;
  drawn.onExecuteAction = (action: Action) => {
    if (action instanceof OpenUrlAction && action.url) window.open(action.url, '_blank', 'noopener');
    if (!(action instanceof ExecuteAction) && !(action instanceof SubmitAction)) return;
    const inputs = Object.fromEntries(
      drawn.getAllInputs().flatMap((i) => (i.id ? [[i.id, String(i.value ?? '')]] : [])),
    ) as Record<string, string>;
    onPress({ action: action.toJSON() as object, inputs });
  };
  drawn.onInputValueChanged = (input) => {
    if (input instanceof ChoiceSetInput && input.isDynamicTypeahead()) void fillList(input, find);
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
  find?: Find;
}): ReactNode {
  const ref = useRef<HTMLDivElement>(null);
  const press = useRef(props.onPress);
  const search = useRef(props.find);
  const { card, timeZone } = props;
  const text = JSON.stringify(card);
  useEffect(() => {
    press.current = props.onPress;
    search.current = props.find;
  });
  useEffect(() => {
    const host = ref.current;
    if (!host) return;
    const hadFocus = host.contains(document.activeElement);
    const element = draw(
      JSON.parse(text) as object,
      timeZone,
      (pressed) => press.current(pressed),
      async (dataset, typed) => (await search.current?.(dataset, typed)) ?? [],
    );
    host.replaceChildren(...(element ? [element] : []));
    if (hadFocus) host.closest<HTMLElement>('[data-message]')?.focus({ preventScroll: true });
  }, [text, timeZone]);
  return <div className="ac" ref={ref} />;
}
