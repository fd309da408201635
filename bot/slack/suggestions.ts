import { z } from 'zod';
import { SUGGEST_PREFIX } from '../../cards/payload.ts';
import { renderSlackOptions } from '../../cards/slack/modal.ts';
import type { Gateway } from '../chat.ts';
import { callerOf } from './inbound.ts';

/** Fields of ours that ask while somebody types. */
export const SUGGESTING = new RegExp(`^${SUGGEST_PREFIX}`);

const Typed = z.looseObject({ action_id: z.string().max(255), value: z.string() });

/** Slack then says beside the field that the list could not be loaded; an empty one would say that there is nothing. */
class NotKnown extends Error {}

/**
 * The options for a `block_suggestion` (https://docs.slack.dev/reference/interaction-payloads/block_suggestion-payload), which
 * Slack takes within three seconds. @throws NotKnown when they are not known in time
 */
export async function suggestionsFor(gateway: Gateway, body: unknown) {
  const { action_id: action, value: typed } = Typed.parse(body);
  const source = action.slice(SUGGEST_PREFIX.length);
  const found = await gateway.suggest({ caller: callerOf(body), source, typed });
  if (found === null) throw new NotKnown('suggestions were not known in time');
  return renderSlackOptions(found);
}
