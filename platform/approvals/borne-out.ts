import { actionDigest } from '../../core/action.ts';
import type { ApprovalState } from '../../core/approval/types.ts';
import type { JsonObject } from '../../core/canonical-json.ts';
import type { PersonId } from '../../core/ids.ts';
import { whyEntryBroken, type StoredEntry } from '../../core/ledger.ts';
import { passkeySubject } from '../../core/passkey.ts';
import type { ProofShown } from '../../core/proof.ts';
import type { TenantTx } from '../database.ts';
import { whyPasskeyBroken } from '../ledger/check-passkey.ts';
import { openBodies } from '../personal/seal-entries.ts';

/** What of an approval the ledger does not say. */
export type NotBorneOut = 'entry' | 'action' | 'signature' | 'passkey';

/**
 * An edit's signature stands in the entry that ended the approval before. One list of subjects, which the index finds: a
 * condition for each of them would read the whole ledger.
 */
const ENTRIES = `SELECT e.seq, e.header, e.entry_hash AS "entryHash", b.salt, b.body, b.personal
  FROM ledger_entries e JOIN ledger_bodies b USING (tenant, seq, created_at)
  WHERE e.subject = ANY(array_append($3::text[], $1)
      || ARRAY(SELECT approval FROM approvals WHERE run = $2 AND state ->> 'supersededBy' = $1))
    AND e.kind = ANY(CASE WHEN e.subject = $1
      THEN ARRAY['approval.asked','approval.signed','approval.break-glass','approval.granted']
      ELSE ARRAY['approval.edited','passkey.registered'] END)
  ORDER BY e.seq`;

type Row = StoredEntry & { readonly body: string; readonly personal: string | null };

interface Said {
  readonly kind: string;
  readonly actor: string;
  readonly body: JsonObject;
}

/** What the entries say, each by itself what its header commits to; null where one is not. */
async function readSaid(tx: TenantTx, state: ApprovalState): Promise<readonly Said[] | null> {
  const passkeys = [...state.signatures, ...(state.breakGlass ? [state.breakGlass] : [])].flatMap(
    ({ proof }) => (proof?.passkey ? [passkeySubject(proof.passkey)] : []),
  );
  const values = [state.id, state.action.run, passkeys];
  const rows = await tx.rows<Row>({ name: 'borne_out', text: ENTRIES, values });
  if (rows.some((row) => whyEntryBroken(row, state.tenant) !== null)) return null;
  const opened = await openBodies(tx, state.tenant, rows);
  return rows.flatMap(({ header }, i) => {
    // whose form was checked with the entry
    const { kind, actor } = JSON.parse(header) as Said;
    const body = opened[i]?.body;
    return body ? [{ kind, actor, body }] : [];
  });
}

/** The entry in which somebody decided so, by their signature. */
const ENTRY = { approve: 'approval.signed', 'break-glass': 'approval.break-glass' } as const;

function whyUnsigned(
  state: ApprovalState,
  said: readonly Said[],
  { person, proof }: { readonly person: PersonId; readonly proof?: ProofShown },
  decision: keyof typeof ENTRY,
): NotBorneOut | null {
  const { tenant, id: approval, actionDigest } = state;
  const entries = said.filter(
    ({ kind, actor, body }) =>
      actor === person &&
      (kind === 'approval.edited'
        ? decision === 'approve' && body['successor'] === approval
        : kind === ENTRY[decision] && body['actionDigest'] === actionDigest),
  );
  if (entries.length === 0) return 'signature';
  if (proof?.kind !== 'passkey') return null;
  const registered = said.find(
    ({ kind, body }) => kind === 'passkey.registered' && body['passkey'] === proof.passkey,
  );
  const decided = { tenant, approval, person, actionDigest, decision };
  return registered && entries.some(({ body }) => whyPasskeyBroken(body, registered, decided) === null)
    ? null
    : 'passkey';
}

/**
 * Whether the ledger says what is about to run: that this action was asked for, and that everybody whose signature counts
 * signed it, with the passkey that they registered where they used one. Whoever can write to the database past the one writer
 * can change an approval's row, its digest and its signatures together; what they sign in the ledger as well is found by the
 * next checkpoint, and a passkey's signature they cannot make at all. Null: it says so.
 */
export async function whyNotBorneOut(tx: TenantTx, state: ApprovalState): Promise<NotBorneOut | null> {
  const said = await readSaid(tx, state);
  if (said === null) return 'entry';
  const asked = said.filter(({ kind }) => kind === 'approval.asked');
  const digests = [actionDigest(state.action), ...asked.map(({ body }) => body['actionDigest'])];
  if (asked.length !== 1 || digests.some((digest) => digest !== state.actionDigest)) return 'action';
  const granted = said.some(({ kind, body }) => kind === 'approval.granted' && body['grant'] === state.grant);
  if (state.grant !== null && !granted) return 'signature';
  const all = [
    ...state.signatures.map((one) => whyUnsigned(state, said, one, 'approve')),
    state.breakGlass ? whyUnsigned(state, said, state.breakGlass, 'break-glass') : null,
  ];
  return all.find((why) => why !== null) ?? null;
}
