import type pg from 'pg';
import type { TenantId } from '../../core/ids.ts';
import { regain } from '../copies/access.ts';
import type { Database, TenantTx } from '../database.ts';
import { append, lockHead } from '../ledger/append.ts';
import type { Sealer } from '../seal.ts';
import type {
  RegistrationStore,
  RegistrationView,
  TeamsCloud,
  TeamsRegistration,
} from '../stores/registrations.ts';

const place = (tenant: TenantId, app: string): string => `teams registration ${tenant} ${app}`;

const COLUMNS = `app, directories, cloud, (extract(epoch FROM secret_at) * 1000)::bigint AS "secretAtMs"`;

const GET = `SELECT ${COLUMNS}, sealed FROM teams_registrations WHERE app = $1 AND ended_at IS NULL`;

const APP_OF = `SELECT app FROM teams_registrations WHERE $1 = ANY(directories) AND ended_at IS NULL`;

const LIST = `SELECT ${COLUMNS}, (extract(epoch FROM ended_at) * 1000)::bigint AS "endedAtMs"
  FROM teams_registrations ORDER BY made_at, app`;

const INSERT = `INSERT INTO teams_registrations (tenant, app, directories, cloud, sealed)
  VALUES (current_tenant(), $1, $2, $3, $4)
  ON CONFLICT (tenant, app) DO UPDATE SET directories = excluded.directories, cloud = excluded.cloud, sealed = excluded.sealed,
    made_at = now(), secret_at = now(), ended_at = NULL WHERE teams_registrations.ended_at IS NOT NULL RETURNING app`;

const WORKSPACES = `INSERT INTO chat_workspaces (tenant, platform, workspace)
  SELECT current_tenant(), 'teams', unnest($1::text[]) ON CONFLICT DO NOTHING`;

const TAKEN = `SELECT app FROM teams_registrations WHERE directories && $1::text[] AND ended_at IS NULL AND app <> $2 LIMIT 1`;

const SECRET = `UPDATE teams_registrations SET sealed = $2, secret_at = now() WHERE app = $1 AND ended_at IS NULL RETURNING app`;

const END = `UPDATE teams_registrations SET sealed = NULL, ended_at = now() WHERE app = $1 AND ended_at IS NULL RETURNING app`;

export interface NewRegistration {
  readonly app: string;
  readonly directories: readonly string[];
  readonly cloud: TeamsCloud;
  readonly secret: string;
}

/** Said to the operator, word for word. */
export class RegistrationRefusedError extends Error {}

interface Edges {
  readonly sealer: Sealer;
  /** Role countersign_dispatcher: whose an app or an Entra tenant is, across all companies. */
  readonly router: pg.Pool;
}

const sealOf = ({ sealer }: Pick<Edges, 'sealer'>, tenant: TenantId, app: string, secret: string): Buffer =>
  sealer.seal(Buffer.from(secret, 'utf8'), place(tenant, app));

const ANOTHERS_APP = 'SELECT FROM teams_registrations WHERE app = $1 AND tenant <> $2 LIMIT 1';
const ANOTHERS_DIRECTORY = `SELECT workspace FROM chat_workspaces
  WHERE platform = 'teams' AND workspace = ANY($1) AND tenant <> $2 LIMIT 1`;

/** Whoever registers waits for whoever does at the same moment, so that the second finds the first's rows. */
async function refuseAnothers(
  { router }: Edges,
  tx: TenantTx,
  tenant: TenantId,
  { app, directories }: NewRegistration,
): Promise<void> {
  await tx.rows({ text: `SELECT pg_advisory_xact_lock(hashtextextended('teams registrations', 0))` });
  if ((await router.query(ANOTHERS_APP, [app, tenant])).rows.length > 0)
    throw new RegistrationRefusedError(`The app ${app} is another company's here.`);
  const { rows } = await router.query<{ workspace: string }>(ANOTHERS_DIRECTORY, [directories, tenant]);
  if (rows[0])
    throw new RegistrationRefusedError(`The Entra tenant ${rows[0].workspace} is another company's here.`);
}

