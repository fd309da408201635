import type { TenantId } from '../../core/ids.ts';
import type { Broken } from '../../core/ledger-words.ts';
import { appendLeaves, EMPTY_FRONTIER, rootOf, type Frontier } from '../../core/merkle/frontier.ts';
import { sameHash, type Hash } from '../../core/merkle/hashes.ts';
import type { WitnessView } from '../../core/views.ts';
import { sha256Bytes } from './sha256.ts';
import { cosignatureUnder, readWitness, type Witness } from './cosignature.ts';
import { ledgerOrigin, openCheckpoint, readVerifier, type TreeHead } from './note.ts';

/** What a ledger is held against: notes that were published, and whose signature counts. */
export interface Witnessed {
  /** https://c2sp.org/signed-note#verifier-keys */
  readonly verifierKey: string;
  readonly notes: readonly string[];
  /** Keys of witnesses that are to have signed them too. */
  readonly witnesses?: readonly string[];
}

/** Follows a walk over a tenant's entries and says where a checkpoint does not agree. */
export interface CheckpointCheck {
  /** Checkpoints that agreed so far. */
  readonly agreed: () => number;
  /** The newest checkpoint that each witness signed, of those that agreed so far. */
  readonly witnesses: () => readonly WitnessView[];
  /** The next entries' hashes, in order. */
  add(leaves: readonly Hash[]): Broken | null;
  /** After the last entry. */
  end(): Broken | null;
}

/** What a note states, and when each witness signed it; null where one did not. */
interface SignedHead extends TreeHead {
  readonly times: readonly (number | null)[];
}

/** A signature that claims to be a witness's and is not makes the whole note none. */
function timesUnder(
  note: string,
  witnesses: readonly Witness[],
): SignedHead['times'] | { readonly false: string } {
  const found = witnesses.map((witness) => cosignatureUnder(note, witness));
  const bad = found.indexOf('false');
  if (bad >= 0) return { false: witnesses[bad]?.name ?? '' };
  return found.map((one) => (typeof one === 'string' ? null : one.signedAtMs));
}

/** The heads that the notes state, smallest first; or what is wrong with the notes by themselves. */
function readNotes(
  tenant: TenantId,
  { verifierKey, notes }: Witnessed,
  witnesses: readonly Witness[],
): readonly SignedHead[] | Broken {
  if (notes.length === 0) return [];
  const heads: SignedHead[] = [];
  const verifier = readVerifier(verifierKey);
  const origin = ledgerOrigin(verifier.name, tenant);
  for (const note of notes) {
    const head = openCheckpoint(note, verifier);
    if (head === null || head.origin !== origin)
      return { why: 'checkpoint-not-ours', seq: head?.size ?? 0, is: note.split('\n')[1] ?? '' };
    const times = timesUnder(note, witnesses);
    if ('false' in times) return { why: 'cosignature-false', seq: head.size, is: times.false };
    heads.push({ ...head, times });
  }
  heads.sort((a, b) => a.size - b.size);
  const fork = heads.find((head, i) => {
    const before = heads[i - 1];
    return before?.size === head.size && !sameHash(before.root, head.root);
  });
  return fork ? { why: 'checkpoint-fork', seq: fork.size } : heads;
}

/** What comes before the first note that is wrong is still compared, since it may be wrong earlier. */
export function checkCheckpoints(tenant: TenantId, witnessed: Witnessed): CheckpointCheck {
  const witnesses = (witnessed.witnesses ?? []).map(readWitness);
  const read = readNotes(tenant, witnessed, witnesses);
  const heads = 'why' in read ? [] : read;
  let tree: Frontier = EMPTY_FRONTIER;
  let next = 0;
  const compare = (): Broken | null => {
    for (let head = heads[next]; head?.size === tree.size; head = heads[next]) {
      if (!sameHash(head.root, rootOf(tree.hashes))) return { why: 'checkpoint-other-root', seq: head.size };
      next += 1;
    }
    return null;
  };
  return {
    agreed: () => next,
    witnesses: () =>
      witnesses.map(({ name }, i) => {
        const newest = heads.slice(0, next).findLast(({ times }) => times[i] !== null);
        return { name, size: newest?.size ?? 0, signedAtMs: newest?.times[i] ?? 0 };
      }),
    add(leaves) {
      if ('why' in read) return read;
      if (next === heads.length) return null;
      for (let done = 0; done < leaves.length;) {
        const upTo = Math.min(leaves.length, done + (heads[next]?.size ?? Infinity) - tree.size);
        tree = appendLeaves(tree, leaves.slice(done, upTo), undefined, sha256Bytes);
        done = upTo;
        const broken = compare();
        if (broken !== null) return broken;
      }
      return null;
    },
    end() {
      if ('why' in read) return read;
      const beyond = heads[next];
      return beyond ? { why: 'checkpoint-beyond', seq: tree.size + 1, is: beyond.size } : null;
    },
  };
}
