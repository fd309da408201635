import { availableParallelism, cpus, loadavg } from 'node:os';
import { closest } from 'fastest-levenshtein';

type Say = (line: string) => void;
interface Bench {
  readonly about: string;
  readonly load: () => Promise<{ measure(say: Say, quick: boolean): Promise<{ ok: boolean }> }>;
}

const benches: Readonly<Record<string, Bench>> = {
  decisions: {
    about: 'recorded decisions per second against bare pg, in process and over HTTP',
    load: () => import('../bench/decisions.ts'),
  },
  executed: {
    about: 'executed actions per second and click-to-executed against bare Temporal',
    load: () => import('../bench/executed.ts'),
  },
  ledger: {
    about: 'ledger appends against bare pg, a million entries verified, a receipt, rights on a click',
    load: () => import('../bench/ledger.ts'),
  },
  pending: {
    about: '5,000 approvals pending at once, all decided',
    load: () => import('../bench/pending.ts'),
  },
  copies: {
    about: 'from a decision to every copy of its card edited',
    load: () => import('../bench/copies.ts'),
  },
  requests: {
    about: '50 chat requests a second, and how long each waits for its acknowledgement',
    load: () => import('../bench/requests.ts'),
  },
  peers: {
    about: 'click to executed beside LangGraph.js and DBOS, all ending in one row in Postgres',
    load: () => import('../bench/peers.ts'),
  },
  intake: {
    about: 'what three flooding tenants do to a quiet one',
    load: () => import('../bench/intake.ts'),
  },
  home: {
    about: 'App Home opened while 500 requests wait',
    load: () => import('../bench/home.ts'),
  },
  ragas: {
    about: 'the four RAGAS metrics against Python ragas 0.4.3 on 100 scripted cases',
    load: () => import('../bench/ragas.ts'),
  },
  alerts: {
    about: 'rules on planted faults, on quiet months, and over a million runs',
    load: () => import('../bench/alerts.ts'),
  },
  metrics: {
    about: 'figures over a million runs: rolled up, read, and looked at by every rule',
    load: () => import('../bench/metrics.ts'),
  },
  storm: {
    about: '1,000 conditions that fire: threads, messages, and the chats’ limits',
    load: () => import('../bench/storm.ts'),
  },
  start: { about: 'a warm npm start to a usable page', load: () => import('../bench/start.ts') },
};

const machine = () => ({
  node: process.versions.node,
  cores: availableParallelism(),
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  load: Number((loadavg()[0] ?? 0).toFixed(1)),
});

function usage(): string {
  const lines = Object.entries(benches).map(([name, { about }]) => `  ${name.padEnd(10)} ${about}`);
  return ['countersign bench [name ...] [--quick]', ...lines].join('\n');
}

/** One measurement: what it does in words, then one JSON line. @returns whether what was measured was also right */
async function runOne(name: string, bench: Bench, quick: boolean): Promise<boolean> {
  const startedAt = Date.now();
  const before = machine();
  try {
    const { ok, ...figures } = await (await bench.load()).measure((line) => console.error(line), quick);
    const seconds = Math.round((Date.now() - startedAt) / 1000);
    console.log(JSON.stringify({ bench: name, ok, quick, ...figures, seconds, machine: before }));
    return ok;
  } catch (error) {
    console.log(JSON.stringify({ bench: name, ok: false, error: String(error), machine: before }));
    return false;
  }
}

/**
 * `countersign bench [name ...] [--quick]`: measures, in worlds of their own. Exit code 0 only if everything measured
 * was right (all decided, none lost); an aim that is missed is `met: false` and fails nothing.
 */
export async function run(args: string[]): Promise<number> {
  const names = args.filter((arg) => arg !== '--quick');
  const unknown = names.find((name) => !(name in benches));
  if (unknown !== undefined) {
    console.error(
      `There is no bench "${unknown}". Did you mean "${closest(unknown, Object.keys(benches))}"?\n\n${usage()}`,
    );
    return 2;
  }
  let right = true;
  for (const [name, bench] of Object.entries(benches))
    if (names.length === 0 || names.includes(name))
      right = (await runOne(name, bench, args.includes('--quick'))) && right;
  return right ? 0 : 1;
}
