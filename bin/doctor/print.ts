import type { Finding } from '../../platform/doctor/index.ts';

const MARKS: Readonly<Record<Finding['state'], string>> = { ok: '✓', wrong: '✗', note: '!', skipped: '-' };
const SHORTEST_SECRET = 6;

/** Everything in the environment that must not be said: by its name, or as the password in an address. */
function secretsIn(env: NodeJS.ProcessEnv): string[] {
  const secrets = Object.entries(env).flatMap(([name, value = '']) => {
    if (/_URL$/.test(name))
      return URL.canParse(value)
        ? [new URL(value).password, decodeURIComponent(new URL(value).password)]
        : [];
    return /(SECRET|TOKEN|KEY|PASSWORD|TLS_CERT)/.test(name) && name !== 'COUNTERSIGN_SECRETS' ? [value] : [];
  });
  return secrets.filter((secret) => secret.length >= SHORTEST_SECRET);
}

/** The lines as text. Findings hold no secrets; should one ever get into them, it is blotted out here. */
export function printFindings(findings: readonly Finding[], env: NodeJS.ProcessEnv): string {
  const lines = findings.flatMap(({ what, state, found, advice }) => [
    `${MARKS[state]} ${what}: ${found}`,
    ...(advice === undefined ? [] : [`    ${advice}`]),
  ]);
  return secretsIn(env).reduce((text, secret) => text.replaceAll(secret, '[hidden]'), lines.join('\n'));
}
