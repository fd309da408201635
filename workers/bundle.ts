import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { bundleWorkflowCode, type Logger } from '@temporalio/worker';

const ROOT = join(import.meta.dirname, '..');
const WORKFLOWS = join(ROOT, 'workflows');
/** Libraries whose code lies in the bundle. */
const LIBRARIES = ['@temporalio/workflow', '@temporalio/interceptors-opentelemetry-v2'];

export interface WorkflowBundle {
  readonly code: string;
  /** Names this very code, e.g. `0.1.0-3f2a9c41d0be`: package version and a digest of what runs. */
  readonly buildId: string;
}

const require = createRequire(import.meta.url);
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

async function versionOf(name: string): Promise<string> {
  const path = name === '.' ? join(ROOT, 'package.json') : require.resolve(`${name}/package.json`);
  return (JSON.parse(await readFile(path, 'utf8')) as { version: string }).version;
}

/** Every source that may end up in the bundle; more than needed costs a rebuild, fewer would run old code. */
async function sources(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((e) => e.isFile() && /\.c?ts$/.test(e.name) && !e.name.endsWith('.test.ts'))
    .map((e) => join(e.parentPath, e.name));
}

async function inputDigest(failureConverterPath: string): Promise<string> {
  const files = [
    ...(await sources(WORKFLOWS)),
    ...(await sources(join(ROOT, 'core'))),
    failureConverterPath,
  ].sort();
  const parts = await Promise.all(
    files.map(async (file) => `${relative(ROOT, file)} ${sha256(await readFile(file, 'utf8'))}`),
  );
  const libraries = await Promise.all(LIBRARIES.map(async (name) => `${name} ${await versionOf(name)}`));
  return sha256([...libraries, ...parts, ROOT].join('\n'));
}

/** webpack's map holds paths of this machine; it is no part of what runs. */
const withoutMap = (code: string): string => code.replace(/\n\/\/# sourceMappingURL=.*\s*$/, '');

/**
 * The workflows as one script for the isolate. Making it takes seconds, so it is kept by the digest of its sources;
 * a kept bundle is what an older build's pinned runs go on with.
 * @param cacheFolder where bundles are kept, e.g. `.countersign/bundles`; made when absent
 */
export async function workflowBundle(options: {
  cacheFolder: string;
  failureConverterPath: string;
  logger?: Logger;
}): Promise<WorkflowBundle> {
  const { cacheFolder, failureConverterPath } = options;
  const kept = join(cacheFolder, `${(await inputDigest(failureConverterPath)).slice(0, 32)}.js`);
  const code = await readFile(kept, 'utf8').catch(() => null);
  if (code !== null) return { code, buildId: await buildIdOf(code) };
  const made = await bundleWorkflowCode({
    workflowsPath: join(WORKFLOWS, 'index.ts'),
    workflowInterceptorModules: [
      require.resolve('@temporalio/interceptors-opentelemetry-v2/lib/workflow-interceptors'),
    ],
    failureConverterPath,
    ...(options.logger ? { logger: options.logger } : {}),
  });
  await mkdir(cacheFolder, { recursive: true });
  // Two workers may start at once: each writes its own file, the last rename wins with the same content.
  const mine = `${kept}.${process.pid}`;
  await writeFile(mine, made.code);
  await rename(mine, kept);
  return { code: made.code, buildId: await buildIdOf(made.code) };
}

/** Every bundle that was made here and is still kept, under the build ids that they would have now. */
export async function keptBundles(cacheFolder: string): Promise<WorkflowBundle[]> {
  const names = (await readdir(cacheFolder).catch(() => [])).filter((name) => name.endsWith('.js'));
  const codes = await Promise.all(names.map((name) => readFile(join(cacheFolder, name), 'utf8')));
  return Promise.all(codes.map(async (code) => ({ code, buildId: await buildIdOf(code) })));
}

async function buildIdOf(code: string): Promise<string> {
  return `${await versionOf('.')}-${sha256(withoutMap(code)).slice(0, 12)}`;
}
