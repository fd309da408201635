import type { JsonObject } from '../../../core/canonical-json.ts';
import { isObject } from './check.ts';

export interface Placed {
  readonly block: JsonObject;
  readonly element: JsonObject;
}

/** Every interactive element of these blocks, with the block it stands in. */
export function elementsOf(blocks: readonly JsonObject[]): Placed[] {
  return blocks.flatMap((block) => {
    const inside = Array.isArray(block['elements']) ? block['elements'] : [];
    const candidates = [...inside, block['accessory'], block['element']];
    return candidates.filter(isObject).flatMap((element) => {
      const entry = element as JsonObject;
      return typeof entry['action_id'] === 'string' ? [{ block, element: entry }] : [];
    });
  });
}

/** The state of one input element that holds these words, as Slack writes it into `state.values`. */
export function valueOf(element: JsonObject, words: string | null): JsonObject {
  const type = String(element['type']);
  const option = (value: string | null): JsonObject | null =>
    value === null ? null : (optionsOf(element).find((o) => o['value'] === value) ?? null);
  if (type === 'static_select' || type === 'radio_buttons') return { type, selected_option: option(words) };
  if (type === 'checkboxes' || type === 'multi_static_select') {
    const picked = (words ?? '').split(',').filter(Boolean).map(option);
    return { type, selected_options: picked.filter((o) => o !== null) };
  }
  if (type === 'users_select') return { type, selected_user: words };
  if (type === 'datepicker') return { type, selected_date: words };
  if (type === 'timepicker') return { type, selected_time: words };
  return { type, value: words };
}

export function optionsOf(element: JsonObject): JsonObject[] {
  const groups = Array.isArray(element['option_groups']) ? (element['option_groups'] as JsonObject[]) : [];
  const own = Array.isArray(element['options']) ? (element['options'] as JsonObject[]) : [];
  return [...own, ...groups.flatMap((g) => g['options'] as JsonObject[])];
}

/** What the form shows before anybody types. */
export function initialWords(element: JsonObject): string | null {
  const picked = element['initial_option'];
  if (isObject(picked)) return String(picked['value']);
  const several = element['initial_options'];
  if (Array.isArray(several)) return several.map((o) => String((o as JsonObject)['value'])).join(',');
  const first = element['initial_value'] ?? element['initial_date'] ?? element['initial_time'];
  return first === undefined || first === null ? null : String(first);
}
