import type { JsonObject } from '../../core/canonical-json.ts';
import type { PasskeyId, PersonId, TenantId } from '../../core/ids.ts';
import {
  addingText,
  passkeySubject,
  statementDigest,
  statementText,
  type PasskeyView,
} from '../../core/passkey.ts';
import type { Person } from '../../core/people.ts';
import type { Assertion } from '../../core/proof.ts';
import { directs, intend } from '../copies/intend.ts';
import type { Database, TenantTx } from '../database.ts';
import { newId } from '../ids.ts';
import { append } from '../ledger/append.ts';
import { whyNotSignedBy } from '../ledger/check-passkey.ts';
import { sendOut } from '../outbox/outbox-store.ts';
import { PERSON_COLUMNS } from '../people-store.ts';
import type { Sealer } from '../seal.ts';
import type {
  FoundLink,
  PasskeyRefused,
  PasskeyStore,
  Registered,
  Signed,
  Site,
} from '../stores/passkeys.ts';
import { Answer, checkAnswer, checkNew, type Kept } from './answers.ts';
import { ledgerKeyOf } from './cose-key.ts';
import { readLink, readSecret, takeFor, useUp, writeLink } from './links.ts';

interface Edges {
  readonly db: Database;
  readonly sealer: Sealer;
  readonly wake: () => void;
}

const VIEW = `SELECT passkey, person, synced, (extract(epoch FROM created_at) * 1000)::bigint AS "atMs",
    (extract(epoch FROM last_used_at) * 1000)::bigint AS "lastUsedMs",
    (extract(epoch FROM removed_at) * 1000)::bigint AS "removedMs" FROM passkeys`;

const inForce = (tx: TenantTx, person: PersonId): Promise<PasskeyView[]> =>
  tx.rows<PasskeyView>({
    text: `${VIEW} WHERE person = $1 AND removed_at IS NULL ORDER BY created_at DESC`,
    values: [person],
  });

/** Of this person, in force, under lock: two answers of one authenticator follow each other. */
const readKept = (tx: TenantTx, person: PersonId, credential: string) =>
  tx.row<Kept & { passkey: PasskeyId }>({
    text: `SELECT passkey, credential, public_key AS "publicKey", counter FROM passkeys
      WHERE credential = $1 AND person = $2 AND removed_at IS NULL FOR UPDATE`,
    values: [credential, person],
  });

/** The library's word is not enough: what is taken in must hold for whoever checks the receipt, who has our arithmetic alone. */
function whyNotProvable(kept: Kept, assertion: Assertion, digest: string, { rpId }: Site): string | null {
  const key = ledgerKeyOf(kept.publicKey);
  return key === null
    ? 'a key of a kind that is not taken'
    : whyNotSignedBy({ ...key, rpId }, assertion, Buffer.from(digest, 'hex'));
}

/** What one of the person's passkeys answered to this digest; its counter goes on. */
async function answered(tx: TenantTx, link: FoundLink, posted: unknown, digest: string, site: Site) {
  const answer = Answer.safeParse(posted);
  const refuse = (log: string): PasskeyRefused => ({ ok: false, why: 'passkey', link, log });
  if (!answer.success) return refuse('not an answer');
  const kept = await readKept(tx, link.person, answer.data.id);
  if (kept === null) return refuse('no passkey of this person');
  const checked = await checkAnswer(answer.data, kept, digest, site);
  if (!checked.ok) return refuse(checked.log);
  const why = whyNotProvable(kept, checked.assertion, digest, site);
  if (why !== null) return refuse(why);
  await tx.rows({
    text: 'UPDATE passkeys SET counter = $2, synced = $3, last_used_at = now() WHERE passkey = $1',
    values: [kept.passkey, checked.counter, checked.synced],
  });
  return { ok: true, passkey: kept.passkey, assertion: checked.assertion } as const;
}

async function sign(edges: Edges, secret: string, posted: unknown, site: Site): Promise<Signed> {
  const at = readSecret(edges.sealer, secret);
  if (at === null) return { ok: false, why: 'unknown' };
  return edges.db.inTenant(at.tenant, async (tx): Promise<Signed> => {
    const looked = await readLink(tx, edges.sealer, at, ' FOR UPDATE');
    if (!looked.ok) return looked;
    const { link } = looked;
    if (link.purpose !== 'sign') return { ok: false, why: 'unknown' };
    await useUp(tx, link.link);
    const done = await answered(tx, link, posted, statementDigest(link.statement), site);
    if (!done.ok) return done;
    const { passkey, assertion } = done;
    const statement = statementText(link.statement);
    return { ok: true, link, proof: { kind: 'passkey', passkey, statement, assertion } };
  });
}

const INSERT = `INSERT INTO passkeys (tenant, passkey, person, credential, public_key, counter, aaguid, transports, synced, rp_id)
  VALUES (current_tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING RETURNING passkey`;

/** Everybody learns of what may sign in their name, in every chat that reaches them. */
async function tell(tx: TenantTx, passkey: PasskeyId, person: PersonId): Promise<void> {
  await intend(tx, { subject: passkeySubject(passkey), version: 1 }, await directs(tx, [person]));
}

async function whoIs(tx: TenantTx, person: PersonId): Promise<JsonObject> {
  const found = await tx.row<Person>({
    text: `SELECT ${PERSON_COLUMNS} FROM people p WHERE p.person = $1`,
    values: [person],
  });
  return found === null ? {} : { by: { name: found.name, roles: [...found.roles] } };
}

