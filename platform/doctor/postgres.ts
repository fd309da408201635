import pg from 'pg';
import { findMigrations } from '../migrate.ts';
import { CLOCK_APART_MS, codeOf, note, ok, placeOf, skipped, wrong, type Finding } from './finding.ts';
import { FOUND, LINES } from './words.ts';

export interface DatabaseUrls {
  readonly appUrl: string | null;
  readonly dispatcherUrl: string | null;
  readonly migratorUrl: string | null;
}

interface Role {
  readonly role: string;
  readonly superuser: boolean;
  readonly bypasses: boolean;
  readonly owned: number;
}

const ROLE = `SELECT current_user AS role, rolsuper AS superuser, rolbypassrls AS bypasses,
  (SELECT count(*)::int FROM pg_tables WHERE schemaname = current_schema() AND tableowner = current_user) AS owned
  FROM pg_roles WHERE rolname = current_user`;

/** As in `catalogue.test.ts`, on the database that is really used. */
const TABLES = `SELECT c.relname AS name, c.relrowsecurity AND c.relforcerowsecurity AS forced
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = current_schema() AND c.relkind IN ('r','p') AND c.relname <> 'schema_migrations' ORDER BY 1`;

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({
    ...{ connectionString: url, application_name: 'countersign doctor' },
    ...{ connectionTimeoutMillis: 5_000, statement_timeout: 10_000 },
  });
  client.on('error', () => {});
  await client.connect();
  return client;
}

function unreachable(what: string, variable: string, url: string, error: unknown): Finding {
  const code = codeOf(error);
  const place = placeOf(url);
  if (['28P01', '28000', '42501'].includes(code))
    return wrong(what, FOUND.refused(place, code), FOUND.makeRoles);
  if (code === '3D000') return wrong(what, FOUND.noDatabase(place), FOUND.makeRoles);
  return wrong(what, FOUND.noAnswer(place, code), FOUND.startIt(variable));
}

function judgeRole(what: string, variable: string, found: Role | undefined, sameAs?: string): Finding {
  if (!found) return skipped(what, FOUND.notChecked(LINES.postgres));
  const why = [
    ...(found.superuser ? [FOUND.isSuperuser] : []),
    ...(found.bypasses ? [FOUND.bypasses] : []),
    ...(found.owned > 0 ? [FOUND.owns(found.owned)] : []),
    ...(found.role === sameAs ? [FOUND.sameRole] : []),
  ];
  return why.length > 0
    ? wrong(what, FOUND.strongRole(found.role, why), FOUND.otherRole(variable))
    : ok(what, FOUND.bareRole(found.role));
}

/** How far this machine's clock is ahead of the database's, by half of the way there and back. */
async function judgeClock(client: pg.Client, now: () => number): Promise<Finding> {
  const before = now();
  const { rows } = await client.query<{ ms: string }>(
    `SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS ms`,
  );
  const ahead = (before + now()) / 2 - Number(rows[0]?.ms);
  return Math.abs(ahead) > CLOCK_APART_MS
    ? wrong(LINES.databaseClock, FOUND.clockWrong(ahead), FOUND.setClock)
    : ok(LINES.databaseClock, FOUND.clockRight(ahead));
}

async function judgeTables(client: pg.Client): Promise<{ any: boolean; finding: Finding }> {
  const { rows } = await client.query<{ name: string; forced: boolean }>(TABLES);
  const unforced = rows.filter((row) => !row.forced).map((row) => row.name);
  const any = rows.length > 0;
  if (!any) return { any, finding: skipped(LINES.rowSecurity, FOUND.notChecked(FOUND.noSchema)) };
  const finding =
    unforced.length > 0
      ? wrong(LINES.rowSecurity, FOUND.unforced(unforced), FOUND.forceIt)
      : ok(LINES.rowSecurity, FOUND.forced(rows.length));
  return { any, finding };
}

/** Only the owner may read which migrations ran. */
async function judgeSchema(migratorUrl: string | null, any: boolean): Promise<Finding> {
  const what = LINES.migrations;
  if (!any) return wrong(what, FOUND.noSchema, FOUND.migrate);
  if (migratorUrl === null) return note(what, FOUND.schemaThere);
  try {
    const found = await findMigrations({ migratorUrl });
    if (found.drift !== null) return wrong(what, FOUND.drift(found.drift), FOUND.driftAdvice);
    return found.missing.length > 0
      ? wrong(what, FOUND.behind(found.missing), FOUND.migrate)
      : ok(what, FOUND.upToDate(found.applied));
  } catch (error) {
    return unreachable(what, 'DATABASE_MIGRATOR_URL', migratorUrl, error);
  }
}

async function examineDispatcher(url: string | null, appRole: string | undefined): Promise<Finding> {
  const what = LINES.dispatcherRole;
  const variable = 'DATABASE_DISPATCHER_URL';
  if (url === null) return skipped(what, FOUND.unset(variable));
  try {
    const client = await connect(url);
    try {
      return judgeRole(what, variable, (await client.query<Role>(ROLE)).rows[0], appRole);
    } finally {
      await client.end();
    }
  } catch (error) {
    return unreachable(what, variable, url, error);
  }
}

/** Roles, schema, row-level security and clock. `usable`: tenants can be looked up. */
export async function examinePostgres(
  urls: DatabaseUrls,
  now: () => number,
): Promise<{ findings: Finding[]; usable: boolean }> {
  const { appUrl, dispatcherUrl, migratorUrl } = urls;
  if (appUrl === null)
    return { findings: [skipped(LINES.postgres, FOUND.unset('DATABASE_URL'))], usable: false };
  let client: pg.Client;
  try {
    client = await connect(appUrl);
  } catch (error) {
    return { findings: [unreachable(LINES.postgres, 'DATABASE_URL', appUrl, error)], usable: false };
  }
  try {
    const { rows } = await client.query<{ version: string }>(
      `SELECT current_setting('server_version') AS version`,
    );
    const role = (await client.query<Role>(ROLE)).rows[0];
    const tables = await judgeTables(client);
    const dispatcher = await examineDispatcher(dispatcherUrl, role?.role);
    const findings = [
      ok(LINES.postgres, FOUND.version(rows[0]?.version ?? '', placeOf(appUrl))),
      judgeRole(LINES.appRole, 'DATABASE_URL', role),
      dispatcher,
      await judgeSchema(migratorUrl, tables.any),
      tables.finding,
      await judgeClock(client, now),
    ];
    return { findings, usable: tables.any && dispatcherUrl !== null && dispatcher.state !== 'wrong' };
  } finally {
    await client.end();
  }
}
