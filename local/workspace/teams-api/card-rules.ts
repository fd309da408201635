import * as adaptiveCards from 'adaptivecards';
import type { JsonObject } from '../../../core/canonical-json.ts';

/** What Teams takes at most: about 28 KB for a card, 80 KB for a message (measured as UTF-8 JSON here). */
export const CARD_BYTES = 28 * 1024;
export const MESSAGE_BYTES = 80 * 1024;
const CARD_TYPE = 'application/vnd.microsoft.card.adaptive';

export interface Rejection {
  readonly status: 400 | 413;
  readonly code: string;
  readonly message: string;
}

const bytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));
const rejected = (code: string, message: string): Rejection => ({ status: 400, code, message });

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Lists that the bot fills are newer than the schema of 1.5, and Teams shows them in such cards all the same
 * (https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/dynamic-search): checked here, and taken
 * out for the validator. @throws when one is malformed
 */
function withoutQueries(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutQueries);
  if (!isObject(value)) return value;
  const { 'choices.data': query, ...rest } = value;
  if (query !== undefined) {
    const named = isObject(query) && typeof query['dataset'] === 'string' && query['dataset'] !== '';
    if (value['type'] !== 'Input.ChoiceSet' || !named || query['type'] !== 'Data.Query')
      throw new Error('choices.data is a Data.Query with a dataset, in an Input.ChoiceSet.');
  }
  return Object.fromEntries(Object.entries(rest).map(([key, entry]) => [key, withoutQueries(entry)]));
}

/** Null when Teams (Adaptive Cards up to 1.5) would show the card, else the first reason why not. */
export function checkCard(card: unknown): Rejection | null {
  if (typeof card !== 'object' || card === null) return rejected('BadSyntax', 'The card is no object.');
  if (bytes(card) > CARD_BYTES)
    return { status: 413, code: 'MessageSizeTooBig', message: `The card is over ${CARD_BYTES} bytes.` };
  const { type, version } = card as JsonObject;
  if (type !== 'AdaptiveCard') return rejected('BadSyntax', 'The card is of another type.');
  if (typeof version !== 'string' || !/^1\.[0-5]$/.test(version))
    return rejected('BadSyntax', 'Teams shows Adaptive Cards of version 1.0 to 1.5.');
  const parsed = new adaptiveCards.AdaptiveCard();
  const context = new adaptiveCards.SerializationContext(adaptiveCards.Versions.v1_5);
  try {
    parsed.parse(withoutQueries(card), context);
  } catch (error) {
    return rejected('BadSyntax', error instanceof Error ? error.message : 'The card cannot be read.');
  }
  if (context.eventCount > 0) return rejected('BadSyntax', context.getEventAt(0).message);
  const first = parsed.validateProperties().validationEvents[0];
  return first ? rejected('BadSyntax', first.message) : null;
}

/** What a bot's message holds, or why Teams does not take it. */
export function readMessage(
  activity: unknown,
):
  | { ok: true; text: string; card: JsonObject | null; summary: string | null }
  | { ok: false; rejection: Rejection } {
  const refuse = (rejection: Rejection) => ({ ok: false as const, rejection });
  if (typeof activity !== 'object' || activity === null)
    return refuse(rejected('BadSyntax', 'The body is no activity.'));
  if (bytes(activity) > MESSAGE_BYTES)
    return refuse({
      status: 413,
      code: 'MessageSizeTooBig',
      message: `The message is over ${MESSAGE_BYTES} bytes.`,
    });
  const { type, text, summary, attachments } = activity as JsonObject;
  if (type !== 'message') return refuse(rejected('BadSyntax', 'Only messages can be posted.'));
  const list = Array.isArray(attachments) ? attachments : [];
  if (list.length > 1) return refuse(rejected('BadArgument', 'One attachment a message here.'));
  const [attachment] = list as JsonObject[];
  if (attachment && attachment['contentType'] !== CARD_TYPE)
    return refuse(rejected('BadArgument', 'Only Adaptive Cards can be attached here.'));
  const rejection = attachment ? checkCard(attachment['content']) : null;
  if (rejection) return refuse(rejection);
  if (!attachment && (typeof text !== 'string' || text === ''))
    return refuse(rejected('BadSyntax', 'The message is empty.'));
  return {
    ok: true,
    text: typeof text === 'string' ? text : '',
    card: attachment ? (attachment['content'] as JsonObject) : null,
    summary: typeof summary === 'string' ? summary : null,
  };
}
