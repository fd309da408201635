import { hexToBytes } from '@noble/hashes/utils.js';
import { z } from 'zod';
import { actionDigest, type Action } from '../../core/action.ts';
import type { JsonObject } from '../../core/canonical-json.ts';
import { ApprovalId, PasskeyId, TenantId, type RunId } from '../../core/ids.ts';
import { passkeySubject } from '../../core/passkey.ts';
import { ERASED, joinBody } from '../../core/ledger-personal.ts';
import { brokenSentence, ledgerSentence } from '../../core/ledger-sentence.ts';
import { entryHash, whyEntryBroken } from '../../core/ledger.ts';
import { provesInclusion } from '../../core/merkle/proof.ts';
import type { TenantTx } from '../database.ts';
import { openBodies } from '../personal/seal-entries.ts';
import { whyPasskeyBroken } from './check-passkey.ts';
import { ledgerOrigin, openCheckpoint, readVerifier, type TreeHead } from './note.ts';
import { readProof } from './tree.ts';

const bytes = z.base64().transform((text) => Uint8Array.from(Buffer.from(text, 'base64')));

/** A part of a body: its digest with its salt stands in the body. */
const Part = z.strictObject({ salt: bytes, text: z.string().max(1_000_000) });

const Proved = z.strictObject({
  /** The entry's header as it was hashed. */
  header: z.string().max(20_000),
  salt: bytes,
  /** What the header commits to. */
  body: z.string().max(1_000_000),
  /** What is personal, to which the body commits; a part that was erased before is missing. */
  personal: z.strictObject({ actor: Part.optional(), party: Part.optional() }).optional(),
  /** The entry's audit path in the checkpoint's tree, from its sibling up. */
  proof: z.array(bytes).max(64),
});

/** What was decided about one request, and the proof that it stands in a ledger that was signed as a whole. */
const Receipt = z.strictObject({
  v: z.literal(1),
  kind: z.literal('countersign-receipt'),
  tenant: TenantId,
  approval: ApprovalId,
  checkpoint: z.string().max(100_000),
  entries: z.array(Proved).min(1).max(500),
  /** How the passkeys that signed were registered, with their public keys. */
  passkeys: z.array(Proved).max(100).optional(),
});
type Receipt = z.infer<typeof Receipt>;
type Entry = Receipt['entries'][number];

/** As it is handed over: bytes in base64. */
export type ReceiptJson = z.input<typeof Receipt>;

const SELECT = `SELECT e.seq, e.header, b.salt, b.body, b.personal FROM ledger_entries e
  JOIN ledger_bodies b USING (tenant, seq, created_at)`;
const ENTRIES = `${SELECT} WHERE e.subject = $1 AND (e.kind LIKE 'approval.%' OR e.kind LIKE 'action.%') ORDER BY e.seq`;
const REGISTERED = `${SELECT} WHERE e.subject = ANY($1) AND e.kind = 'passkey.registered' ORDER BY e.seq`;
const COVERING = `SELECT size, note FROM ledger_checkpoints WHERE size >= $1 ORDER BY size LIMIT 1`;

/** `none`: no such request. `not-yet`: no checkpoint covers all of it so far; there is one within a minute. */
export type NoReceipt = 'none' | 'not-yet';

type Row = { seq: number; header: string; salt: Buffer; body: string; personal: string | null };
type ProvedJson = ReceiptJson['entries'][number];

const base64 = (hash: Uint8Array): string => Buffer.from(hash).toString('base64');

/** Entries as they are handed over, each with its way to the root of that checkpoint. */
async function proved(
  tx: TenantTx,
  tenant: TenantId,
  rows: readonly Row[],
  size: number,
): Promise<ProvedJson[]> {
  const opened = await openBodies(tx, tenant, rows);
  const entries: ProvedJson[] = [];
  for (const [i, { seq, header, salt, body }] of rows.entries()) {
    const proof = await readProof(tx, { start: seq - 1, end: seq }, size);
    const parts = Object.entries(opened[i]?.disclosed ?? {});
    const personal = Object.fromEntries(
      parts.map(([part, { salt: hides, text }]) => [part, { salt: base64(hides), text }]),
    );
    entries.push({
      ...{ header, salt: base64(salt), body, proof: proof.map(base64) },
      ...(parts.length === 0 ? {} : { personal }),
    });
  }
  return entries;
}

