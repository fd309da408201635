import type { Pool } from 'pg';
import { type JsonObject } from '../core/canonical-json.ts';
import { TenantId, type PersonId, type TargetId, type TokenId } from '../core/ids.ts';
import type { LimitsChange } from '../core/intake/limits.ts';
import type { Language } from '../core/language.ts';
import type { Policy } from '../core/policy-types.ts';
import type { VersionState } from '../core/versions.ts';
import { putPolicy } from './approvals/policies.ts';
import { createPool, openDatabase, type Database, type TenantTx } from './database.ts';
import { addTarget, endTarget, viewTargets, type NewTarget } from './forwards/targets.ts';
import { newId } from './ids.ts';
import { importPeople, type ImportReport } from './import-people.ts';
import { makeInstallLink, type LinkTerms } from './installations/install-links.ts';
import {
  addRegistration,
  changeSecret,
  endRegistration,
  listRegistrations,
  type NewRegistration,
} from './installations/registrations.ts';
import { setLimits } from './intake/set-limits.ts';
import { append, lockHead } from './ledger/append.ts';
import { retainLedger, type ExportedMonth } from './ledger/months.ts';
import {
  eraseSubject,
  holdsOf,
  liftHold,
  setHold,
  type Erased,
  type Erasure,
  type Hold,
} from './personal/erase.ts';
import { createSealer } from './seal.ts';
import type {
  ChatAccount,
  Platform,
  RegistrationView,
  TargetView,
  TokenView,
  VersionChange,
} from './stores.ts';
import {
  createService,
  createToken,
  listTokens,
  revokeToken,
  type NewServiceAccount,
  type NewToken,
} from './tokens/token-store.ts';
import { setVersions } from './versions/version-store.ts';

export interface NewTenant {
  readonly tenant: TenantId;
  readonly name: string;
  /** What its channels are written in; left alone when not given. */
  readonly language?: Language;
  /** settings: {approvalsChannel, alertsChannel, serviceUrl, timeZone, ...}; without an approvalsChannel no card goes to a channel. */
  readonly workspaces: readonly { platform: Platform; workspace: string; settings: JsonObject }[];
  /** Entra tenants whose people may sign in, where no Teams of theirs is connected. What is there already stays. */
  readonly directories?: readonly string[];
}

/** What an operator does on the machine, by `countersign admin`; never reachable from a chat. */
export interface Admin {
  /** Safe to repeat: what exists stays, settings of workspaces are brought up to date. */
  createTenant(tenant: NewTenant): Promise<void>;
  /** All rows or none. @throws PeopleRefusedError naming every bad line */
  importPeople(tenant: TenantId, csv: string): Promise<ImportReport>;
  /** Makes the first Admin; once, recorded. @throws Error when there is one already */
  bootstrapAdmin(tenant: TenantId, who: FirstAdmin): Promise<PersonId>;
  /** @throws PolicyRefusedError naming every finding of the lint */
  putPolicy(tenant: TenantId, policy: Policy): Promise<void>;
  /** How many runs may work and wait at once; recorded. @throws ZodError for what cannot be a limit */
  setLimits(tenant: TenantId, change: LimitsChange): Promise<void>;
  /** Which version plays new runs, and which share tries another; recorded. @throws VersionRefusedError */
  setVersions(tenant: TenantId, change: VersionChange): Promise<VersionState>;
  /** Where a workspace is told of incidents; an empty channel: where its requests are. */
  setAlertsChannel(tenant: TenantId, where: AlertsChannel): Promise<void>;
  /** Where a workspace is told of checkpoints of the ledger; `off`: nowhere, empty: where its requests are. */
  setCheckpointsChannel(tenant: TenantId, where: AlertsChannel): Promise<void>;
  /** Where incidents go too; the same address again replaces its secret. Recorded, without the secret. */
  setForward(tenant: TenantId, target: NewTarget): Promise<TargetId>;
  /** False: it is none, or ended before. What waits for it is dropped. */
  endForward(tenant: TenantId, target: TargetId): Promise<boolean>;
  forwards(tenant: TenantId): Promise<readonly TargetView[]>;
  /** Destroys what is personal of somebody; recorded, without saying of whom. @throws ErasureRefusedError */
  erase(tenant: TenantId, erasure: Erasure): Promise<Erased>;
  /** While it stands nothing of them (`who` null: of anybody) is erased, and no month dropped; recorded. */
  setHold(
    tenant: TenantId,
    hold: { readonly who: string | null; readonly reason: string; readonly by: string },
  ): Promise<string>;
  /** False: none of that name stands. */
  liftHold(
    tenant: TenantId,
    hold: { readonly hold: string; readonly reason: string; readonly by: string },
  ): Promise<boolean>;
  holds(tenant: TenantId): Promise<readonly Hold[]>;
  /** Exports and drops bodies of the ledger that are older than seven years. @throws RetentionRefusedError */
  retain(tenant: TenantId, folder: string): Promise<readonly ExportedMonth[]>;
  /** An account of a program, which never signs; recorded. */
  createService(tenant: TenantId, service: NewServiceAccount): Promise<PersonId>;
  /** A token of the API; its text is handed out this once. Recorded, without it. */
  createToken(tenant: TenantId, token: NewToken): Promise<{ readonly token: TokenId; readonly text: string }>;
  tokens(tenant: TenantId): Promise<readonly TokenView[]>;
  /** At once; recorded. False: it is none, or was revoked before. */
  revokeToken(tenant: TenantId, token: TokenId): Promise<boolean>;
  /** What stands behind `/slack/install?link=`: one workspace may join this company by it, once. */
  makeInstallLink(tenant: TenantId, terms: LinkTerms): Promise<string>;
  /** A bot registration of its own in Teams; recorded, without the secret. @throws RegistrationRefusedError */
  addRegistration(tenant: TenantId, made: NewRegistration): Promise<void>;
  /** False: there is none of that app in force. */
  changeRegistrationSecret(tenant: TenantId, app: string, secret: string): Promise<boolean>;
  /** Its secret is erased. False: there is none of that app in force. */
  endRegistration(tenant: TenantId, app: string): Promise<boolean>;
  registrations(tenant: TenantId): Promise<readonly RegistrationView[]>;
  close(): Promise<void>;
}

