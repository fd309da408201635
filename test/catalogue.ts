import type { Client } from 'pg';

/** Holds no tenant's data; the application has no right on it. */
const EXEMPT = ['schema_migrations'];

/** Policies that let a role see beyond a tenant: the named crossings, each of ids, times and counts (docs/security/tenancy.md). */
export const CROSSINGS: readonly string[] = [
  'agent_settings.admission_sees',
  'chat_workspaces.router_sees',
  'ledger_checkpoints.keeper_sees',
  'ledger_cosignatures.keeper_sees',
  'ledger_heads.keeper_sees',
  'outbox.dispatcher_forgets',
  'outbox.dispatcher_marks',
  'outbox.dispatcher_sees',
  'runs.admission_admits',
  'runs.admission_sees',
  'seen_requests.dispatcher_forgets',
  'seen_requests.dispatcher_sees',
  'teams_registrations.router_sees',
  'tenants.admission_sees',
  'tenants.admission_turns',
];

/** What the role of the crossings may read, by table: of content, nothing. */
export const READ_ACROSS: Readonly<Record<string, readonly string[]>> = {
  agent_settings: ['agent', 'paused', 'tenant', 'working_limit'],
  chat_workspaces: ['platform', 'tenant', 'workspace'],
  ledger_checkpoints: ['made_at', 'published_at', 'size', 'tenant'],
  ledger_cosignatures: ['published_at', 'size', 'tenant', 'witness'],
  ledger_heads: ['size', 'tenant'],
  outbox: [
    ...['attempts', 'created_at', 'done_at', 'due_at', 'enqueued_at', 'id', 'key', 'tenant', 'topic'],
    'traceparent',
  ],
  runs: ['admitted_at', 'agent', 'rank_at', 'requester', 'run', 'status', 'tenant', 'working_since'],
  seen_requests: ['seen_at'],
  teams_registrations: ['app', 'tenant'],
  tenants: ['intake_pass', 'intake_share', 'person_working_limit', 'stopped', 'tenant', 'working_limit'],
};

/** Functions that run with their owner's rights: each is bound to the tenant of its transaction by forced policies. */
const DEFINERS: readonly string[] = [
  ...['append_ledger', 'drop_ledger_bodies', 'drop_old_reads', 'erase_subject', 'lock_ledger_head'],
  ...['make_ledger_head', 'make_ledger_months'],
];

/** Every table, partition and partitioned table of ours, with what keeps its tenants apart. */
const TABLES = `SELECT format('table %s', c.relname) AS what, f.fault
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  CROSS JOIN LATERAL (VALUES
    (NOT c.relrowsecurity, 'row-level security is not enabled'),
    (NOT c.relforcerowsecurity, 'row-level security is not forced'),
    (NOT EXISTS (SELECT FROM pg_index i JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
      WHERE i.indrelid = c.oid AND i.indisprimary AND a.attname = 'tenant'), 'the primary key does not begin with the tenant'),
    (NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant' AND a.attnotnull),
      'the tenant may be null or is missing'),
    (NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polcmd = '*' AND p.polroles = '{0}' AND p.polpermissive
      AND pg_get_expr(p.polqual, c.oid) = '(tenant = current_tenant())'
      AND pg_get_expr(p.polwithcheck, c.oid) = '(tenant = current_tenant())'),
      'no policy binds every role to its tenant, by USING and by WITH CHECK')
  ) f(holds, fault)
  WHERE f.holds AND c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
    AND c.relname <> ALL($1)`;

const UNIQUE_KEYS = `SELECT format('table %s', c.relname) AS what,
    format('the unique key %s does not begin with the tenant', k.relname) AS fault
  FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_class k ON k.oid = i.indexrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
  WHERE (i.indisunique OR i.indisexclusion) AND n.nspname = 'public' AND a.attname IS DISTINCT FROM 'tenant' AND c.relname <> ALL($1)`;

const FOREIGN_KEYS = `SELECT format('table %s', c.relname) AS what,
    format('the foreign key %s does not point from tenant to tenant', k.conname) AS fault
  FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
  JOIN pg_attribute own ON own.attrelid = k.conrelid AND own.attnum = k.conkey[1]
  JOIN pg_attribute far ON far.attrelid = k.confrelid AND far.attnum = k.confkey[1]
  WHERE k.contype = 'f' AND (own.attname <> 'tenant' OR far.attname <> 'tenant') AND c.relname <> ALL($1)`;

const POLICIES = `SELECT format('policy %s.%s', c.relname, p.polname) AS what, 'lets more be seen than one tenant, and is no named crossing' AS fault
  FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
  WHERE p.polpermissive AND format('%s.%s', c.relname, p.polname) <> ALL($1)
    AND (coalesce(pg_get_expr(p.polqual, c.oid), '') NOT IN ('', '(tenant = current_tenant())')
      OR coalesce(pg_get_expr(p.polwithcheck, c.oid), '') NOT IN ('', '(tenant = current_tenant())'))`;

const VIEWS = `SELECT format('view %s', c.relname) AS what, 'runs with the rights of its owner' AS fault
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = 'public' AND (c.relkind = 'm' OR c.relkind = 'v'
    AND NOT coalesce('security_invoker=true' = ANY(c.reloptions) OR 'security_invoker=on' = ANY(c.reloptions), false))`;

const FUNCTIONS = `SELECT format('function %s', p.proname) AS what, f.fault
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
  CROSS JOIN LATERAL (VALUES
    (p.proname <> ALL($1), 'runs with the rights of its owner, and is none that is named'),
    (pg_get_userbyid(p.proowner) <> 'countersign_migrator', 'belongs to somebody else than the migrator'),
    (coalesce(array_to_string(p.proconfig, ','), '') NOT LIKE '%search_path=public, pg_temp%', 'does not fix its search path')
  ) f(holds, fault)
  WHERE f.holds AND p.prosecdef AND n.nspname = 'public'`;

/**
 * What in a database of ours would let one tenant see, point at or guess another's rows, one sentence each. A migration that
 * adds a table, a view, a function or a policy has to come through here.
 */
export async function findCatalogueFaults(db: Client): Promise<string[]> {
  const asked: [sql: string, named?: readonly string[]][] = [
    [TABLES, EXEMPT],
    [UNIQUE_KEYS, EXEMPT],
    [FOREIGN_KEYS, EXEMPT],
    [POLICIES, CROSSINGS],
    [VIEWS],
    [FUNCTIONS, DEFINERS],
  ];
  const faults: string[] = [];
  for (const [sql, named] of asked) {
    const { rows } = await db.query<{ what: string; fault: string }>(sql, named ? [named] : []);
    faults.push(...rows.map(({ what, fault }) => `${what}: ${fault}`));
  }
  return faults.sort();
}

/** The same, as it really is. */
export async function readableAcross(db: Client): Promise<Record<string, string[]>> {
  const { rows } = await db.query<{ name: string; columns: string[] }>(
    `SELECT table_name AS name, array_agg(column_name::text ORDER BY column_name) AS columns
     FROM information_schema.column_privileges
     WHERE grantee = 'countersign_dispatcher' AND privilege_type = 'SELECT' AND table_schema = 'public' GROUP BY 1 ORDER BY 1`,
  );
  return Object.fromEntries(rows.map(({ name, columns }) => [name, columns]));
}
