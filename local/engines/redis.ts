import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startChild } from './child.ts';
import { startEngine, type Engine } from './engine.ts';
import { isRoot, type Home } from './home.ts';
import { accepts, freePort, portOr } from './port.ts';
import { findProgram, install } from './program.ts';
import { withProgress, type Say } from './progress.ts';

const names = ['redis-server', 'valkey-server'] as const;

async function redisProgram(say: Say): Promise<string> {
  const here = findProgram(...names);
  if (here) return here;
  // policy-rc.d's job: Debian would start a service of its own on 6379; RUNLEVEL=1 keeps it from that.
  const apt = findProgram('apt-get') && isRoot();
  const brew = findProgram('brew');
  const done = await withProgress(say, 'Installing Redis', async () => {
    const quiet = { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
    if (apt)
      return install(
        say,
        'Redis',
        [
          ['apt-get', 'update', '-q'],
          ['apt-get', 'install', '-yq', '--no-install-recommends', 'redis-server'],
        ],
        { needsRoot: true, env: quiet },
      );
    if (brew) return install(say, 'Redis', [['brew', 'install', 'redis']], { needsRoot: false });
    return false;
  });
  const found = done ? findProgram(...names) : null;
  if (found) return found;
  throw new Error(
    'Redis is needed: install redis-server or valkey-server (Debian: apt-get install redis-server, macOS: brew install redis), or set REDIS_URL.',
  );
}

/** Starts Redis on loopback with what BullMQ asks for: nothing evicted, appends kept. */
export async function startRedis(options: {
  home: Home;
  say: Say;
  durable: boolean;
  port?: number;
}): Promise<Engine> {
  const command = await redisProgram(options.say);
  const port = options.port ?? (options.durable ? await portOr(63_799) : await freePort());
  const data = join(options.home.dir, 'redis');
  mkdirSync(data, { recursive: true });
  const launch = () =>
    startChild({
      name: 'redis',
      dir: options.home.dir,
      command,
      args: [
        '--port',
        String(port),
        '--bind',
        '127.0.0.1',
        '--dir',
        data,
        '--maxmemory-policy',
        'noeviction',
        '--save',
        '',
        '--appendonly',
        options.durable ? 'yes' : 'no',
      ],
    });
  const url = `redis://127.0.0.1:${port}`;
  return startEngine({ name: 'Redis', url, say: options.say, launch, answers: () => accepts(port) });
}