async function keep(tx: TenantTx, link: FoundLink, posted: unknown, site: Site): Promise<Registered> {
  const refuse = (log: string): PasskeyRefused => ({ ok: false, why: 'passkey', link, log });
  const { tenant, person } = link;
  const made = await checkNew(posted, addingText('new', link), site);
  if (!made.ok) return refuse(made.log);
  const { aaguid, credential, credentialBackedUp: synced } = made.info;
  const key = ledgerKeyOf(credential.publicKey);
  if (key === null) return refuse('a key of a kind that is not taken');
  const passkey = newId('pky');
  const bytes = Buffer.from(credential.publicKey);
  const values = [passkey, person, credential.id, bytes, credential.counter, aaguid, made.transports, synced];
  const [kept] = await tx.rows({ text: INSERT, values: [...values, site.rpId] });
  if (kept === undefined) return refuse('known already');
  await append(tx, tenant, {
    ...{ kind: 'passkey.registered', subject: passkeySubject(passkey), run: null, actor: person },
    body: {
      ...{ passkey, credential: credential.id, ...key, rpId: site.rpId, aaguid, synced },
      ...(link.purpose === 'register' && link.signedInAtMs !== null
        ? { signedInAtMs: link.signedInAtMs }
        : {}),
      ...(await whoIs(tx, person)),
    },
  });
  await tell(tx, passkey, person);
  return { ok: true, link, passkey };
}

async function register(
  edges: Edges,
  secret: string,
  posted: { readonly made: unknown; readonly by: unknown },
  site: Site,
  firstBySignIn: (tenant: TenantId) => Promise<boolean>,
): Promise<Registered> {
  const at = readSecret(edges.sealer, secret);
  if (at === null) return { ok: false, why: 'unknown' };
  const bySignIn = await firstBySignIn(at.tenant);
  const done = await edges.db.inTenant(at.tenant, async (tx): Promise<Registered> => {
    const looked = await readLink(tx, edges.sealer, at, ' FOR UPDATE');
    if (!looked.ok) return looked;
    const { link } = looked;
    if (link.purpose !== 'register') return { ok: false, why: 'unknown' };
    await useUp(tx, link.link);
    if ((await inForce(tx, link.person)).length > 0) {
      const proved = await answered(tx, link, posted.by, addingText('by', link), site);
      if (!proved.ok) return proved;
    } else if (bySignIn && link.signedInAtMs === null) return { ok: false, why: 'sign-in', link };
    return keep(tx, link, posted.made, site);
  });
  edges.wake();
  return done;
}

const REMOVE = `UPDATE passkeys SET removed_at = now(), removed_by = $2 WHERE passkey = $1 AND person = $2 AND removed_at IS NULL
  RETURNING person`;
const SHOW = `UPDATE card_copies SET wanted_version = 2, updated_at = now()
  WHERE subject = $1 AND status <> 'failed' RETURNING copy`;

async function remove(tx: TenantTx, tenant: TenantId, passkey: PasskeyId, by: PersonId): Promise<boolean> {
  const [removed] = await tx.rows({ text: REMOVE, values: [passkey, by] });
  if (removed === undefined) return false;
  const subject = passkeySubject(passkey);
  const body = { passkey, ...(await whoIs(tx, by)) };
  await append(tx, tenant, { kind: 'passkey.removed', subject, run: null, actor: by, body });
  const copies = await tx.rows<{ copy: string }>({ text: SHOW, values: [subject] });
  await sendOut(
    tx,
    copies.map(({ copy }) => ({ topic: 'deliver', key: copy, payload: { copy } })),
  );
  return true;
}

export function createPasskeyStore(edges: Edges): PasskeyStore {
  const { db, sealer } = edges;
  return {
    of: (tenant, person) => db.inTenant(tenant, (tx) => inForce(tx, person)),
    view: (tenant, passkey) =>
      db.inTenant(tenant, (tx) =>
        tx.row<PasskeyView>({ text: `${VIEW} WHERE passkey = $1`, values: [passkey] }),
      ),
    askToSign: (tenant, asked) => db.inTenant(tenant, (tx) => writeLink(tx, sealer, tenant, asked)),
    askToRegister: (tenant, asked) => db.inTenant(tenant, (tx) => writeLink(tx, sealer, tenant, asked)),
    async look(secret) {
      const at = readSecret(sealer, secret);
      return at === null
        ? { ok: false, why: 'unknown' }
        : db.inTenant(at.tenant, (tx) => readLink(tx, sealer, at));
    },
    credentials: (tenant, person) =>
      db.inTenant(tenant, (tx) =>
        tx.rows<{ id: string; transports: string[] }>({
          text: 'SELECT credential AS id, transports FROM passkeys WHERE person = $1 AND removed_at IS NULL',
          values: [person],
        }),
      ),
    sign: (secret, answer, site) => sign(edges, secret, answer, site),
    signedIn: (tenant, about) => db.inTenant(tenant, (tx) => takeFor(tx, sealer, tenant, about)),
    register: (secret, posted, site, firstBySignIn) => register(edges, secret, posted, site, firstBySignIn),
    async remove(tenant, passkey, by) {
      const removed = await db.inTenant(tenant, (tx) => remove(tx, tenant, passkey, by));
      edges.wake();
      return removed;
    },
  };
}