/** From now on its Entra tenants are this company's, and are written to by it. @throws RegistrationRefusedError */
export async function addRegistration(
  edges: Edges,
  db: Database,
  tenant: TenantId,
  made: NewRegistration,
): Promise<void> {
  const { app, directories, cloud } = made;
  await db.inTenant(tenant, async (tx) => {
    await refuseAnothers(edges, tx, tenant, made);
    await lockHead(tx, tenant);
    const taken = await tx.row<{ app: string }>({ text: TAKEN, values: [directories, app] });
    if (taken)
      throw new RegistrationRefusedError(
        `One of these Entra tenants is served by ${taken.app}: end that first.`,
      );
    const values = [app, directories, cloud, sealOf(edges, tenant, app, made.secret)];
    if ((await tx.rows({ text: INSERT, values })).length === 0)
      throw new RegistrationRefusedError(
        `The app ${app} is registered already; a new secret is set by: secret.`,
      );
    await tx.rows({ text: WORKSPACES, values: [directories] });
    // What could not be sent there for want of a registration is tried again.
    for (const workspace of directories)
      await regain(tx, tenant, { platform: 'teams', workspace, conversation: null });
    const body = { app, directories: [...directories], cloud };
    await append(tx, tenant, { kind: 'teams.registered', subject: tenant, run: null, actor: null, body });
  });
}

async function changed(
  tx: TenantTx,
  tenant: TenantId,
  { statement, kind, app }: { statement: { text: string; values: unknown[] }; kind: string; app: string },
): Promise<boolean> {
  await lockHead(tx, tenant);
  if ((await tx.rows(statement)).length === 0) return false;
  await append(tx, tenant, { kind, subject: tenant, run: null, actor: null, body: { app } });
  return true;
}

/** Another secret in the place of the one in force. False: there is no such registration in force. */
export const changeSecret = (
  edges: Pick<Edges, 'sealer'>,
  db: Database,
  tenant: TenantId,
  { app, secret }: { readonly app: string; readonly secret: string },
): Promise<boolean> =>
  db.inTenant(tenant, (tx) => {
    const statement = { text: SECRET, values: [app, sealOf(edges, tenant, app, secret)] };
    return changed(tx, tenant, { statement, kind: 'teams.secret-changed', app });
  });

/** It is over, and its secret erased. False: there is no such registration in force. */
export const endRegistration = (db: Database, tenant: TenantId, app: string): Promise<boolean> =>
  db.inTenant(tenant, (tx) =>
    changed(tx, tenant, { statement: { text: END, values: [app] }, kind: 'teams.ended', app }),
  );

export const listRegistrations = (db: Database, tenant: TenantId): Promise<readonly RegistrationView[]> =>
  db.inTenant(tenant, (tx) => tx.rows<RegistrationView>({ text: LIST }));

/** What the bot reads. A secret that does not open fails, and is never taken for none. */
export function createRegistrationStore({
  db,
  sealer,
  router,
}: Edges & { readonly db: Database }): RegistrationStore {
  return {
    async apps() {
      const text = 'SELECT tenant, app FROM teams_registrations';
      return (await router.query<{ tenant: TenantId; app: string }>({ name: 'teams_apps', text })).rows;
    },
    get: (tenant, app) =>
      db.inTenant(tenant, async (tx) => {
        const row = await tx.row<Omit<TeamsRegistration, 'tenant'> & { sealed: Buffer }>({
          text: GET,
          values: [app],
        });
        if (!row) return null;
        const { sealed, ...rest } = row;
        return { ...rest, tenant, secret: sealer.open(sealed, place(tenant, app)).toString('utf8') };
      }),
    appOf: (tenant, directory) =>
      db.inTenant(tenant, async (tx) => {
        const row = await tx.row<{ app: string }>({ text: APP_OF, values: [directory] });
        return row?.app ?? null;
      }),
  };
}
