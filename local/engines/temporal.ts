import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { startChild } from './child.ts';
import { startEngine, type Engine } from './engine.ts';
import type { Home } from './home.ts';
import { freePort, portOr } from './port.ts';
import { findProgram, install } from './program.ts';
import { withProgress, type Say } from './progress.ts';

/** Newer tags do not build through the module proxy (docs/decisions/engines.md). */
const TAG = 'v1.5.1';

async function builtHere(home: Home, say: Say): Promise<string | null> {
  const bin = join(home.cache, `temporal-${TAG}`);
  const program = join(bin, 'temporal');
  if (existsSync(program)) return program;
  const go = findProgram('go');
  if (!go) return null;
  mkdirSync(bin, { recursive: true });
  say(
    `Temporal is built once on this machine, which takes 4 to 6 minutes on two cores; it is kept in ${bin}.`,
  );
  const done = await withProgress(say, 'Building Temporal', () =>
    install(say, 'Temporal', [[go, 'install', `github.com/temporalio/cli/cmd/temporal@${TAG}`]], {
      needsRoot: false,
      env: { GOBIN: bin },
    }),
  );
  return done ? program : null;
}

/** PATH, then the cache, then a build; the SDK's own download needs the open internet and is tried last. */
async function temporalProgram(home: Home, say: Say): Promise<string> {
  const found = findProgram('temporal') ?? (await builtHere(home, say));
  if (found) return found;
  throw new Error(
    'Temporal is needed: install its CLI (https://docs.temporal.io/cli) or Go (then it is built for you), or set TEMPORAL_ADDRESS.',
  );
}

/** Starts Temporal's dev server on loopback; durable keeps its state in a file, otherwise in memory (about four times faster). */
export async function startTemporal(options: {
  home: Home;
  say: Say;
  durable: boolean;
  port?: number;
}): Promise<Engine> {
  const { home, say, durable } = options;
  const command = await temporalProgram(home, say);
  const port = options.port ?? (durable ? await portOr(57_233) : await freePort());
  const [httpPort, metricsPort] = [await freePort(), await freePort()];
  const launch = () =>
    startChild({
      name: 'temporal',
      dir: home.dir,
      command,
      args: [
        ...[
          'server',
          'start-dev',
          '--headless',
          '--ip',
          '127.0.0.1',
          '--port',
          String(port),
          '--log-level',
          'error',
        ],
        ...['--http-port', String(httpPort), '--metrics-port', String(metricsPort)],
        ...(durable ? ['--db-filename', join(home.dir, 'temporal.db')] : []),
      ],
    });
  const address = `127.0.0.1:${port}`;
  const answers = async () => {
    const connection = await Connection.connect({ address, connectTimeout: 1000 });
    try {
      await connection.workflowService.describeNamespace({ namespace: 'default' });
      return true;
    } finally {
      await connection.close();
    }
  };
  return startEngine({ name: 'Temporal', url: address, say, launch, answers });
}
