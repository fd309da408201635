import { canonicalJson, type Json, type JsonObject, type Sha256 } from '../../core/canonical-json.ts';
import type { TenantId } from '../../core/ids.ts';
import { COUNTERSIGN } from '../../core/ledger-sentence.ts';
import { bodyCommitment, GENESIS, ledgerHeader } from '../../core/ledger.ts';
import type { LedgerEntry } from './entry.ts';
import { sha256Text } from './sha256.ts';

const UNSTORABLE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]|\u0000/g;

/** Nearly every text: stored as it is. */
const ASCII = /^[\x20-\x7e]*$/;

const storableText = (text: string): string =>
  ASCII.test(text) ? text : text.replace(UNSTORABLE, '\uFFFD').normalize('NFC');

/**
 * A body that always has a canonical form, since the record of something odd must not fail on its oddness: text in NFC
 * without NUL or half surrogates, unsafe integers as text, nothing undefined.
 */
export function storable(value: unknown): Json {
  if (typeof value === 'string') return storableText(value);
  if (typeof value === 'number')
    return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))
      ? value
      : String(value);
  if (value === null || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map(storable);
  if (typeof value === 'object') {
    const kept = Object.entries(value).filter(([, v]) => v !== undefined);
    return Object.fromEntries(kept.map(([k, v]) => [storableText(k), storable(v)]));
  }
  return value === undefined ? null : String(value as bigint);
}

/** A header's text without what only the database can know under the head's lock: time, previous hash, number. */
export interface EntryTexts {
  readonly beforeAt: string;
  readonly beforePrev: string;
  readonly beforeSeq: string;
  readonly afterSeq: string;
  readonly subject: string;
  readonly body: string;
}

/** Quotes inside values are escaped, so that these names can only be the header's own. Keys are in RFC 8785's order. */
const GAPS = /^(.*?"at":")[^"]*(".*?"prev":")[^"]*(","seq":)\d+(,.*)$/s;

/** What nearly every header is made of: nothing in it is escaped, so that it can be put together without making it anew. */
const PLAIN = /^[ !#-[\]-~]{1,80}$/;

interface Named {
  readonly tenant: TenantId;
  readonly kind: string;
  readonly subject: string;
  readonly actor: string;
  readonly bodyCommitment: Sha256;
}
type HeaderTexts = Omit<EntryTexts, 'subject' | 'body'>;

/** A tenth of what it takes to make it anew, which was a tenth of a whole append. */
function plainTexts({ tenant, kind, subject, actor, bodyCommitment: body }: Named): HeaderTexts | null {
  if (![tenant, kind, subject, actor].every((text) => PLAIN.test(text))) return null;
  return {
    beforeAt: `{"actor":"${actor}","at":"`,
    beforePrev: `","body":"${body}","kind":"${kind}","prev":"`,
    beforeSeq: '","seq":',
    afterSeq: `,"subject":"${subject}","tenant":"${tenant}","v":1}`,
  };
}

function anyTexts(named: Named): HeaderTexts {
  const header = ledgerHeader({ ...named, seq: 1, at: new Date(0).toISOString(), prev: GENESIS });
  const [, beforeAt, beforePrev, beforeSeq, afterSeq] = GAPS.exec(header) ?? [];
  if (beforeAt === undefined || beforePrev === undefined || beforeSeq === undefined || afterSeq === undefined)
    throw new Error('a ledger header has another shape than the database fills in');
  return { beforeAt, beforePrev, beforeSeq, afterSeq };
}

/** One entry's texts. The run goes into the body too, so that the column that readers filter by can be checked. */
export function entryTexts(tenant: TenantId, entry: LedgerEntry, salt: Uint8Array): EntryTexts {
  const filed: JsonObject = entry.run === null ? entry.body : { ...entry.body, run: entry.run };
  const body = canonicalJson(storable(filed));
  const subject = storableText(entry.subject).slice(0, 200) || '-';
  const named: Named = {
    ...{ tenant, kind: entry.kind, subject, actor: entry.actor ?? COUNTERSIGN },
    bodyCommitment: bodyCommitment(salt, body, sha256Text),
  };
  return { ...(plainTexts(named) ?? anyTexts(named)), subject, body };
}