export interface AlertsChannel {
  readonly platform: Platform;
  readonly workspace: string;
  readonly channel: string;
}

export interface FirstAdmin {
  readonly email: string;
  readonly name: string;
  readonly team: string;
  readonly timeZone?: string;
  readonly accounts: readonly ChatAccount[];
}

const INSERT_WORKSPACE = `INSERT INTO chat_workspaces (tenant, platform, workspace, settings)
  VALUES (current_tenant(), $1, $2, $3)
  ON CONFLICT (tenant, platform, workspace) DO UPDATE SET settings =
    jsonb_strip_nulls(jsonb_build_object('alertsChannel', chat_workspaces.settings -> 'alertsChannel',
      'checkpointsChannel', chat_workspaces.settings -> 'checkpointsChannel')) || excluded.settings`;

const INSERT_DIRECTORY = `INSERT INTO chat_workspaces (tenant, platform, workspace)
  VALUES (current_tenant(), 'teams', $1) ON CONFLICT DO NOTHING`;

const SET_CHANNEL = `UPDATE chat_workspaces SET settings = settings || jsonb_build_object($4::text, $3::text)
  WHERE platform = $1 AND workspace = $2 RETURNING workspace`;

/** @throws Error when that workspace is none of the tenant's */
async function setChannel(
  tx: TenantTx,
  tenant: TenantId,
  of: 'alerts' | 'checkpoints',
  { platform, workspace, channel }: AlertsChannel,
): Promise<void> {
  const set = await tx.rows({ text: SET_CHANNEL, values: [platform, workspace, channel, `${of}Channel`] });
  if (set.length === 0) throw new Error(`${platform} ${workspace} is no workspace of ${tenant}`);
  const body = { platform, workspace, channel };
  await append(tx, tenant, { kind: `${of}.channel-set`, subject: tenant, run: null, actor: null, body });
}

async function createTenant(
  db: Database,
  { tenant, name, language, workspaces, directories = [] }: NewTenant,
): Promise<void> {
  await db.inTenant(TenantId.parse(tenant), async (tx) => {
    const made = await tx.rows({
      text: 'INSERT INTO tenants (tenant, name) VALUES (current_tenant(), $1) ON CONFLICT DO NOTHING RETURNING tenant',
      values: [name],
    });
    if (made.length > 0)
      await append(tx, tenant, {
        kind: 'tenant.created',
        subject: tenant,
        run: null,
        actor: null,
        body: { name },
      });
    if (language !== undefined)
      await tx.rows({ text: 'UPDATE tenants SET language = $1 RETURNING tenant', values: [language] });
    for (const { platform, workspace, settings } of workspaces)
      await tx.rows({ text: INSERT_WORKSPACE, values: [platform, workspace, JSON.stringify(settings)] });
    for (const directory of directories)
      await tx.rows({ text: INSERT_DIRECTORY, values: [directory.toLowerCase()] });
  });
}

/** @throws Error when the account is somebody else's already */
async function linkAccount(tx: TenantTx, person: PersonId, account: ChatAccount): Promise<void> {
  const held = await tx.row<{ person: PersonId }>({
    text: `INSERT INTO chat_identities (tenant, platform, workspace, account, person)
      VALUES (current_tenant(), $1, $2, $3, $4)
      ON CONFLICT (tenant, platform, workspace, account) DO UPDATE SET kind = chat_identities.kind RETURNING person`,
    values: [account.platform, account.workspace, account.account, person],
  });
  if (held?.person !== person)
    throw new Error(`the account ${account.account} is linked to somebody else already`);
}

