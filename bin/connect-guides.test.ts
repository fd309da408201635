import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { prepareInsurer } from '../connectors/insurer/index.ts';
import { prepareDatabase } from '../platform/prepare-database.ts';
import { freshDatabase } from '../test/engines.ts';
import { main } from './cli.ts';

const guide = (name: string): string =>
  readFileSync(join(import.meta.dirname, '../docs/guides', `connect-${name}.md`), 'utf8');
const PEOPLE = join(import.meta.dirname, '../local/example/people.csv');

/** What the guide tells people to type, with what it leaves to them filled in. */
const commandsOf = (text: string): string[][] =>
  [...text.matchAll(/^countersign (.*)$/gm)]
    .map(([, line = '']) => line.replace(/\s+#.*$/, '').replace(/ > \S+$/, ''))
    .map((line) => line.replaceAll('<TEAMS_TENANT_ID>', '7d0b9c1e-52a4-4c7b-9a63-0f6a1d7b5e10'))
    .map((line) => line.replaceAll(/<TEAMS_CLIENT_ID>|<object id>/g, '0a1f0c52-1b7e-4d0e-8d2c-5f1e6a9b00aa'))
    .map((line) => [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? ''))
    // These need the chats themselves; `connect-walk.test.ts` has them.
    .filter(([verb = '']) => !['bot', 'workers', 'doctor'].includes(verb));

let folder: string;
let before: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-guide-'));
  copyFileSync(PEOPLE, join(folder, 'people.csv'));
  const policy = /```json\n([\s\S]*?)```/.exec(guide('slack'))?.[1] ?? '';
  writeFileSync(join(folder, 'policy.json'), policy);
  before = process.cwd();
  process.chdir(folder);
  const { superuserUrl, database } = freshDatabase();
  // The cluster's roles keep the passwords that other tests use.
  const other = await prepareDatabase({ superuserUrl, database: `${database}_other` });
  vi.stubEnv('DATABASE_SUPERUSER_URL', superuserUrl);
  const own = (url: string): string => url.replace(`/${database}_other`, `/${database}`);
  vi.stubEnv('DATABASE_MIGRATOR_URL', own(other.migratorUrl));
  vi.stubEnv('DATABASE_URL', own(other.appUrl));
  vi.stubEnv('DATABASE_DISPATCHER_URL', own(other.dispatcherUrl));
  const insurer = await prepareInsurer({ superuserUrl, database: `${database}_ins` });
  vi.stubEnv('INSURER_DATABASE_URL', insurer.appUrl);
});
afterEach(() => {
  process.chdir(before);
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

test.each(['slack', 'teams'])('connect-%s.md: what it says to type works, in its order', async (name) => {
  const commands = commandsOf(guide(name));
  expect(commands.map(([verb]) => verb)).toEqual([
    name === 'slack' ? 'slack-manifest' : 'teams-package',
    ...['prepare', 'migrate', 'admin', 'admin', 'admin', 'admin'],
  ]);
  for (const command of commands) expect(await main(command), command.join(' ')).toBe(0);
});
