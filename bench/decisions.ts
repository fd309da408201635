import type { Stack } from '../bin/stack/open-stack.ts';
import { agents } from '../agents/index.ts';
import { createGateway } from '../bot/gateway.ts';
import type { Gateway } from '../bot/chat.ts';
import { Remembered } from '../bot/remembered.ts';
import type { ApprovalState } from '../core/approval/types.ts';
import { EXAMPLE } from '../local/example/example.ts';
import { createLog } from '../platform/log.ts';
import { openBareDecisions, type BareDecisions } from './bare/decisions.ts';
import { createApprovals, type Approvals } from './world/approvals.ts';
import { buttonOf, createClicker, startFarEnd, type Signer } from './world/clicks.ts';
import { withBenchStack, type Say } from './world/open.ts';
import { cpuMsEach, cpuSeconds } from './world/cpu.ts';
import { createBot } from './world/programs.ts';
import { inParallel, median, rounded } from './world/statistics.ts';

const AT_ONCE = 64;
/** What a store of ours opens, and so what the bare side gets. */
const CONNECTIONS = 16;
const AIM = 0.6;
const WARM_UP = 256;
const SIGNERS: readonly Signer[] = ['U08ADA', 'U08BEN'];

interface Way {
  readonly name: 'bare' | 'inProcess' | 'http';
  /** One repetition. */
  run(decisions: number): Promise<Turn>;
}

interface Turn {
  readonly perSecond: number;
  /** Processor time of a decision, by program. */
  readonly cpuMs: Readonly<Record<string, number>>;
}

/** Does all of `items`, 64 at a time, and says what it cost. */
async function timed<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<Turn> {
  const before = cpuSeconds();
  const seconds = await inParallel(items, AT_ONCE, work);
  return { perSecond: items.length / seconds, cpuMs: cpuMsEach(before, cpuSeconds(), items.length) };
}

/** Everything that may be clicked: first all of Ada's signatures, then all of Ben's. */
const clicksOn = (approvals: readonly ApprovalState[]) =>
  SIGNERS.flatMap((signer) => approvals.map((state) => ({ state, signer })));

function openGateway({ stores }: Stack): Gateway {
  return createGateway({
    ...{ stores, agents, rehearsal: true, away: () => Promise.resolve([]), count: () => {} },
    log: createLog({ name: 'bench', level: 'error' }),
    keepInbox: async () => {},
    remembered: new Remembered(),
  });
}

function inProcess(stack: Stack, approvals: Approvals): Way {
  const gateway = openGateway(stack);
  const { team, channel } = EXAMPLE.slack;
  let keys = 0;
  return {
    name: 'inProcess',
    async run(decisions) {
      const opened = await approvals.open(decisions / 2, 'deny_claim');
      return timed(clicksOn(opened), async ({ state, signer }) => {
        keys += 1;
        const outcome = await gateway.decide({
          caller: { platform: 'slack', workspace: team, account: signer, homeWorkspace: team },
          place: { conversation: channel, thread: null, kind: 'channel' },
          requestKey: `bench ${keys}`,
          message: null,
          payload: buttonOf(state),
          choice: { verb: 'approve', comment: null },
        });
        if (outcome.kind !== 'text' || !outcome.done)
          throw new Error(`A decision was not recorded: ${JSON.stringify(outcome).slice(0, 300)}`);
      });
    },
  };
}

/**
 * The bot is a process of its own, and started for its own turn only, so that it takes nothing from the others; what it
 * decides first warms it up.
 */
function overHttp(stack: Stack, approvals: Approvals, slackApiUrl: string, say: Say): Way {
  const bot = createBot(stack, slackApiUrl, say);
  const clicker = createClicker(stack.botUrl, stack.keys.slackSigningSecret);
  const clickAll = async (decisions: number): Promise<Turn> => {
    const opened = await approvals.open(decisions / 2, 'deny_claim');
    return timed(clicksOn(opened), async ({ state, signer }) => {
      const status = await clicker.click(state, signer);
      if (status !== 200) throw new Error(`A click was answered with ${status}.`);
    });
  };
  return {
    name: 'http',
    async run(decisions) {
      // Cards that an earlier turn left behind are not this turn's work.
      await approvals.database.query('UPDATE outbox SET done_at = now() WHERE done_at IS NULL');
      await bot.start();
      try {
        await clickAll(WARM_UP);
        return await clickAll(decisions);
      } finally {
        await bot.stop();
      }
    },
  };
}

