import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Ajv } from 'ajv';

/** What npm says is installed for production, as CycloneDX. @throws Error with what npm said */
export function makeSbom(): Promise<string> {
  return new Promise((resolve, reject) => {
    const args = ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application', '--omit', 'dev'];
    const child = spawn('npm', args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve(out) : reject(new Error(`npm sbom: ${err.trim()}`))));
  });
}

/** CycloneDX's own schemas, as its library carries them. */
function schema(name: string): Record<string, unknown> {
  const library = dirname(
    createRequire(import.meta.url).resolve('@cyclonedx/cyclonedx-library/package.json'),
  );
  const file = join(library, 'res/schema', `${name}.SNAPSHOT.schema.json`);
  return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
}

/** What is wrong with it by the schema of the version that it names; empty: it is valid. */
export function sbomFaults(text: string): string[] {
  const bom = JSON.parse(text) as { specVersion?: unknown; components?: unknown[] };
  if (!/^1\.[5-7]$/.test(String(bom.specVersion))) return [`unknown version ${String(bom.specVersion)}`];
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  for (const name of ['spdx', 'jsf-0.82', 'cryptography-defs'])
    ajv.addSchema(schema(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
  const validate = ajv.compile(schema(`bom-${String(bom.specVersion)}`));
  if (!validate(bom))
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  return (bom.components ?? []).length > 0 ? [] : ['it names no component'];
}
