import { parseArgs } from 'node:util';
import { prepareInsurer, seedInsurer } from '../connectors/insurer/index.ts';
import { loadConfig } from '../platform/config.ts';
import { prepareDatabase, prepareTemporal } from '../platform/prepare-database.ts';

export const USAGE = `countersign prepare [--example-insurer] [--temporal]
DATABASE_SUPERUSER_URL, of a Postgres that may be shared: used here only, and never by the bot or the workers.
The other addresses name the database and give each role a password of your own choice (openssl rand -hex 24):
  DATABASE_MIGRATOR_URL=postgres://countersign_migrator:<password>@HOST:5432/countersign
  DATABASE_URL=postgres://countersign_app:<password>@HOST:5432/countersign
  DATABASE_DISPATCHER_URL=postgres://countersign_dispatcher:<password>@HOST:5432/countersign
With --example-insurer, the invented insurer of the agent fraud-review too, in a database of its own:
  INSURER_DATABASE_URL=postgres://insurer_app:<password>@HOST:5432/insurer
With --temporal, a user for a Temporal server of yours, and the two databases that it owns (temporal, temporal_visibility):
  TEMPORAL_DATABASE_URL=postgres://temporal:<password>@HOST:5432/temporal`;

interface Wanted {
  readonly variable: string;
  readonly text: string | null | undefined;
  readonly role: string;
  readonly database: string;
}

/** The password that an address gives a role, or null where it names something else. */
function passwordIn({ text, role, database }: Wanted): string | null {
  const url = text && URL.canParse(text) ? new URL(text) : null;
  if (url?.username !== role || url.pathname !== `/${database}` || url.password === '') return null;
  return decodeURIComponent(url.password);
}

/** Each role's password. @throws Error naming every variable that is wrong, never a value */
function passwordsIn<Role extends string>(
  wanted: readonly (Wanted & { role: Role })[],
): Record<Role, string> {
  const wrong = wanted
    .filter((one) => passwordIn(one) === null)
    .map(
      ({ variable, role, database }) =>
        `${variable} must name the role ${role} with a password, and the database ${database}.`,
    );
  if (wrong.length > 0) throw new Error(`${wrong.join('\n')}\n\n${USAGE}`);
  return Object.fromEntries(wanted.map((one) => [one.role, passwordIn(one) ?? ''])) as Record<Role, string>;
}

/** The invented insurer, so that the agent that comes with the product has something to read and to pay. */
async function prepareExampleInsurer(superuserUrl: string): Promise<void> {
  const text = process.env['INSURER_DATABASE_URL'] ?? '';
  const database = URL.canParse(text) ? new URL(text).pathname.slice(1) : 'insurer';
  const role = `${database}_app`;
  const passwords = passwordsIn([{ variable: 'INSURER_DATABASE_URL', text, role, database }]);
  const { ownerUrl } = await prepareInsurer({ superuserUrl, database, appPassword: passwords[role] ?? '' });
  await seedInsurer(ownerUrl);
  console.log('The example insurer is there: an invented company with its claims, e.g. CLM-0847.');
}

/** A user of Temporal's own: the superuser is nobody's who runs all the time. */
async function prepareForTemporal(superuserUrl: string): Promise<void> {
  const text = process.env['TEMPORAL_DATABASE_URL'] ?? '';
  const database = URL.canParse(text) ? new URL(text).pathname.slice(1) : 'temporal';
  const passwords = passwordsIn([{ variable: 'TEMPORAL_DATABASE_URL', text, role: database, database }]);
  await prepareTemporal({ superuserUrl, database, password: passwords[database] ?? '' });
  console.log(`Temporal’s user ${database} and its two databases are there.`);
}

/** `countersign prepare`: the three roles and the database, as a superuser. Safe to repeat; sets the passwords anew. */
export async function run(args: string[] = []): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { 'example-insurer': { type: 'boolean' }, temporal: { type: 'boolean' } },
  });
  const superuserUrl = process.env['DATABASE_SUPERUSER_URL'];
  const { appUrl, dispatcherUrl, migratorUrl } = loadConfig(process.env).database;
  if (!superuserUrl || !appUrl) {
    console.error(USAGE);
    return 2;
  }
  const database = new URL(appUrl).pathname.slice(1);
  const passwords = passwordsIn([
    { variable: 'DATABASE_MIGRATOR_URL', text: migratorUrl, role: 'countersign_migrator', database },
    { variable: 'DATABASE_URL', text: appUrl, role: 'countersign_app', database },
    { variable: 'DATABASE_DISPATCHER_URL', text: dispatcherUrl, role: 'countersign_dispatcher', database },
  ]);
  await prepareDatabase({ superuserUrl, database, passwords });
  console.log(`The database ${database} and its three roles are there. Next: countersign migrate.`);
  if (values.temporal) await prepareForTemporal(superuserUrl);
  if (values['example-insurer']) await prepareExampleInsurer(superuserUrl);
  return 0;
}
