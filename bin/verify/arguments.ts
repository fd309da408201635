import { parseArgs } from 'node:util';
import { ApprovalId, RunId, TenantId } from '../../core/ids.ts';

export const USAGE = `Usage: countersign verify <tenant> [run_... | apr_...] [--checkpoints FOLDER | s3:BUCKET/PREFIX] [--checkpoint FILE]
                          [--key VERIFIER_KEY] [--witness WITNESS_KEY]...
       countersign verify <tenant> --growth OLD.checkpoint NEW.checkpoint [--out FILE]   proof that it only added
       countersign verify <tenant> --entry NUMBER [--out FILE]   proof that one entry is in it
       countersign verify <receipt or proof .json or .txt> [--key VERIFIER_KEY] [--witness WITNESS_KEY]...   (needs nothing else, no database)
  The environment names the database (docs/guides/environment.md). Without a place it is the first of
  COUNTERSIGN_CHECKPOINTS, or what the database itself keeps; --checkpoint FILE is one as it was kept, or posted to a chat.
  Without a key it is COUNTERSIGN_LEDGER_KEY, or that of COUNTERSIGN_SIGNING_KEY. A witness that is named has to have signed too;
  of those in COUNTERSIGN_WITNESS it is said whether they did.`;

const text = { type: 'string' } as const;
const OPTIONS = {
  ...{ checkpoints: text, checkpoint: text, key: text, growth: text, entry: text, out: text },
  witness: { type: 'string', multiple: true },
} as const;

export interface AskedLedger {
  readonly kind: 'ledger';
  readonly tenant: TenantId;
  readonly subject: RunId | ApprovalId | undefined;
  readonly checkpoints: string | undefined;
  readonly checkpoint: string | undefined;
  readonly key: string | undefined;
  /** Keys of witnesses that have to have signed. */
  readonly witnesses: readonly string[];
}
/** A file has an ending, which no tenant's name has. */
export interface AskedFile {
  readonly kind: 'file';
  readonly file: string;
  readonly key: string | undefined;
  readonly witnesses: readonly string[];
}
export interface AskedProof {
  readonly kind: 'proof';
  readonly tenant: TenantId;
  readonly of: { readonly entry: number } | { readonly earlier: string; readonly later: string };
  readonly out: string | undefined;
  readonly key: string | undefined;
}
export type Asked = AskedLedger | AskedFile | AskedProof;

/** Null: not to be understood. */
export function readArguments(args: string[]): Asked | null {
  try {
    const { positionals, values } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
    const { growth, entry, out, key, checkpoints, checkpoint, witness: witnesses = [] } = values;
    const [first, second, ...more] = positionals;
    if (more.length > 0) return null;
    if (/\.(json|txt)$/.test(first ?? '') && first !== undefined && second === undefined) return { kind: 'file', file: first, key, witnesses };
    const tenant = TenantId.parse(first);
    if (entry !== undefined)
      return /^[1-9]\d{0,14}$/.test(entry) && second === undefined && growth === undefined
        ? { kind: 'proof', tenant, of: { entry: Number(entry) }, out, key }
        : null;
    if (growth !== undefined)
      return second === undefined ? null : { kind: 'proof', tenant, of: { earlier: growth, later: second }, out, key };
    const subject = second === undefined ? undefined : RunId.or(ApprovalId).parse(second);
    return { kind: 'ledger', tenant, subject, checkpoints, checkpoint, key, witnesses };
  } catch {
    return null;
  }
} // prettier-ignore