/** Everything that was decided about a request up to now, provable without us. */
export async function makeReceipt(
  tx: TenantTx,
  tenant: TenantId,
  approval: ApprovalId,
): Promise<ReceiptJson | NoReceipt> {
  const rows = await tx.rows<Row>({ text: ENTRIES, values: [approval] });
  const last = rows.at(-1);
  if (last === undefined) return 'none';
  const covering = await tx.row<{ size: number; note: string }>({ text: COVERING, values: [last.seq] });
  if (covering === null) return 'not-yet';
  const entries = await proved(tx, tenant, rows, covering.size);
  const signed = entries.flatMap((entry) => passkeyIn(readEntry(Proved.parse(entry)).body) ?? []);
  const subjects = [...new Set(signed.map(passkeySubject))];
  const keys = subjects.length === 0 ? [] : await tx.rows<Row>({ text: REGISTERED, values: [subjects] });
  const passkeys = await proved(tx, tenant, keys, covering.size);
  return {
    ...{ v: 1, kind: 'countersign-receipt', tenant, approval, checkpoint: covering.note, entries },
    ...(passkeys.length === 0 ? {} : { passkeys }),
  };
}

export interface ReceiptLine {
  readonly seq: number;
  readonly at: string;
  readonly sentence: string;
}
export type CheckedReceipt =
  | {
      readonly ok: true;
      /** What was decided, in one sentence. */
      readonly sentence: string;
      readonly lines: readonly ReceiptLine[];
      /** What was signed with passkeys, and holds by their public keys alone. */
      readonly passkeys: readonly string[];
      readonly checkpoint: TreeHead;
      readonly actionDigest: string;
    }
  | { readonly ok: false; readonly broken: string };

interface Read {
  readonly seq: number;
  readonly at: string;
  readonly kind: string;
  readonly actor: string;
  readonly body: JsonObject;
}

/** Zod leaves what was not given undefined, which is not the same as missing. */
const partsIn = ({ personal = {} }: Entry): Parameters<typeof joinBody>[1] => ({
  ...(personal.actor ? { actor: personal.actor } : {}),
  ...(personal.party ? { party: personal.party } : {}),
});

/** The body is empty where a part is not the one that was committed to: `whyBroken` says so before anybody reads it. */
const readEntry = (entry: Entry): Read => ({
  ...(JSON.parse(entry.header) as Omit<Read, 'body'>),
  body: joinBody(JSON.parse(entry.body) as JsonObject, partsIn(entry)) ?? {},
});

/** What is wrong with one entry, in words, or null. */
function whyBroken(
  entry: Entry,
  { tenant, subject }: { readonly tenant: TenantId; readonly subject: string },
  head: TreeHead,
): string | null {
  const { seq = 0 } = (JSON.parse(entry.header) ?? {}) as { seq?: number };
  const hash = entryHash(entry.header);
  const broken = whyEntryBroken({ ...entry, seq, entryHash: hash, subject }, tenant);
  if (broken !== null) return brokenSentence(broken);
  if (joinBody(JSON.parse(entry.body) as JsonObject, partsIn(entry)) === null)
    return brokenSentence({ why: 'other-body', seq });
  const claim = { index: seq - 1, leaf: hexToBytes(hash), size: head.size, root: head.root };
  return provesInclusion({ ...claim, proof: entry.proof })
    ? null
    : `Entry #${seq} is not proved to be in the ledger that was signed.`;
}