function bareWay(bare: BareDecisions, sample: ApprovalState): Way {
  return {
    name: 'bare',
    async run(decisions) {
      const ids = await bare.open(decisions, sample);
      return timed(ids, (id) => bare.decide(id, sample));
    },
  };
}

const COUNT = `SELECT (SELECT count(*)::int FROM ledger_entries WHERE kind = 'approval.signed') AS signed,
  (SELECT count(*)::int FROM approvals WHERE status = 'approved' AND jsonb_array_length(state->'signatures') = 2) AS approved`;

interface Size {
  readonly decisions: number;
  readonly repetitions: number;
}

async function compare(stack: Stack, say: Say, { decisions, repetitions }: Size) {
  const approvals = await createApprovals(stack);
  const farEnd = await startFarEnd();
  const bare = await openBareDecisions(stack, CONNECTIONS);
  try {
    // One more repetition than is counted: the first warms everything up.
    const turns = repetitions + 1;
    await approvals.prepare(turns * (decisions + WARM_UP / 2) + 1);
    const [sample] = await approvals.open(1, 'deny_claim');
    const ways = [
      bareWay(bare, sample!),
      inProcess(stack, approvals),
      overHttp(stack, approvals, farEnd.apiUrl, say),
    ];
    const counted = { bare: [] as Turn[], inProcess: [] as Turn[], http: [] as Turn[] };
    for (let turn = 0; turn < turns; turn += 1) {
      for (const way of ways) {
        const { perSecond, cpuMs } = await way.run(decisions);
        const when = turn === 0 ? 'warm-up' : `turn ${turn}`;
        say(
          `  ${when}  ${way.name.padEnd(9)} ${rounded(perSecond)}/s, processor ms each: ${JSON.stringify(cpuMs)}`,
        );
        if (turn > 0) counted[way.name].push({ perSecond, cpuMs });
      }
      ways.push(ways.shift()!);
    }
    const bareAll = turns * decisions;
    const ours = turns * (2 * decisions + WARM_UP);
    const { rows } = await approvals.database.query<{ signed: number; approved: number }>(COUNT);
    const verified = await stack.stores.ledger.verify(EXAMPLE.tenant);
    const right =
      rows[0]?.signed === ours &&
      rows[0].approved === ours / 2 &&
      (await bare.recorded()) === bareAll &&
      verified.ok;
    return { counted, right, ledgerEntries: verified.entries };
  } finally {
    await Promise.all([bare.close(), approvals.close(), farEnd.close()]);
  }
}

/** Recorded decisions per second, against the same statements done bare in `pg` on the same engine. */
export async function measure(say: Say, quick: boolean) {
  const size: Size = quick ? { decisions: 128, repetitions: 1 } : { decisions: 512, repetitions: 5 };
  say(
    `Decisions of one tenant, ${AT_ONCE} at a time, fsync on; ${size.repetitions} turns of ${size.decisions} each.`,
  );
  const { counted, right, ledgerEntries } = await withBenchStack(say, (stack) => compare(stack, say, size));
  const rates = (name: Way['name']) => counted[name].map((turn) => turn.perSecond);
  const ratioOf = (name: Way['name']) =>
    rounded(median(rates(name).map((rate, turn) => rate / rates('bare')[turn]!)));
  const each = <T>(of: (name: Way['name']) => T) => ({
    bare: of('bare'),
    inProcess: of('inProcess'),
    http: of('http'),
  });
  const { inProcess, http } = each(ratioOf);
  return {
    ok: right,
    aim: { ratio: AIM },
    met: { inProcess: inProcess >= AIM, http: http >= AIM },
    ratio: { inProcess, http },
    perSecond: each((name) => rounded(median(rates(name)))),
    cpuMsEach: each((name) => counted[name].at(-1)?.cpuMs),
    ledgerEntries,
  };
}
