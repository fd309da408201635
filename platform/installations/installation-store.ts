import type pg from 'pg';
import { z } from 'zod';
import type { TenantId } from '../../core/ids.ts';
import { regain } from '../copies/access.ts';
import type { Database, TenantTx } from '../database.ts';
import { append, lockHead } from '../ledger/append.ts';
import type { Sealer } from '../seal.ts';
import type {
  InstallationStore,
  InstallationView,
  Kept,
  NewInstallation,
  OpenState,
  SlackToken,
} from '../stores/installations.ts';
import { newHanded, readHanded } from './install-links.ts';

/** As long as the cookie that the browser brings back. */
const STATE_MINUTES = 10;
/** A link that somebody tries over and over is not worth more rows than this. */
const STATES_OF_A_LINK = 50;
/** Longer than Slack takes to answer. */
const REFRESH_SECONDS = 30;

const place = (tenant: TenantId, workspace: string): string => `slack installation ${tenant} ${workspace}`;

const Sealed = z.strictObject({ token: z.string(), refreshToken: z.string().nullable() });

const BEGIN = `INSERT INTO install_states (tenant, state, link, expires_at)
  SELECT l.tenant, $2, l.link, now() + interval '${STATE_MINUTES} minutes' FROM install_links l
  WHERE l.link = $1 AND l.used_at IS NULL AND l.expires_at > now()
    AND (SELECT count(*) FROM install_states s WHERE s.link = l.link) < ${STATES_OF_A_LINK}
  RETURNING state`;

const USE = `UPDATE install_states SET used_at = now() WHERE state = $1 AND used_at IS NULL AND expires_at > now() RETURNING link`;

const USE_LINK = `UPDATE install_links SET used_at = now(), workspace = $2
  WHERE link = $1 AND used_at IS NULL AND expires_at > now() RETURNING channel`;

const WORKSPACE = `INSERT INTO chat_workspaces (tenant, platform, workspace, settings)
  VALUES (current_tenant(), 'slack', $1, jsonb_strip_nulls(jsonb_build_object('approvalsChannel', $2::text)))
  ON CONFLICT (tenant, platform, workspace) DO UPDATE SET settings = chat_workspaces.settings || excluded.settings`;

const KEEP = `INSERT INTO slack_installations (tenant, workspace, name, app, bot_user, scopes, sealed, expires_at)
  VALUES (current_tenant(), $1, $2, $3, $4, $5, $6, to_timestamp($7::float8 / 1000))
  ON CONFLICT (tenant, workspace) DO UPDATE SET name = excluded.name, app = excluded.app, bot_user = excluded.bot_user,
    scopes = excluded.scopes, sealed = excluded.sealed, expires_at = excluded.expires_at, installed_at = now(),
    refreshed_at = NULL, refreshing_until = NULL, ended_at = NULL, ended_why = NULL`;

const READ = `SELECT sealed, bot_user AS "botUser", (extract(epoch FROM expires_at) * 1000)::bigint AS "expiresAtMs"
  FROM slack_installations WHERE workspace = $1 AND ended_at IS NULL`;

/** Whoever comes with a token that was replaced meanwhile gets no right to replace the new one. */
const TAKE = `UPDATE slack_installations SET refreshing_until = now() + interval '${REFRESH_SECONDS} seconds'
  WHERE workspace = $1 AND ended_at IS NULL AND coalesce(refreshing_until, now()) <= now()
    AND (extract(epoch FROM expires_at) * 1000)::bigint = $2 RETURNING sealed`;

const REFRESHED = `UPDATE slack_installations SET sealed = $2, expires_at = to_timestamp($3::float8 / 1000), refreshed_at = now(),
  refreshing_until = NULL WHERE workspace = $1 AND ended_at IS NULL`;

const END = `UPDATE slack_installations SET ended_at = now(), ended_why = $2, sealed = NULL, expires_at = NULL,
  refreshing_until = NULL WHERE workspace = $1 AND ended_at IS NULL RETURNING workspace`;

const LIST = `SELECT workspace, name, (extract(epoch FROM installed_at) * 1000)::bigint AS "installedAtMs",
    (extract(epoch FROM expires_at) * 1000)::bigint AS "expiresAtMs", ended_why AS "endedWhy"
  FROM slack_installations ORDER BY workspace`;

interface Edges {
  readonly db: Database;
  readonly sealer: Sealer;
  /** Role countersign_dispatcher: which company a workspace is, across all of them. */
  readonly router: pg.Pool;
  readonly wake: () => void;
}

const sealOf = (
  { sealer }: Edges,
  tenant: TenantId,
  workspace: string,
  { token, refreshToken }: SlackToken,
) => sealer.seal(Buffer.from(JSON.stringify({ token, refreshToken }), 'utf8'), place(tenant, workspace));

const openOf = ({ sealer }: Edges, tenant: TenantId, workspace: string, sealed: Uint8Array) =>
  Sealed.parse(JSON.parse(sealer.open(sealed, place(tenant, workspace)).toString('utf8')));

