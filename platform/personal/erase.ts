import { RunId, type PersonId, type TenantId } from '../../core/ids.ts';
import type { Database, TenantTx } from '../database.ts';
import { newId } from '../ids.ts';
import { append, lockHead } from '../ledger/append.ts';
import { ERASED_KIND } from '../ledger/gone.ts';
import { accountSubject } from './seal-entries.ts';
import { personSubject, runAlone, type Pseudonym, type SubjectKeys } from './subject-keys.ts';

/** Something that may not be: said to whoever asked for it. */
export class ErasureRefusedError extends Error {}

export interface Erasure {
  /** A person's id or address, a run, or what an agent's contract names, e.g. `claim CLM-0847`. */
  readonly who: string;
  readonly reason: string;
  /** The address of the Admin who has it done. */
  readonly by: string;
}
export interface Erased {
  /** Data keys that are destroyed. */
  readonly keys: number;
  readonly runs: number;
  readonly person: boolean;
  readonly ledgerSeq: number;
}
export interface Hold {
  readonly hold: string;
  readonly reason: string;
  readonly everybody: boolean;
  readonly setAtMs: number;
}

/** @throws ErasureRefusedError */
async function adminOf(tx: TenantTx, email: string): Promise<PersonId> {
  const row = await tx.row<{ person: PersonId }>({
    text: `SELECT person FROM people WHERE email = lower($1) AND active AND 'admin' = ANY(roles)`,
    values: [email],
  });
  if (row === null) throw new ErasureRefusedError(`${email} is no Admin here.`);
  return row.person;
}

interface Subjects {
  readonly person: PersonId | null;
  readonly all: readonly [Pseudonym, ...Pseudonym[]];
}

function keysOf(tx: TenantTx): SubjectKeys {
  if (tx.keys === null)
    throw new Error('COUNTERSIGN_ENCRYPTION_KEY: missing; who is meant is found by it, and nowhere written');
  return tx.keys;
}

/** A person is their accounts in the chats as well: what was refused to one of those is about them. */
async function subjectsOf(tx: TenantTx, tenant: TenantId, who: string): Promise<Subjects> {
  const keys = keysOf(tx);
  const person = await tx.row<{ person: PersonId }>({
    text: 'SELECT person FROM people WHERE person = $1 OR email = lower($1)',
    values: [who],
  });
  if (person === null) {
    const subject = RunId.safeParse(who).success ? runAlone(who as RunId) : who.trim();
    return { person: null, all: [keys.pseudonym(tenant, subject)] };
  }
  const accounts = await tx.rows<object>({
    text: 'SELECT platform, workspace, account FROM chat_identities WHERE person = $1',
    values: [person.person],
  });
  const others = accounts.map((account) => keys.pseudonym(tenant, accountSubject(account)));
  return {
    person: person.person,
    all: [keys.pseudonym(tenant, personSubject(person.person)), ...others],
  };
}

const WORDS: Readonly<Record<string, string>> = {
  CSL03: 'A legal hold stands: nothing of them may be erased until an Admin lifts it.',
  CSL04:
    'Something about them is still open: a run, a request, or an action whose outcome is unknown. Let it end, or cancel it, first.',
};
const inWords = (error: unknown): unknown => {
  const words = WORDS[String((error as { code?: unknown }).code)];
  return words === undefined ? error : new ErasureRefusedError(words, { cause: error });
};

async function erase(tx: TenantTx, tenant: TenantId, { who, reason, by }: Erasure): Promise<Erased> {
  await lockHead(tx, tenant);
  const actor = await adminOf(tx, by);
  const { person, all } = await subjectsOf(tx, tenant, who);
  if (person === actor) throw new ErasureRefusedError('Nobody erases themselves: another Admin does.');
  const gone = await tx
    .row<{ keys: string[]; runs: string[] }>({
      text: 'SELECT keys, runs_of AS runs FROM erase_subject($1, $2)',
      values: [all, person],
    })
    .catch((error: unknown) => {
      throw inWords(error);
    });
  const { keys = [], runs = [] } = gone ?? {};
  if (keys.length === 0 && runs.length === 0 && person === null)
    throw new ErasureRefusedError('Nothing is kept about anybody of that name.');
  // Whom it was is not said again: the keys are enough to tell what is gone by right.
  const body = { reason, keys, runs: runs.length, person: person !== null };
  const ledgerSeq = await append(tx, tenant, { kind: ERASED_KIND, subject: tenant, run: null, actor, body });
  keysOf(tx).forget();
  return { keys: keys.length, runs: runs.length, person: person !== null, ledgerSeq };
}

/** Destroys what is personal of one person, and says so in the ledger; see docs/decisions/erasure.md. @throws ErasureRefusedError */
export const eraseSubject = (db: Database, tenant: TenantId, erasure: Erasure): Promise<Erased> =>
  db.inTenant(tenant, (tx) => erase(tx, tenant, erasure));

/** @param who null: everybody. Returns the hold's name. @throws ErasureRefusedError */
export const setHold = (
  db: Database,
  tenant: TenantId,
  { who, reason, by }: { readonly who: string | null; readonly reason: string; readonly by: string },
): Promise<string> =>
  db.inTenant(tenant, async (tx) => {
    await lockHead(tx, tenant);
    const actor = await adminOf(tx, by);
    const hold = newId('hld');
    const subjects = who === null ? null : await subjectsOf(tx, tenant, who);
    await tx.rows({
      text: 'INSERT INTO legal_holds (tenant, hold, subject, reason, set_by) VALUES (current_tenant(), $1, $2, $3, $4)',
      values: [hold, subjects?.all[0] ?? null, reason, actor],
    });
    const body = { hold, reason, everybody: who === null };
    await append(tx, tenant, { kind: 'hold.set', subject: hold, run: null, actor, body });
    return hold;
  });

/** False: there is none of that name that stands. @throws ErasureRefusedError */
export const liftHold = (
  db: Database,
  tenant: TenantId,
  { hold, reason, by }: { readonly hold: string; readonly reason: string; readonly by: string },
): Promise<boolean> =>
  db.inTenant(tenant, async (tx) => {
    await lockHead(tx, tenant);
    const actor = await adminOf(tx, by);
    const lifted = await tx.rows({
      text: `UPDATE legal_holds SET lifted_at = now(), lifted_by = $2 WHERE hold = $1 AND lifted_at IS NULL RETURNING hold`,
      values: [hold, actor],
    });
    if (lifted.length === 0) return false;
    await append(tx, tenant, {
      ...{ kind: 'hold.lifted', subject: hold, run: null, actor },
      body: { hold, reason },
    });
    return true;
  });

/** Those that stand. */
export const holdsOf = (db: Database, tenant: TenantId): Promise<readonly Hold[]> =>
  db.inTenant(tenant, (tx) =>
    tx.rows<Hold>({
      text: `SELECT hold, reason, subject IS NULL AS everybody, (extract(epoch FROM set_at) * 1000)::bigint AS "setAtMs"
        FROM legal_holds WHERE lifted_at IS NULL ORDER BY set_at`,
    }),
  );
