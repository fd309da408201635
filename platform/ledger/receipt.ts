import { z } from 'zod';
import { ApprovalId, RunId, TenantId } from '../../core/ids.ts';
import { ledgerSentence } from '../../core/ledger-sentence.ts';
import { passkeySubject } from '../../core/passkey.ts';
import type { TenantTx } from '../database.ts';
import { cosignatureUnder, readWitness } from './cosignature.ts';
import { ledgerOrigin, openCheckpoint, readVerifier, type TreeHead } from './note.ts';
import {
  checkPasskeys,
  MISSING,
  nameOf,
  passkeyIn,
  sentenceOf,
  whyGap,
  whyNotRegistering,
  whyOtherAction,
} from './receipt-decision.ts';
import {
  coveringCheckpoint,
  ENTRY_ROWS,
  firstWhy,
  isWhole,
  Proved,
  proved,
  readEntry,
  textOf,
  whyBroken,
  type Entry,
  type Read,
  type Row,
} from './receipt-entry.ts';
import { decisionsIn, runSentence, whyNotOfRun } from './run-receipt.ts';

const PARTS = {
  v: z.literal(1),
  tenant: TenantId,
  checkpoint: z.string().max(100_000),
  /** How the passkeys that signed were registered, with their public keys. */
  passkeys: z.array(Proved).max(100).optional(),
};

/** What was decided about one request, and the proof that it stands in a ledger that was signed as a whole. */
const OfApproval = z.strictObject({
  ...{ ...PARTS, kind: z.literal('countersign-receipt'), approval: ApprovalId },
  entries: z.array(Proved).min(1).max(500),
});
/** The same of everything that is recorded about one run. */
const OfRun = z.strictObject({
  ...{ ...PARTS, kind: z.literal('countersign-run-receipt'), run: RunId },
  entries: z.array(Proved).min(1).max(5_000),
});
const Receipt = z.discriminatedUnion('kind', [OfApproval, OfRun]);
type Receipt = z.infer<typeof Receipt>;

/** As it is handed over: bytes in base64. */
export type ReceiptJson = z.input<typeof OfApproval> & { readonly approval: ApprovalId };
export type RunReceiptJson = z.input<typeof OfRun> & { readonly run: RunId };

const OF_APPROVAL = `${ENTRY_ROWS} WHERE e.subject = $1 AND (e.kind LIKE 'approval.%' OR e.kind LIKE 'action.%') ORDER BY e.seq`;
const OF_RUN = `${ENTRY_ROWS} WHERE e.run = $1 ORDER BY e.seq LIMIT 5000`;
const REGISTERED = `${ENTRY_ROWS} WHERE e.subject = ANY($1) AND e.kind = 'passkey.registered' ORDER BY e.seq`;

/**
 * `none`: nothing is recorded about it. `not-yet`: no checkpoint covers all of it so far; there is one within a minute.
 * `dropped`: bodies of it were exported and dropped after their years.
 */
export type NoReceipt = 'none' | 'not-yet' | 'dropped';

/** What both kinds hold, besides what they are about. */
async function makeParts(
  tx: TenantTx,
  tenant: TenantId,
  rows: readonly Row[],
): Promise<Pick<ReceiptJson, 'v' | 'tenant' | 'checkpoint' | 'entries' | 'passkeys'> | NoReceipt> {
  const last = rows.at(-1);
  if (last === undefined) return 'none';
  if (!rows.every(isWhole)) return 'dropped';
  const covering = await coveringCheckpoint(tx, last.seq);
  if (covering === null) return 'not-yet';
  const entries = await proved(tx, tenant, rows, covering.size);
  const signed = entries.flatMap((entry) => passkeyIn(readEntry(Proved.parse(entry)).body) ?? []);
  const subjects = [...new Set(signed.map(passkeySubject))];
  const keys = subjects.length === 0 ? [] : await tx.rows<Row>({ text: REGISTERED, values: [subjects] });
  if (!keys.every(isWhole)) return 'dropped';
  const passkeys = await proved(tx, tenant, keys, covering.size);
  return {
    ...{ v: 1, tenant, checkpoint: covering.note, entries },
    ...(passkeys.length === 0 ? {} : { passkeys }),
  };
}

/** Everything that was decided about a request up to now, provable without us. */
export async function makeReceipt(
  tx: TenantTx,
  tenant: TenantId,
  approval: ApprovalId,
): Promise<ReceiptJson | NoReceipt> {
  const rows = await tx.rows<Row>({ text: OF_APPROVAL, values: [approval] });
  const parts = await makeParts(tx, tenant, rows);
  return typeof parts === 'string' ? parts : { ...parts, kind: 'countersign-receipt', approval };
}

/** Everything that is recorded about a run up to now, provable without us. */
export async function makeRunReceipt(
  tx: TenantTx,
  tenant: TenantId,
  run: RunId,
): Promise<RunReceiptJson | NoReceipt> {
  const parts = await makeParts(tx, tenant, await tx.rows<Row>({ text: OF_RUN, values: [run] }));
  return typeof parts === 'string' ? parts : { ...parts, kind: 'countersign-run-receipt', run };
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
      /** Whoever was to sign the checkpoint too, and when they did; null: they did not. */
      readonly witnesses: readonly { readonly name: string; readonly signedAtMs: number | null }[];
      /** Of each request in it. */
      readonly actionDigests: readonly string[];
    }
  | { readonly ok: false; readonly broken: string };