/** Two companies that a workspace joins at the same moment follow each other: the second finds the first's row. */
async function isAnothers(
  { router }: Edges,
  tx: TenantTx,
  tenant: TenantId,
  workspace: string,
): Promise<boolean> {
  await tx.rows({
    text: `SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`,
    values: [`slack ${workspace}`],
  });
  const { rows } = await router.query(
    `SELECT FROM chat_workspaces WHERE platform = 'slack' AND workspace = $1 AND tenant <> $2`,
    [workspace, tenant],
  );
  return rows.length > 0;
}

/** Undoes what the transaction did so far, and answers. */
class Refused extends Error {
  readonly kept: Kept;
  constructor(why: 'link_over' | 'other_company') {
    super(why);
    this.kept = { ok: false, why };
  }
}

async function keep(edges: Edges, { tenant, link }: OpenState, made: NewInstallation): Promise<Kept> {
  const { workspace, name, app, botUser, scopes } = made;
  const work = async (tx: TenantTx): Promise<Kept> => {
    if (await isAnothers(edges, tx, tenant, workspace)) throw new Refused('other_company');
    await lockHead(tx, tenant);
    const used = await tx.row<{ channel: string | null }>({ text: USE_LINK, values: [link, workspace] });
    if (!used) throw new Refused('link_over');
    await tx.rows({ text: WORKSPACE, values: [workspace, used.channel] });
    const sealed = sealOf(edges, tenant, workspace, made);
    await tx.rows({ text: KEEP, values: [workspace, name, app, botUser, scopes, sealed, made.expiresAtMs] });
    const body = { workspace, name, app, scopes: [...scopes] };
    await append(tx, tenant, { kind: 'slack.installed', subject: tenant, run: null, actor: null, body });
    await regain(tx, tenant, { platform: 'slack', workspace, conversation: null });
    return { ok: true };
  };
  try {
    return await edges.db.inTenant(tenant, work);
  } catch (error) {
    if (error instanceof Refused) return error.kept;
    throw error;
  } finally {
    edges.wake();
  }
}

async function end({ db }: Edges, tenant: TenantId, workspace: string, why: string): Promise<boolean> {
  return db.inTenant(tenant, async (tx) => {
    await lockHead(tx, tenant);
    if ((await tx.rows({ text: END, values: [workspace, why] })).length === 0) return false;
    const body = { workspace, why };
    await append(tx, tenant, { kind: 'slack.removed', subject: tenant, run: null, actor: null, body });
    return true;
  });
}

const tokens = (
  edges: Edges,
): Pick<InstallationStore, 'token' | 'takeRefresh' | 'refreshed' | 'giveBackRefresh'> => {
  const { db } = edges;
  return {
    async token(tenant, workspace) {
      const row = await db.inTenant(tenant, (tx) =>
        tx.row<{ sealed: Buffer; botUser: string; expiresAtMs: number | null }>({
          text: READ,
          values: [workspace],
        }),
      );
      if (!row) return null;
      const { sealed, ...rest } = row;
      return { ...openOf(edges, tenant, workspace, sealed), ...rest };
    },
    async takeRefresh(tenant, workspace, { expiresAtMs }) {
      const row = await db.inTenant(tenant, (tx) =>
        tx.row<{ sealed: Buffer }>({ text: TAKE, values: [workspace, expiresAtMs] }),
      );
      return row && openOf(edges, tenant, workspace, row.sealed).refreshToken;
    },
    async refreshed(tenant, workspace, token) {
      const sealed = sealOf(edges, tenant, workspace, token);
      await db.inTenant(tenant, (tx) =>
        tx.rows({ text: REFRESHED, values: [workspace, sealed, token.expiresAtMs] }),
      );
    },
    async giveBackRefresh(tenant, workspace) {
      const text = 'UPDATE slack_installations SET refreshing_until = NULL WHERE workspace = $1';
      await db.inTenant(tenant, (tx) => tx.rows({ text, values: [workspace] }));
    },
  };
};

export function createInstallationStore(edges: Edges): InstallationStore {
  const { db } = edges;
  return {
    ...tokens(edges),
    async begin(link) {
      const read = readHanded(link);
      if (read === null) return null;
      const { text, digest } = newHanded(read.tenant);
      const made = await db.inTenant(read.tenant, (tx) =>
        tx.rows({ text: BEGIN, values: [read.digest, digest] }),
      );
      return made.length === 0 ? null : text;
    },
    async use(state) {
      const read = readHanded(state);
      if (read === null) return null;
      const used = await db.inTenant(read.tenant, (tx) =>
        tx.row<{ link: string }>({ text: USE, values: [read.digest] }),
      );
      return used && { tenant: read.tenant, link: used.link };
    },
    keep: (state, made) => keep(edges, state, made),
    end: (tenant, workspace, why) => end(edges, tenant, workspace, why),
    list: (tenant) => db.inTenant(tenant, (tx) => tx.rows<InstallationView>({ text: LIST })),
  };
}
