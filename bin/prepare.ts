import { loadConfig } from '../platform/config.ts';
import { prepareDatabase } from '../platform/prepare-database.ts';

const USAGE = `countersign prepare
DATABASE_SUPERUSER_URL, of a Postgres that may be shared: used here only, and never by the bot or the workers.
DATABASE_MIGRATOR_URL, DATABASE_URL and DATABASE_DISPATCHER_URL name the database and each role's password.`;

/** The password that an address gives a role. @throws Error naming the variable, never the value */
function passwordIn(name: string, text: string | null | undefined, role: string, database: string): string {
  const url = text && URL.canParse(text) ? new URL(text) : null;
  if (url?.username !== role || url.pathname !== `/${database}` || url.password === '')
    throw new Error(
      `${name} must name the role ${role} with a password, and the database ${database}.\n\n${USAGE}`,
    );
  return decodeURIComponent(url.password);
}

/** `countersign prepare`: the three roles and the database, as a superuser. Safe to repeat; sets the passwords anew. */
export async function run(): Promise<number> {
  const superuserUrl = process.env['DATABASE_SUPERUSER_URL'];
  const { appUrl, dispatcherUrl, migratorUrl } = loadConfig(process.env).database;
  if (!superuserUrl || !appUrl) {
    console.error(USAGE);
    return 2;
  }
  const database = new URL(appUrl).pathname.slice(1);
  const password = (name: string, url: string | null, role: string) => passwordIn(name, url, role, database);
  await prepareDatabase({
    ...{ superuserUrl, database },
    passwords: {
      countersign_migrator: password('DATABASE_MIGRATOR_URL', migratorUrl, 'countersign_migrator'),
      countersign_app: password('DATABASE_URL', appUrl, 'countersign_app'),
      countersign_dispatcher: password('DATABASE_DISPATCHER_URL', dispatcherUrl, 'countersign_dispatcher'),
    },
  });
  console.log(`The database ${database} and its three roles are there. Next: countersign migrate.`);
  return 0;
}
