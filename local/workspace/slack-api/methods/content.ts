import type { Json, JsonObject } from '../../../../core/canonical-json.ts';
import { textLength, validateBlocks } from '../blocks.ts';
import { isObject } from '../check.ts';
import { refuse, word, type Args, type Refused } from '../answer.ts';
import { LIMITS } from '../limits.ts';

/** What a message is made of; undefined where the call does not name it. */
export interface Content {
  readonly text?: string;
  readonly blocks?: JsonObject[];
  readonly attachments?: JsonObject[];
  readonly metadata?: JsonObject | null;
}

const EVENT_TYPE = /^[A-Za-z][A-Za-z0-9_.-]{0,254}$/;

function readMetadata(given: unknown): { metadata?: JsonObject | null } | Refused {
  if (given === undefined) return {};
  if (!isObject(given)) return refuse('invalid_metadata_format');
  if (Object.keys(given).length === 0) return { metadata: null };
  const { event_type: type, event_payload: payload, ...rest } = given;
  if (typeof type !== 'string' || !EVENT_TYPE.test(type) || !isObject(payload) || Object.keys(rest).length)
    return refuse('invalid_metadata_schema');
  if (JSON.stringify(given).length > LIMITS.metadataBytes) return refuse('metadata_too_large');
  return { metadata: given as JsonObject };
}

/** A block without an id gets one, as in Slack, so that a click can name it. */
const withId = (block: JsonObject, i: number): JsonObject =>
  block['block_id'] === undefined
    ? { ...block, block_id: `b${i}${Math.random().toString(36).slice(2, 6)}` }
    : block;

/** Blocks, attachments, text and metadata of a call, or the refusal that Slack would give. */
export function readContent(args: Args, maxText: number): Content | Refused {
  const text = word(args, 'text') ?? undefined;
  const blocks = args['blocks'];
  const attachments = args['attachments'];
  if (blocks !== undefined && !Array.isArray(blocks)) return refuse('invalid_blocks_format');
  if (attachments !== undefined && !Array.isArray(attachments)) return refuse('invalid_attachments');
  if (Array.isArray(attachments) && attachments.length > LIMITS.attachments)
    return refuse('too_many_attachments');
  const errors = blocks === undefined ? [] : validateBlocks(blocks);
  if (errors.length) return refuse('invalid_blocks', errors);
  if (textLength(blocks) > LIMITS.blockCharacters) return refuse('msg_blocks_too_long');
  if (text !== undefined && [...text].length > maxText) return refuse('msg_too_long');
  const metadata = readMetadata(args['metadata']);
  if ('ok' in metadata) return metadata;
  return {
    ...metadata,
    ...(text === undefined ? {} : { text }),
    ...(blocks ? { blocks: (blocks as JsonObject[]).map(withId) } : {}),
    ...(attachments ? { attachments: attachments as Json[] as JsonObject[] } : {}),
  };
}

export const isEmpty = (c: Content): boolean => !c.text && !c.blocks?.length && !c.attachments?.length;
export const isRefused = (c: Content | Refused): c is Refused => 'ok' in c;
