import type { JsonObject } from '../../core/canonical-json.ts';
import type { BotAnswer } from './teams-api/client.ts';

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every object in a card, outermost first. */
function everything(value: unknown): JsonObject[] {
  if (Array.isArray(value)) return value.flatMap(everything);
  if (!isObject(value)) return [];
  return [value, ...Object.values(value).flatMap(everything)];
}

/** Actions of a card that a person can press, wherever they stand. */
export const actionsOf = (card: JsonObject): JsonObject[] =>
  everything(card).filter((o) => typeof o['type'] === 'string' && o['type'].startsWith('Action.'));

/** What the card's inputs hold, with these words typed over them. */
export function inputsOf(card: JsonObject, typed: Readonly<Record<string, string>> = {}): JsonObject {
  const inputs = everything(card).filter(
    (o) => typeof o['type'] === 'string' && o['type'].startsWith('Input.'),
  );
  const values = inputs.flatMap((i) => {
    const id = String(i['id'] ?? '');
    const value = typed[id] ?? i['value'];
    return id && value !== undefined ? [[id, value]] : [];
  });
  return Object.fromEntries(values) as JsonObject;
}

export interface Pressed {
  /** execute: Action.Execute. dialog: a submit that asks for a dialog. submit: Action.Submit of a dialog. */
  readonly how: 'execute' | 'dialog' | 'submit';
  readonly verb: string;
  readonly data: JsonObject;
}

/** What pressing an action sends: its own data over the inputs, as Teams merges them. */
export function press(action: JsonObject, inputs: JsonObject): Pressed {
  const own = isObject(action['data']) ? action['data'] : {};
  const data = { ...inputs, ...own };
  const asks = isObject(own['msteams']) && own['msteams']['type'] === 'task/fetch';
  const how = action['type'] === 'Action.Execute' ? 'execute' : asks ? 'dialog' : 'submit';
  return { how, verb: String(action['verb'] ?? ''), data };
}

/** A dialog that an invoke's answer opens, or null. */
export function dialogOf(body: unknown): { title: string; card: JsonObject } | null {
  const task = isObject(body) ? body['task'] : null;
  const value = isObject(task) && task['type'] === 'continue' ? task['value'] : null;
  const attachment = isObject(value) ? value['card'] : null;
  const card = isObject(attachment) ? attachment['content'] : null;
  if (!isObject(value) || !isObject(card)) return null;
  return { title: String(value['title'] ?? ''), card };
}

/** What `application/search` found; not ok: the list could not be loaded. */
export interface FoundChoices {
  readonly ok: boolean;
  readonly choices: readonly { readonly title: string; readonly value: string }[];
}

/** The results of `application/search`, as the client reads them. */
export function choicesOf({ status, body }: BotAnswer): FoundChoices {
  const failed: FoundChoices = { ok: false, choices: [] };
  if (status !== 200 || !isObject(body) || body['statusCode'] !== 200) return failed;
  if (body['type'] !== 'application/vnd.microsoft.search.searchResponse') return failed;
  const results = isObject(body['value']) ? body['value']['results'] : null;
  if (!Array.isArray(results)) return failed;
  const choices = results.flatMap((one) =>
    isObject(one) && typeof one['title'] === 'string' && typeof one['value'] === 'string'
      ? [{ title: one['title'], value: one['value'] }]
      : [],
  );
  return choices.length === results.length ? { ok: true, choices } : failed;
}

/** What an invoke's answer tells the person alone: words, or a card. */
export function saidBy(body: unknown): { text: string; card: JsonObject | null } | null {
  if (!isObject(body)) return null;
  const task = body['task'];
  if (isObject(task) && task['type'] === 'message') return { text: String(task['value'] ?? ''), card: null };
  const value = body['value'];
  if (typeof value === 'string') return { text: value, card: null };
  if (!isObject(value)) return null;
  if (typeof value['message'] === 'string') return { text: value['message'], card: null };
  return value['type'] === 'AdaptiveCard' ? { text: '', card: value } : null;
}
