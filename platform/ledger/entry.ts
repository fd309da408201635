import type { JsonObject } from '../../core/canonical-json.ts';
import type { PersonId, RunId } from '../../core/ids.ts';
import type { Pseudonym } from '../personal/subject-keys.ts';

/** What one entry says. What of the body is personal is sealed under keys of those it concerns, so it can be erased. */
export interface LedgerEntry {
  /** e.g. `approval.signed`, `run.started`, `refused`. */
  readonly kind: string;
  /** The id that the entry is about: a run, an approval, a copy's approval, the tenant. */
  readonly subject: string;
  readonly run: RunId | null;
  /** Who did it; null when Countersign itself did. */
  readonly actor: PersonId | null;
  readonly body: JsonObject;
  /** Whom the run is about, where the run is not written yet. */
  readonly party?: Pseudonym;
}
