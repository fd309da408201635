import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const Keys = z.strictObject({
  encryptionKey: z.string(),
  signingKey: z.string(),
  slackSigningSecret: z.string(),
  slackBotToken: z.string(),
  teamsClientSecret: z.string(),
});
export type Keys = z.infer<typeof Keys>;

const newKeys = (): Keys => ({
  encryptionKey: randomBytes(32).toString('base64'),
  signingKey: generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  slackSigningSecret: randomBytes(16).toString('hex'),
  slackBotToken: `xoxb-local-${randomBytes(12).toString('hex')}`,
  teamsClientSecret: randomBytes(24).toString('base64url'),
});

/** The secrets of the embedded installation, made once and readable by their owner only. */
export function openKeys(homeDir: string): Keys {
  const file = join(homeDir, 'keys.json');
  if (!existsSync(file)) writeFileSync(file, JSON.stringify(newKeys(), null, 2), { mode: 0o600, flag: 'wx' });
  return Keys.parse(JSON.parse(readFileSync(file, 'utf8')));
}
