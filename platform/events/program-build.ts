import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const ROOT = join(import.meta.dirname, '../..');
/** All that runs in a deployment; what only tests and tools use changes nothing for anybody. */
const ROOMS = ['agents', 'bot', 'cards', 'connectors', 'core', 'evals', 'platform', 'workers', 'workflows'];
const SHOWN = 10;

const Package = z.object({ version: z.string() });

/**
 * Which program this is: the package's version and a digest of its source and of the packages it was installed with. Every
 * process of one deploy says the same, and any other source says something else, whether or not somebody raised a number.
 */
export function programBuild(root = ROOT): string {
  const files = ROOMS.flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, encoding: 'utf8' }).map((path) => `${room}/${path}`),
  );
  const source = files.filter((path) => /\.(?:ts|cjs|sql|md)$/.test(path) && !path.endsWith('.test.ts'));
  const hash = createHash('sha256');
  for (const path of [...source.sort(), 'package-lock.json'])
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update('\0');
  const { version } = Package.parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
  return `${version}+${hash.digest('hex').slice(0, SHOWN)}`;
}
