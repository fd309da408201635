import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { openHome } from '../engines/home.ts';
import { withProgress, type Say } from '../engines/progress.ts';

const run = promisify(execFile);
const NAME = '@microsoft/m365agentsplayground';
const VERSION = '0.2.28';
const INTEGRITY =
  'sha512-EevhYW8xtEATwNg5eiFqTgZT0P5gjfCsLBwBWESSrB6+0lr9Yi9R27HJwjNGUlT3JQlxoWMgnvEQunUuyI/+2Q==';

const Lock = z.object({
  packages: z.record(z.string(), z.looseObject({ integrity: z.string().optional() })),
});

/** npm checked what it fetched against the registry; this checks the registry against what was tried. */
function isTheTried(folder: string): boolean {
  const lock = Lock.parse(JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')));
  return lock.packages[`node_modules/${NAME}`]?.integrity === INTEGRITY;
}

/**
 * Microsoft's Agents Playground from npm, in the cache: it is under a licence of its own (pre-release terms, for evaluation), so
 * it is no dependency of ours and is fetched only by whoever asks for it. No script of it is run.
 * @returns the program that `node` starts
 * @throws Error when the registry cannot be reached, or gives another package than the one that was tried
 */
export async function installPlayground(say: Say): Promise<string> {
  const folder = join(openHome().cache, `agents-playground-${VERSION}`);
  const program = join(folder, 'node_modules', NAME, 'cli.js');
  if (existsSync(program)) return program;
  await withProgress(say, `Fetching Microsoft's Agents Playground ${VERSION} from npm`, async () => {
    const making = `${folder}.${process.pid}`;
    rmSync(making, { recursive: true, force: true });
    mkdirSync(making, { recursive: true });
    writeFileSync(join(making, 'package.json'), JSON.stringify({ private: true }));
    await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', `${NAME}@${VERSION}`], {
      cwd: making,
    });
    if (!isTheTried(making)) {
      rmSync(making, { recursive: true, force: true });
      throw new Error(
        `${NAME} ${VERSION} on the registry is not the package that was tried; it was not kept.`,
      );
    }
    rmSync(folder, { recursive: true, force: true });
    renameSync(making, folder);
  });
  say(`It is under Microsoft's own licence: ${join(folder, 'node_modules', NAME, 'LICENSE')}`);
  return program;
}
