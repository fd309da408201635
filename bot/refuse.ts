import { PersonId, type TenantId } from '../core/ids.ts';
import type { Language } from '../core/language.ts';
import type { Person } from '../core/people.ts';
import { refusalSentence, type Reader } from '../core/sentences.ts';
import type { Refusal } from '../core/views.ts';
import type { Stores } from '../platform/stores.ts';
import type { Count } from './api/metrics.ts';
import type { Caller, Outcome } from './chat.ts';
import { refusal } from './words.ts';

export interface RefusalEdges {
  readonly stores: Stores;
  readonly count: Count;
}

export interface RefusedRequest {
  /** Null: a workspace that belongs to nobody has no ledger; metric and log only. */
  readonly tenant: TenantId | null;
  readonly person: Person | null;
  readonly caller: Caller;
  readonly requestKey: string;
  /** What it was about: an approval, a run, or the verb itself. */
  readonly subject: string;
  readonly verb: string;
  readonly refusal: Refusal;
}

const FOR_WANT_OF_A_RIGHT: ReadonlySet<Refusal['reason']> = new Set(['not_permitted', 'not_an_approver']);

/** Whose groups could not be read is told so, and not that they lack a right that those may give. */
export function forWantOfGroups(said: Refusal, person: Person | null): Refusal {
  const [directory] = person?.unread ?? [];
  if (directory === undefined || !FOR_WANT_OF_A_RIGHT.has(said.reason)) return said;
  return refusal('directory_away', { directory });
}

/** The sentence in the reader's own language and zone, with names for the ids that it mentions. */
export async function sayRefusal(
  stores: Stores,
  tenant: TenantId | null,
  person: Person | null,
  refusal: Refusal,
  said?: Language | null,
): Promise<Outcome> {
  const language =
    person?.language ?? said ?? (tenant === null ? 'en' : await stores.people.languageOf(tenant));
  const names = new Map<string, string>();
  for (const value of Object.values(refusal.detail)) {
    const id = PersonId.safeParse(value);
    const named = id.success && tenant !== null ? await stores.people.person(tenant, id.data) : null;
    if (named !== null) names.set(named.id, named.name);
  }
  const reader: Reader = {
    language,
    nameOf: (id) => names.get(id),
    ...(person === null ? {} : { timeZone: person.timeZone }),
  };
  return { kind: 'text', done: false, text: refusalSentence(refusal, reader), language };
}

/**
 * A refusal before the machine: a ledger entry and the private sentence. The same request sent again is answered again
 * but written once, so that a replay cannot fill the ledger.
 */
export async function refuse(edges: RefusalEdges, request: RefusedRequest): Promise<Outcome> {
  const { stores, count } = edges;
  const { tenant, person, caller, subject, verb } = request;
  const why = forWantOfGroups(request.refusal, person);
  count('refusals', { reason: why.reason, platform: caller.platform });
  if (tenant !== null) {
    const key = `refused ${request.requestKey}`;
    if (await stores.seen.firstTime(tenant, caller.platform, key))
      await stores.approvals.recordRefusal(tenant, {
        subject,
        person: person?.id ?? null,
        account: { platform: caller.platform, workspace: caller.workspace, account: caller.account },
        verb,
        reason: why.reason,
      });
  }
  return sayRefusal(stores, tenant, person, why, caller.language);
}