/** Somebody known becomes Admin; somebody new is made. */
async function makeAdmin(tx: TenantTx, who: FirstAdmin): Promise<PersonId> {
  const known = await tx.row<{ person: PersonId }>({
    text: `UPDATE people SET roles = (SELECT array_agg(DISTINCT r) FROM unnest(roles || ARRAY['admin']) r), active = true
      WHERE email = lower($1) RETURNING person`,
    values: [who.email],
  });
  const person = known?.person ?? newId('per');
  if (!known)
    await tx.rows({
      text: `INSERT INTO people (tenant, person, email, name, roles, team, time_zone)
      VALUES (current_tenant(), $1, lower($2), $3, ARRAY['admin'], $4, $5)`,
      values: [person, who.email, who.name, who.team, who.timeZone ?? 'UTC'],
    });
  for (const account of who.accounts) await linkAccount(tx, person, account);
  return person;
}

async function bootstrapAdmin(db: Database, tenant: TenantId, who: FirstAdmin): Promise<PersonId> {
  return db.inTenant(tenant, async (tx) => {
    // Two bootstraps at once follow each other.
    await lockHead(tx, tenant);
    const admin = await tx.row<{ name: string; email: string }>({
      text: `SELECT name, email FROM people WHERE active AND 'admin' = ANY(roles) ORDER BY name LIMIT 1`,
    });
    if (admin)
      throw new Error(
        `there is an Admin already: ${admin.name} (${admin.email}). Roles and chat accounts of people are changed by: countersign admin people ${tenant} FILE.csv`,
      );
    const person = await makeAdmin(tx, who);
    await append(tx, tenant, {
      kind: 'admin.bootstrapped',
      subject: person,
      run: null,
      actor: null,
      body: { person },
    });
    return person;
  });
}

export interface AdminOptions {
  readonly appUrl: string;
  readonly encryptionKey?: string | null;
  /** Role countersign_dispatcher, for what must not be another company's already. */
  readonly dispatcherUrl?: string | null;
}

/**
 * The operator's door. It is the application's role, bound by row-level security like the rest: a tenant can only be
 * made in a transaction that names it.
 */
export function openAdmin(options: AdminOptions): Admin {
  const { appUrl, encryptionKey, dispatcherUrl } = options;
  const db = openDatabase(appUrl, { max: 2 }, encryptionKey);
  const opened: { router?: Pool } = {};
  const sealed = () => {
    if (!encryptionKey) throw new Error('COUNTERSIGN_ENCRYPTION_KEY: missing; secrets are sealed with it');
    return { sealer: createSealer(encryptionKey) };
  };
  const router = (): Pool => {
    if (!dispatcherUrl)
      throw new Error('DATABASE_DISPATCHER_URL: missing; it says what is another company’s');
    return (opened.router ??= createPool(dispatcherUrl, { max: 1, application_name: 'countersign admin' }));
  };
  return {
    createTenant: (tenant) => createTenant(db, tenant),
    importPeople: (tenant, csv) => importPeople(db, tenant, csv),
    bootstrapAdmin: (tenant, who) => bootstrapAdmin(db, tenant, who),
    putPolicy: (tenant, policy) => putPolicy(db, tenant, policy),
    setLimits: (tenant, change) => db.inTenant(tenant, (tx) => setLimits(tx, tenant, change)),
    setVersions: (tenant, change) => db.inTenant(tenant, (tx) => setVersions(tx, tenant, change)),
    setAlertsChannel: (tenant, where) => db.inTenant(tenant, (tx) => setChannel(tx, tenant, 'alerts', where)),
    setCheckpointsChannel: (tenant, where) =>
      db.inTenant(tenant, (tx) => setChannel(tx, tenant, 'checkpoints', where)),
    createService: (tenant, service) => db.inTenant(tenant, (tx) => createService(tx, tenant, service)),
    createToken: (tenant, token) => db.inTenant(tenant, (tx) => createToken(tx, tenant, token)),
    tokens: (tenant) => db.inTenant(tenant, listTokens),
    revokeToken: (tenant, token) => db.inTenant(tenant, (tx) => revokeToken(tx, tenant, token)),
    setForward: (tenant, target) => {
      const { sealer } = sealed();
      return db.inTenant(tenant, (tx) => addTarget(tx, tenant, sealer, target));
    },
    endForward: (tenant, target) => db.inTenant(tenant, (tx) => endTarget(tx, tenant, target)),
    forwards: (tenant) => db.inTenant(tenant, viewTargets),
    erase: (tenant, erasure) => eraseSubject(db, tenant, erasure),
    setHold: (tenant, hold) => setHold(db, tenant, hold),
    liftHold: (tenant, hold) => liftHold(db, tenant, hold),
    holds: (tenant) => holdsOf(db, tenant),
    retain: (tenant, folder) => retainLedger(db, tenant, folder),
    makeInstallLink: (tenant, terms) => db.inTenant(tenant, (tx) => makeInstallLink(tx, tenant, terms)),
    addRegistration: (tenant, made) => addRegistration({ ...sealed(), router: router() }, db, tenant, made),
    changeRegistrationSecret: (tenant, app, secret) => changeSecret(sealed(), db, tenant, { app, secret }),
    endRegistration: (tenant, app) => endRegistration(db, tenant, app),
    registrations: (tenant) => listRegistrations(db, tenant),
    async close() {
      await db.close();
      await opened.router?.end();
    },
  };
}
