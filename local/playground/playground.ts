import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startChild, untilReady, type Child } from '../engines/child.ts';
import type { Say } from '../engines/progress.ts';
import type { CastMember } from '../workspace/cast-types.ts';
import { castFile } from './cast-file.ts';
import { installPlayground } from './install.ts';

const LOOPBACK = join(import.meta.dirname, 'loopback.cjs');

export interface PlaygroundOptions {
  readonly homeDir: string;
  readonly port: number;
  /** The door that stands for the bot. */
  readonly messagesUrl: string;
  readonly cast: readonly CastMember[];
  readonly me: CastMember;
  readonly say: Say;
}

/** The Playground's connector, for a Playground at this port. */
export const connectorAt = (port: number): string => `http://127.0.0.1:${port}/_connector`;

/** Starts Microsoft's Agents Playground against the door, on loopback and with its telemetry off. */
export async function startPlayground(options: PlaygroundOptions): Promise<Child & { readonly url: string }> {
  const { port, cast, me, messagesUrl } = options;
  const program = await installPlayground(options.say);
  const dir = join(options.homeDir, 'playground');
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, '.m365agentsplayground.yml'), castFile(cast, me));
  const child = await startChild({
    name: 'playground',
    dir,
    command: process.execPath,
    args: [
      ...['--require', LOOPBACK, program, 'start', '--app-endpoint', messagesUrl],
      ...['--channel-id', 'msteams', '--port', String(port), '--service-url', connectorAt(port)],
      '--disable-telemetry',
    ],
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], APPLICATION_INSIGHTS_NO_STATSBEAT: '1' },
  });
  const url = `http://127.0.0.1:${port}`;
  await untilReady(child, 'playground', () => fetch(url).then((answer) => answer.ok));
  void child.died.then(options.say);
  return { ...child, url };
}
