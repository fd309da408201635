import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import type { JsonObject } from './canonical-json.ts';
import type { HashText } from './ledger.ts';

/** Whom a part of a body concerns: who did it, or whom the run is about. */
export const PARTS = ['actor', 'party'] as const;
export type Part = (typeof PARTS)[number];

/** Where a body commits to its parts: {part: SHA-256(salt || canonical part)}. */
export const PERSONAL = 'personal';
/** Where a body that was read says which of its parts are erased. Never stored. */
export const ERASED = 'erased';

/** Who acted, as they were then, and what proves that it was they. */
const OF_ACTOR = new Set(['by', 'proof', 'account']);

/**
 * What says nothing of a person: ids, digests, counts and words of ours. In an entry about a run everything else is sealed,
 * so that a field which is added tomorrow is sealed until somebody lists it here.
 */
const OPEN = new Set(
  `action actionDigest agent agentVersion as callId cardDigest case connector copy costMicros cursor edited effect
  environment event from grant key kind latencyMs needed of ok page percent platform policy questionId rehearsal replayFrom
  replayOf replayRun reviewOf risk root run sandbox signed source stage status successor thumb to tool toolSchemaHash untilMs
  verb version versionNow via what`.split(/\s+/),
);
/** A refusal's reason is a word of ours; any other was typed. */
const isOpen = (kind: string, field: string): boolean =>
  OPEN.has(field) || (kind === 'refused' && field === 'reason');

export interface Split {
  readonly open: JsonObject;
  readonly parts: Readonly<Partial<Record<Part, JsonObject>>>;
}

/** What of an entry's body is personal, and of whom. */
export function splitBody(entry: {
  readonly kind: string;
  readonly run: string | null;
  readonly body: JsonObject;
}): Split {
  const open: Record<string, JsonObject[string]> = {};
  const actor: typeof open = {};
  const party: typeof open = {};
  for (const [field, value] of Object.entries(entry.body)) {
    const sealed = value !== null && value !== undefined;
    if (sealed && OF_ACTOR.has(field)) actor[field] = value;
    else if (sealed && entry.run !== null && !isOpen(entry.kind, field)) party[field] = value;
    else open[field] = value;
  }
  const some = (fields: typeof open): boolean => Object.keys(fields).length > 0;
  return { open, parts: { ...(some(actor) ? { actor } : {}), ...(some(party) ? { party } : {}) } };
}

/** One part as it was sealed: the salt that hides it from guessing, and its canonical text. */
export interface Disclosed {
  readonly salt: Uint8Array;
  readonly text: string;
}

const hashText: HashText = (before, text) => bytesToHex(sha256(concatBytes(before, utf8ToBytes(text))));

/** What a body commits to for a part. */
export const partCommitment = ({ salt, text }: Disclosed, hash = hashText): string => hash(salt, text);

/** The parts that a body commits to. */
export function partsOf(body: JsonObject): readonly (readonly [Part, string])[] {
  const committed = (body[PERSONAL] ?? {}) as JsonObject;
  return PARTS.flatMap((part) => {
    const commitment = committed[part];
    return typeof commitment === 'string' ? [[part, commitment] as const] : [];
  });
}

/**
 * A body with its parts put back; those that are not there any more are named under `erased`. Null: a part is not the one
 * that the body commits to.
 */
export function joinBody(
  body: JsonObject,
  disclosed: Readonly<Partial<Record<Part, Disclosed>>>,
): JsonObject | null {
  const committed = partsOf(body);
  if (committed.length === 0) return body;
  const joined = Object.fromEntries(Object.entries(body).filter(([field]) => field !== PERSONAL));
  const erased: Part[] = [];
  for (const [part, commitment] of committed) {
    const shown = disclosed[part];
    if (shown === undefined) erased.push(part);
    else if (shown.salt.length < 16 || partCommitment(shown) !== commitment) return null;
    else Object.assign(joined, JSON.parse(shown.text) as JsonObject);
  }
  return erased.length === 0 ? joined : { ...joined, [ERASED]: erased };
}
