import { readFileSync } from 'node:fs';

/** Reads one secret at the moment it is used; the value goes nowhere else. @throws when it is not there. */
export type Secrets = (name: string) => string;

export class SecretMissingError extends Error {
  readonly code = 'secret_missing';
  constructor(
    readonly secret: string,
    source: string,
  ) {
    super(`The secret ${secret} is not in ${source}.`);
  }
}

function fromFile(path: string): Readonly<Record<string, unknown>> {
  const text = readFileSync(path, 'utf8');
  if (text.trimStart().startsWith('{')) return JSON.parse(text) as Record<string, unknown>;
  const pairs = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#') && line.includes('='))
    .map((line) => [line.slice(0, line.indexOf('=')).trim(), line.slice(line.indexOf('=') + 1).trim()]);
  return Object.fromEntries(pairs) as Record<string, unknown>;
}

/**
 * `COUNTERSIGN_SECRETS`: `env` (the default) or `file:PATH` (a JSON object, or NAME=value lines), read anew each
 * time so that a rotated secret needs no restart. Other stores refuse by name rather than fall back to `env`.
 */
export function createSecrets(source = 'env', env: NodeJS.ProcessEnv = process.env): Secrets {
  const kind = source.split(':', 1)[0];
  if (kind !== 'env' && kind !== 'file')
    throw new Error(`COUNTERSIGN_SECRETS=${kind}: is not built yet; use env or file:PATH.`);
  const read = kind === 'env' ? () => env : () => fromFile(source.slice('file:'.length));
  return (name) => {
    const value = read()[name];
    if (typeof value !== 'string' || value === '')
      throw new SecretMissingError(name, kind === 'env' ? 'the environment' : 'the secrets file');
    return value;
  };
}
