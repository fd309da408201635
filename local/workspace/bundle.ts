import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';

const PAGE = join(import.meta.dirname, 'page');

export interface Bundle {
  /** Changes with the content: the name of the assets, so that they may be cached for good. */
  readonly hash: string;
  readonly script: string;
  readonly style: string;
}

function filesUnder(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Everything the bundle is made from: our sources, and the versions of what they import. */
function inputHash(): string {
  const hash = createHash('sha256');
  const ours = [...filesUnder(PAGE), join(PAGE, '../wire.ts'), join(PAGE, '../cast-types.ts')];
  for (const file of ours) hash.update(file.slice(PAGE.length)).update(readFileSync(file));
  const require = createRequire(import.meta.url);
  for (const name of [
    'react',
    'react-dom',
    'adaptivecards',
    'esbuild',
    '@fontsource-variable/inter',
    '@fontsource/lato',
  ])
    hash.update(readFileSync(require.resolve(`${name}/package.json`)));
  return hash.digest('hex').slice(0, 16);
}

/** Bundles the page once per content and keeps the result; about half a second the first time. */
export async function bundlePage(cacheDir: string): Promise<Bundle> {
  const hash = inputHash();
  const dir = join(cacheDir, 'page');
  const [js, css] = [join(dir, `${hash}.js`), join(dir, `${hash}.css`)];
  if (!existsSync(js) || !existsSync(css)) {
    const result = await build({
      ...{ entryPoints: [join(PAGE, 'main.tsx')], bundle: true, write: false, outdir: dir, minify: true },
      ...{ format: 'esm', target: 'es2022', jsx: 'automatic', legalComments: 'none', logLevel: 'silent' },
      loader: { '.woff2': 'dataurl' },
      define: { 'process.env.NODE_ENV': '"production"' },
    });
    const output = (ending: string): string =>
      result.outputFiles.find((f) => f.path.endsWith(ending))?.text ?? '';
    rmSync(dir, { recursive: true, force: true });
    mkdirSync(dir, { recursive: true });
    writeFileSync(css, output('.css'));
    writeFileSync(js, output('.js'));
  }
  return { hash, script: readFileSync(js, 'utf8'), style: readFileSync(css, 'utf8') };
}
