import { digestOf, type Json, type JsonObject, type Sha256 } from '../core/canonical-json.ts';
import type { Card, Form } from './model.ts';
import { wellFormed } from './text.ts';

/** Model text may hold half characters or another normal form; what is shown never does. */
function clean(value: Json): Json {
  if (typeof value === 'string') return wellFormed(value);
  if (Array.isArray(value)) return value.map(clean);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, clean(item)]));
}

/** The digest of what every copy of a card shows. Copies and chats do not enter into it. */
export const cardDigest = (card: Card): Sha256 => digestOf(clean(card as unknown as JsonObject));

/** The same of a form: what was read on it when it was handed in. */
export const formDigest = (form: Form): Sha256 => digestOf(clean(form as unknown as JsonObject));
