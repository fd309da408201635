import type { JsonObject } from '../../../core/canonical-json.ts';
import type { SlackView } from '../state/slack-types.ts';
import { list, object, type Report } from './check.ts';
import type { Delivery } from './deliver.ts';
import { group, option } from './elements.ts';
import { LIMITS } from './limits.ts';

export interface Suggested {
  /** False: the list could not be loaded, and Slack says so beside the field. */
  readonly ok: boolean;
  readonly options: readonly JsonObject[];
  readonly delivery: Delivery | null;
}

const answered = object({ required: { options: list(option, 0, LIMITS.selectOptions) } });
const grouped = object({ required: { option_groups: list(group, 0, LIMITS.selectOptions) } });

/** What the client makes of the answer to `block_suggestion`: a list, or the news that it could not be loaded. */
export function readSuggestions(delivery: Delivery): Suggested {
  const failed: Suggested = { ok: false, options: [], delivery };
  if (!delivery.ok) return failed;
  try {
    const answer = JSON.parse(delivery.body) as JsonObject;
    const report: Report = { errors: [] };
    const inGroups = answer['option_groups'] !== undefined;
    (inGroups ? grouped : answered)(answer, '/', report);
    if (report.errors.length > 0) return failed;
    const options = inGroups
      ? (answer['option_groups'] as JsonObject[]).flatMap((one) => one['options'] as JsonObject[])
      : (answer['options'] as JsonObject[]);
    return { ok: true, options, delivery };
  } catch {
    return failed;
  }
}

const KEPT = 200;

/** What each field was offered last: only that can be picked in it. */
export function createOffers() {
  const offers = new Map<string, readonly JsonObject[]>();
  const key = (view: SlackView, action: string): string => `${view.id} ${action}`;
  return {
    keep(view: SlackView, action: string, options: readonly JsonObject[]): void {
      if (offers.size >= KEPT) offers.clear();
      offers.set(key(view, action), options);
    },
    find: (view: SlackView, action: string, value: string): JsonObject | null =>
      offers.get(key(view, action))?.find((one) => one['value'] === value) ?? null,
  };
}
