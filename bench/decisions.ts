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
import { createBot } from './world/programs.ts';
import { inParallel, median, rounded } from './world/statistics.ts';

const AT_ONCE = 64;
/** What a store of ours opens, and so what the bare side gets. */
const CONNECTIONS = 16;
const AIM = 0.6;
const SIGNERS: readonly Signer[] = ['U08ADA', 'U08BEN'];

interface Way {
  readonly name: 'bare' | 'inProcess' | 'http';
  /** One repetition. @returns decisions per second */
  run(decisions: number): Promise<number>;
}

/** Everything that may be clicked: first all of Ada's signatures, then all of Ben's. */
const clicksOn = (approvals: readonly ApprovalState[]) =>
  SIGNERS.flatMap((signer) => approvals.map((state) => ({ state, signer })));

function openGateway({ stores }: Stack): Gateway {
  return createGateway({
    ...{ stores, agents, rehearsal: true, away: () => Promise.resolve([]), count: () => {} },
    log: createLog({ name: 'bench', level: 'error' }),
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
      const seconds = await inParallel(clicksOn(opened), AT_ONCE, async ({ state, signer }) => {
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
      return decisions / seconds;
    },
  };
}

/** The bot is a process of its own, and started for its own turn only, so that it takes nothing from the others. */
function overHttp(stack: Stack, approvals: Approvals, slackApiUrl: string, say: Say): Way {
  const bot = createBot(stack, slackApiUrl, say);
  const clicker = createClicker(stack.botUrl, stack.keys.slackSigningSecret);
  return {
    name: 'http',
    async run(decisions) {
      // Cards that an earlier turn left behind are not this turn's work.
      await approvals.database.query('UPDATE outbox SET done_at = now() WHERE done_at IS NULL');
      const opened = await approvals.open(decisions / 2, 'deny_claim');
      await bot.start();
      try {
        const seconds = await inParallel(clicksOn(opened), AT_ONCE, async ({ state, signer }) => {
          const status = await clicker.click(state, signer);
          if (status !== 200) throw new Error(`A click was answered with ${status}.`);
        });
        return decisions / seconds;
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
      return decisions / (await inParallel(ids, AT_ONCE, (id) => bare.decide(id, sample)));
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
    await approvals.prepare((repetitions + 1) * decisions + 1);
    const [sample] = await approvals.open(1, 'deny_claim');
    const ways = [
      bareWay(bare, sample!),
      inProcess(stack, approvals),
      overHttp(stack, approvals, farEnd.apiUrl, say),
    ];
    const rates = { bare: [] as number[], inProcess: [] as number[], http: [] as number[] };
    for (let turn = 0; turn <= repetitions; turn += 1) {
      for (const way of ways) {
        const rate = await way.run(decisions);
        say(`  ${turn === 0 ? 'warm-up' : `turn ${turn}`}  ${way.name.padEnd(9)} ${rounded(rate)}/s`);
        if (turn > 0) rates[way.name].push(rate);
      }
      ways.push(ways.shift()!);
    }
    const all = (repetitions + 1) * decisions;
    const { rows } = await approvals.database.query<{ signed: number; approved: number }>(COUNT);
    const verified = await stack.stores.ledger.verify(EXAMPLE.tenant);
    const right =
      rows[0]?.signed === 2 * all &&
      rows[0].approved === all &&
      (await bare.recorded()) === all &&
      verified.ok;
    return { rates, right, ledgerEntries: verified.entries };
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
  const { rates, right, ledgerEntries } = await withBenchStack(say, (stack) => compare(stack, say, size));
  const ratioOf = (name: 'inProcess' | 'http') =>
    rounded(median(rates[name].map((rate, turn) => rate / rates.bare[turn]!)));
  const ratio = { inProcess: ratioOf('inProcess'), http: ratioOf('http') };
  return {
    ok: right,
    aim: { ratio: AIM },
    met: { inProcess: ratio.inProcess >= AIM, http: ratio.http >= AIM },
    ratio,
    perSecond: {
      bare: rounded(median(rates.bare)),
      inProcess: rounded(median(rates.inProcess)),
      http: rounded(median(rates.http)),
    },
    ledgerEntries,
  };
}