/** Whether all of it is about the one action that was asked for; in words, or null. */
function whyOtherAction({ tenant, approval }: Receipt, entries: readonly Read[]): string | null {
  const asked = entries.find(({ kind }) => kind === 'approval.asked');
  if (asked === undefined) return 'The receipt lacks the entry that says what was asked for.';
  if (asked.body[ERASED] !== undefined) {
    // The arguments are gone, and with them what the digest was made of: what is left has to name one digest.
    const named = asked.body['actionDigest'];
    const other = entries.find(({ body }) => body['actionDigest'] !== named);
    return other ? `Entry #${other.seq} is about another action than the one asked for.` : null;
  }
  const { run, agentVersion, connector, tool, toolSchemaHash, args } = asked.body;
  const action = { tenant, approval, run, agentVersion, connector, tool, toolSchemaHash, args };
  const digest = actionDigest(action as unknown as Action & { run: RunId });
  const other = entries.find(({ body }) => body['actionDigest'] !== digest);
  return other ? `Entry #${other.seq} is about another action than the one asked for.` : null;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function nameOf(entries: readonly Read[], person: string): string | undefined {
  const by = entries.find(({ actor, body }) => actor === person && body['by'])?.body['by'] as JsonObject;
  return by === undefined ? undefined : textOf(by['name']);
}

function signerWords({ actor, body }: Read): string {
  const { name, roles } = (body['by'] ?? {}) as { name?: string; roles?: string[] };
  return name === undefined ? actor : `${name} (${roles?.join(', ') ?? ''})`;
}

const SIGNING = new Set(['approval.signed', 'approval.break-glass']);

/** What was decided, by whom and when, in one sentence. */
function sentenceOf(entries: readonly Read[]): string {
  const title = textOf(entries.find(({ kind }) => kind === 'approval.asked')?.body['title']);
  const signed = entries.filter(({ kind }) => SIGNING.has(kind)).map(signerWords);
  const last = entries.findLast(({ body }) => typeof body['status'] === 'string');
  const by = signed.length === 0 ? 'nobody signed it' : `signed by ${signed.join(' and ')}`;
  const stands = last ? `; it was ${textOf(last.body['status'])} at ${last.at}` : '; it is still pending';
  const what = title === '' ? 'What was asked for is erased' : `"${title}"`;
  return `${what}: ${by}${stands}.`;
}

/** The passkey that an entry says it was signed with. */
function passkeyIn(body: JsonObject): PasskeyId | null {
  const { kind, passkey } = (body['proof'] ?? {}) as { kind?: unknown; passkey?: unknown };
  return kind === 'passkey' ? (PasskeyId.safeParse(passkey).data ?? null) : null;
}

function firstWhy<T>(all: readonly T[], why: (one: T, i: number) => string | null): string | null {
  for (const [i, one] of all.entries()) {
    const found = why(one, i);
    if (found !== null) return found;
  }
  return null;
}

/** An entry that registers a passkey is proved like every other, under its own subject. */
function whyNotRegistering(
  entry: Entry,
  read: Read | undefined,
  tenant: TenantId,
  head: TreeHead,
): string | null {
  const passkey = PasskeyId.safeParse(read?.body['passkey']);
  if (read?.kind !== 'passkey.registered' || !passkey.success) return 'An entry in it registers no passkey.';
  return whyBroken(entry, { tenant, subject: passkeySubject(passkey.data) }, head);
}

const lacks = (seq: number): string =>
  `The receipt lacks the entry that registered the passkey of entry #${seq}.`;

/**
 * Every signature with a passkey, held against its public key: what was signed names this action, whatever else the ledger
 * says. Sentences of those that hold, or the first that does not.
 */
function checkPasskeys(
  { tenant, approval }: Receipt,
  entries: readonly Read[],
  registered: readonly Read[],
): { readonly sentences: string[] } | { readonly broken: string } {
  const sentences: string[] = [];
  for (const entry of entries) {
    const { seq, actor, body } = entry;
    const passkey = passkeyIn(body);
    if (passkey === null) continue;
    const known = registered.find((one) => one.body['passkey'] === passkey && one.seq < seq);
    if (known === undefined) return { broken: lacks(seq) };
    const why = whyPasskeyBroken(body, known, {
      ...{ tenant, approval, person: actor, actionDigest: textOf(body['actionDigest']) },
      decision: entry.kind === 'approval.break-glass' ? 'break-glass' : 'approve',
    });
    if (why !== null) return { broken: `The passkey’s signature in entry #${seq} does not hold: ${why}.` };
    sentences.push(
      `${signerWords(entry)} signed the digest of this very action with a passkey, whose public key was registered at ${known.at} (#${known.seq}).`,
    );
  }
  return { sentences };
}

/**
 * Checks a receipt by itself, with the public key and nothing else.
 * @param verifierKey of whoever signs the ledger's checkpoints
 * @throws Error when the verifier key is none
 */
export function checkReceipt(text: string, verifierKey: string): CheckedReceipt {
  const no = (broken: string): CheckedReceipt => ({ ok: false, broken });
  const verifier = readVerifier(verifierKey);
  let receipt: Receipt;
  let entries: readonly Read[];
  let registered: readonly Read[];
  try {
    receipt = Receipt.parse(JSON.parse(text));
    entries = receipt.entries.map(readEntry);
    registered = (receipt.passkeys ?? []).map(readEntry);
  } catch {
    return no('This is no receipt: it does not have the form of one.');
  }
  const head = openCheckpoint(receipt.checkpoint, verifier);
  if (head === null || head.origin !== ledgerOrigin(verifier.name, receipt.tenant))
    return no('The checkpoint in this receipt was not signed by this key for this ledger.');
  const { tenant, approval: subject } = receipt;
  const why =
    firstWhy(receipt.entries, (entry) => whyBroken(entry, { tenant, subject }, head)) ??
    firstWhy(receipt.passkeys ?? [], (entry, i) => whyNotRegistering(entry, registered[i], tenant, head)) ??
    whyOtherAction(receipt, entries);
  if (why !== null) return no(why);
  const passkeys = checkPasskeys(receipt, entries, registered);
  if ('broken' in passkeys) return no(passkeys.broken);
  return {
    ok: true,
    sentence: sentenceOf(entries),
    lines: entries.map((entry) => ({
      ...{ seq: entry.seq, at: entry.at },
      sentence: ledgerSentence(entry, { nameOf: (person) => nameOf(entries, person) }),
    })),
    passkeys: passkeys.sentences,
    checkpoint: head,
    actionDigest: textOf(entries[0]?.body['actionDigest']),
  };
}