interface Opened {
  readonly receipt: Receipt;
  readonly entries: readonly Read[];
  readonly registered: readonly Read[];
}

function open(text: string): Opened | null {
  try {
    const receipt = Receipt.parse(JSON.parse(text));
    const registered = (receipt.passkeys ?? []).map(readEntry);
    return { receipt, entries: receipt.entries.map(readEntry), registered };
  } catch {
    return null;
  }
}

/** The first thing that is wrong with its entries, in words, or null. */
function whyWrong({ receipt, entries, registered }: Opened, head: TreeHead): string | null {
  const { tenant } = receipt;
  const subjectOf = (entry: Read): string =>
    receipt.kind === 'countersign-receipt' ? receipt.approval : entry.subject;
  const why = (entry: Entry, i: number): string | null => {
    const read = entries[i];
    return read ? whyBroken(entry, { tenant, subject: subjectOf(read) }, head) : null;
  };
  return (
    firstWhy(receipt.entries, why) ??
    firstWhy(entries, ({ seq }, i) =>
      seq > (entries[i - 1]?.seq ?? 0) ? null : `Entry #${seq} stands in it out of order.`,
    ) ??
    firstWhy(receipt.passkeys ?? [], (entry, i) => whyNotRegistering(entry, registered[i], tenant, head)) ??
    (receipt.kind === 'countersign-run-receipt' ? whyNotOfRun(receipt.run, entries) : null)
  );
}

/** What each request in it came to, or the first thing that is wrong with one. */
function checkDecisions({ receipt, entries, registered }: Opened) {
  const { tenant } = receipt;
  const decisions =
    receipt.kind === 'countersign-receipt' ? [{ approval: receipt.approval, entries }] : decisionsIn(entries);
  const passkeys: string[] = [];
  for (const decision of decisions) {
    const about = { tenant, approval: decision.approval };
    const [asked] = decision.entries;
    if (asked?.kind !== 'approval.asked')
      return { broken: `The receipt lacks the entry that says what was asked for in ${decision.approval}.` };
    const why = whyGap(decision) ?? whyOtherAction(about, asked, decision.entries);
    if (why !== null) return { broken: why };
    const checked = checkPasskeys(about, decision.entries, registered);
    if ('broken' in checked) return checked;
    passkeys.push(...checked.sentences);
  }
  return { decisions, passkeys };
}

/** When each witness signed, or the name of one whose signature is false. */
function witnessesUnder(note: string, keys: readonly string[]) {
  const found = keys.map(readWitness).map((witness) => ({
    ...{ name: witness.name, found: cosignatureUnder(note, witness) },
  }));
  const bad = found.find((one) => one.found === 'false');
  return bad
    ? { broken: `The checkpoint in it bears a signature of the witness ${bad.name} that is not theirs.` }
    : found.map((one) => ({
        ...{ name: one.name, signedAtMs: typeof one.found === 'string' ? null : one.found.signedAtMs },
      }));
}

/** Of what is not there a copy that was handed on cannot tell why. */
const linesOf = (entries: readonly Read[]): ReceiptLine[] =>
  entries.map((entry) => ({
    ...{ seq: entry.seq, at: entry.at },
    sentence: ledgerSentence(entry, { nameOf: (person) => nameOf(entries, person), erased: MISSING }),
  }));

/**
 * Checks a receipt by itself, of a request or of a run, with the public keys and nothing else.
 * @param verifierKey of whoever signs the ledger's checkpoints
 * @param witnessKeys of whoever is to have signed them too
 * @throws Error when a key is none
 */
export function checkReceipt(
  text: string,
  verifierKey: string,
  witnessKeys: readonly string[] = [],
): CheckedReceipt {
  const no = (broken: string): CheckedReceipt => ({ ok: false, broken });
  const verifier = readVerifier(verifierKey);
  const opened = open(text);
  if (opened === null) return no('This is no receipt: it does not have the form of one.');
  const { receipt, entries } = opened;
  const head = openCheckpoint(receipt.checkpoint, verifier);
  if (head === null || head.origin !== ledgerOrigin(verifier.name, receipt.tenant))
    return no('The checkpoint in this receipt was not signed by this key for this ledger.');
  const witnesses = witnessesUnder(receipt.checkpoint, witnessKeys);
  if ('broken' in witnesses) return no(witnesses.broken);
  const why = whyWrong(opened, head);
  if (why !== null) return no(why);
  const checked = checkDecisions(opened);
  if ('broken' in checked) return no(checked.broken);
  const { decisions, passkeys } = checked;
  return {
    ok: true,
    sentence:
      receipt.kind === 'countersign-receipt' ? sentenceOf(entries) : runSentence(receipt.run, entries),
    ...{ lines: linesOf(entries), passkeys, checkpoint: head, witnesses },
    actionDigests: decisions.map((one) => textOf(one.entries[0]?.body['actionDigest'])),
  };
}
