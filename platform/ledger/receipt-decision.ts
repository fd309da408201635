import { actionDigest, type Action } from '../../core/action.ts';
import type { JsonObject } from '../../core/canonical-json.ts';
import { PasskeyId, type ApprovalId, type RunId, type TenantId } from '../../core/ids.ts';
import { ERASED } from '../../core/ledger-personal.ts';
import { passkeySubject } from '../../core/passkey.ts';
import { whyPasskeyBroken } from './check-passkey.ts';
import type { TreeHead } from './note.ts';
import { firstWhy, textOf, whyBroken, type Entry, type Read } from './receipt-entry.ts';

/** The entries of one request, in order: what was decided about it, and what came of it. */
export interface Decision {
  readonly approval: ApprovalId;
  readonly entries: readonly Read[];
}

/** Every change of a request leaves one entry with the version that it came to: one that was left out leaves a gap. */
export function whyGap({ approval, entries }: Decision): string | null {
  return firstWhy(entries.slice(1), ({ seq, body }, i) =>
    body['version'] === i + 2 ? null : `Before entry #${seq} the receipt lacks an entry about ${approval}.`,
  );
}

/** Which request entries are about. */
interface About {
  readonly tenant: TenantId;
  readonly approval: ApprovalId;
}

/** Whether all of it is about the one action that was asked for; in words, or null. */
export function whyOtherAction(
  { tenant, approval }: About,
  asked: Read,
  entries: readonly Read[],
): string | null {
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

export function nameOf(entries: readonly Read[], person: string): string | undefined {
  const by = entries.find(({ actor, body }) => actor === person && body['by'])?.body['by'] as JsonObject;
  return by === undefined ? undefined : textOf(by['name']);
}

function signerWords({ actor, body }: Read): string {
  const { name, roles } = (body['by'] ?? {}) as { name?: string; roles?: string[] };
  return name === undefined ? actor : `${name} (${roles?.join(', ') ?? ''})`;
}

const SIGNING = new Set(['approval.signed', 'approval.break-glass']);

/** Of a part that an entry commits to and the receipt has not. */
export const MISSING = 'with parts missing, which were erased or held back by whoever made this copy';

/** What was decided, by whom and when, in one sentence. */
export function sentenceOf(entries: readonly Read[]): string {
  const title = textOf(entries.find(({ kind }) => kind === 'approval.asked')?.body['title']);
  const signed = entries.filter(({ kind }) => SIGNING.has(kind)).map(signerWords);
  const last = entries.findLast(({ body }) => typeof body['status'] === 'string');
  const by = signed.length === 0 ? 'nobody signed it' : `signed by ${signed.join(' and ')}`;
  const stands = last ? `; it was ${textOf(last.body['status'])} at ${last.at}` : '; it is still pending';
  const what = title === '' ? `What was asked for (${MISSING})` : `"${title}"`;
  return `${what}: ${by}${stands}.`;
}

/** The passkey that an entry says it was signed with. */
export function passkeyIn(body: JsonObject): PasskeyId | null {
  const { kind, passkey } = (body['proof'] ?? {}) as { kind?: unknown; passkey?: unknown };
  return kind === 'passkey' ? (PasskeyId.safeParse(passkey).data ?? null) : null;
}

/** An entry that registers a passkey is proved like every other, under its own subject. */
export function whyNotRegistering(
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
export function checkPasskeys(
  { tenant, approval }: About,
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
