import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Sha256 } from '../../core/canonical-json.ts';
import { TenantId, type ApprovalId, type PersonId } from '../../core/ids.ts';
import type { Language } from '../../core/language.ts';
import type { Database, TenantTx } from '../database.ts';
import type { Sealer } from '../seal.ts';
import type { Platform, SignInAsked, SignInFound, SignInPurpose, SignInStore } from '../stores.ts';

/** From the link to its last page. */
const LASTS_MINUTES = 10;

const Named = z.strictObject({ t: TenantId, i: z.string().regex(/^[0-9a-f]{64}$/) });
type Kind = 'link' | 'state';

/**
 * What stands in a link or in `state`: the tenant and the sign-in, sealed. So the tenant is one that we wrote, not one that a
 * browser says, and a link is not a state.
 */
const tokens = (sealer: Sealer) => ({
  write: (kind: Kind, tenant: TenantId, id: string): string =>
    sealer.seal(Buffer.from(JSON.stringify({ t: tenant, i: id })), `sign-in ${kind}`).toString('base64url'),
  read(kind: Kind, token: string): { tenant: TenantId; id: string } | null {
    if (token.length > 600) return null;
    try {
      const opened = sealer.open(Buffer.from(token, 'base64url'), `sign-in ${kind}`);
      const named = Named.parse(JSON.parse(opened.toString('utf8')));
      return { tenant: named.t, id: named.i };
    } catch {
      return null;
    }
  },
});

const digest = (secret: string): string => createHash('sha256').update(secret).digest('hex');

const same = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

interface Row {
  sign_in: string;
  purpose: SignInPurpose['kind'];
  person: PersonId | null;
  platform: Platform;
  workspace: string;
  account: string;
  approval: ApprovalId | null;
  action_digest: Sha256 | null;
  language: Language;
  browser: string | null;
  secrets: Buffer | null;
  begun: boolean;
  used: boolean;
  over: boolean;
}

function found(tenant: TenantId, row: Row): SignInFound {
  const { purpose, platform, workspace, account, person, language, approval, action_digest: digested } = row;
  const account_ = { platform, workspace, account };
  const at = { tenant, id: row.sign_in, account: account_, person, language };
  if (purpose !== 'step-up') return { ...at, purpose: { kind: purpose } };
  if (approval === null || digested === null) throw new Error('a step-up names no action');
  return { ...at, purpose: { kind: 'step-up', approval, actionDigest: digested } };
}

const READ = `SELECT sign_in, purpose, person, platform, workspace, account, approval, action_digest, language, browser, secrets,
  begun_at IS NOT NULL AS begun, used_at IS NOT NULL AS used, expires_at <= now() AS over
  FROM sign_ins WHERE sign_in = $1`;
const read = (tx: TenantTx, id: string, lock = ''): Promise<Row | null> =>
  tx.row<Row>({ text: `${READ}${lock}`, values: [id] });

const INSERT = `INSERT INTO sign_ins (tenant, sign_in, purpose, person, platform, workspace, account, approval, action_digest,
    language, expires_at)
  VALUES (current_tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9, now() + interval '${LASTS_MINUTES} minutes')`;

async function ask(tx: TenantTx, id: string, { purpose, account, person, language }: SignInAsked) {
  const [approval, actionDigest] =
    purpose.kind === 'step-up' ? [purpose.approval, purpose.actionDigest] : [null, null];
  const { platform, workspace, account: name } = account;
  await tx.rows({
    text: INSERT,
    values: [id, purpose.kind, person, platform, workspace, name, approval, actionDigest, language],
  });
}

export function createSignInStore(db: Database, sealer: Sealer): SignInStore {
  const { write, read: open } = tokens(sealer);
  const place = (tenant: TenantId, id: string): string => `sign-in ${tenant} ${id}`;
  return {
    async ask(tenant, asked) {
      const id = randomBytes(32).toString('hex');
      await db.inTenant(tenant, (tx) => ask(tx, id, asked));
      return write('link', tenant, id);
    },
    async look(link) {
      const named = open('link', link);
      if (named === null) return null;
      const row = await db.inTenant(named.tenant, (tx) => read(tx, named.id));
      return row === null || row.used || row.begun || row.over ? null : found(named.tenant, row);
    },
    async begin(link, secrets) {
      const named = open('link', link);
      if (named === null) return null;
      const { tenant, id } = named;
      const browser = randomBytes(32).toString('base64url');
      const sealed = sealer.seal(Buffer.from(JSON.stringify(secrets)), place(tenant, id));
      const taken = await db.inTenant(tenant, (tx) =>
        tx.rows({
          text: `UPDATE sign_ins SET browser = $2, secrets = $3, begun_at = now()
            WHERE sign_in = $1 AND begun_at IS NULL AND used_at IS NULL AND expires_at > now() RETURNING sign_in`,
          values: [id, digest(browser), sealed],
        }),
      );
      return taken.length === 1 ? { state: write('state', tenant, id), browser } : null;
    },
    async end(state, browser) {
      const named = open('state', state);
      if (named === null) return { ok: false, why: 'unknown', signIn: null };
      const { tenant, id } = named;
      return db.inTenant(tenant, async (tx) => {
        const row = await read(tx, id, ' FOR UPDATE');
        if (row === null || row.browser === null || row.secrets === null)
          return { ok: false, why: 'unknown', signIn: null } as const;
        const signIn = found(tenant, row);
        // Another browser's try does not use it up: whoever got hold of the address could end somebody's sign-in so.
        if (browser === null || !same(row.browser, digest(browser)))
          return { ok: false, why: 'other-browser', signIn } as const;
        if (row.used) return { ok: false, why: 'used', signIn } as const;
        if (row.over) return { ok: false, why: 'expired', signIn } as const;
        await tx.rows({ text: 'UPDATE sign_ins SET used_at = now() WHERE sign_in = $1', values: [id] });
        const secrets = Secrets.parse(
          JSON.parse(sealer.open(row.secrets, place(tenant, id)).toString('utf8')),
        );
        return { ok: true, signIn, ...secrets } as const;
      });
    },
  };
}

const Secrets = z.strictObject({ nonce: z.string(), verifier: z.string() });
