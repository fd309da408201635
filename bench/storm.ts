import pg from 'pg';
import type { Stack } from '../bin/stack/open-stack.ts';
import type { Finding } from '../core/alerts/finding.ts';
import { ALERT_RULES, type AlertRuleName } from '../core/alerts/thresholds.ts';
import { EXAMPLE } from '../local/example/example.ts';
import { databaseUrl, withBenchStack, type Say } from './world/open.ts';
import { percentile, rounded, until } from './world/statistics.ts';

const RULES = ['error-rate', 'faithfulness', 'slow', 'overrides'] as const satisfies readonly AlertRuleName[];
/** Slack: about one message a second and channel, with short bursts. Teams: 1,800 an hour and thread, 50 a second and tenant. */
const LIMITS = { slackPerMinute: 60 + 5, teamsPerSecond: 50, teamsPerHour: 1_800 } as const;

function conditions(from: number, count: number): Finding[] {
  return Array.from({ length: count }, (_, i) => {
    const rule = RULES[i % RULES.length] ?? 'slow';
    const agent = `agent-${from + Math.floor(i / RULES.length)}`;
    const { severity, unit, threshold } = ALERT_RULES[rule];
    const value = threshold.enter * (rule === 'faithfulness' ? 0.5 : 2);
    return {
      ...{ rule, agent, version: null, fingerprint: `${rule}/${agent}`, severity, unit, state: 'firing' },
      ...{ value, threshold: threshold.enter, sample: 100, sinceMs: Date.now(), worstRuns: [], series: [] },
      reason: { key: rule, params: {} },
    };
  });
}

/** When each message of ours came to each channel, as the chats' own servers wrote it down. */
const POSTED = `SELECT 'slack' AS chat, channel, (ts::numeric * 1000)::float8 AS at FROM workspace.slack_messages
    WHERE bot_id IS NOT NULL AND visible_to IS NULL
  UNION ALL SELECT 'teams', conversation, sent_at_ms::float8 FROM workspace.teams_messages WHERE card IS NOT NULL`;
interface Message {
  readonly chat: 'slack' | 'teams';
  readonly channel: string;
  readonly at: number;
}

const SHOWN = `SELECT count(*)::int AS every, count(*) FILTER (WHERE status = 'posted' AND shown_version >= wanted_version)::int AS shown,
  count(*) FILTER (WHERE subject !~ '/' AND person IS NULL)::int AS threads FROM card_copies WHERE subject LIKE 'inc\\_%'`;

/** The most that came to one channel within any span of this length. */
function mostWithin(messages: readonly Message[], spanMs: number): number {
  const channels = new Map<string, number[]>();
  for (const { channel, at } of messages) channels.set(channel, [...(channels.get(channel) ?? []), at]);
  return Math.max(
    0,
    ...[...channels.values()].flatMap((times) =>
      times.map((end) => times.filter((at) => at > end - spanMs && at <= end).length),
    ),
  );
}

async function play(stack: Stack, say: Say, count: number) {
  const { stores } = stack;
  const { tenant } = EXAMPLE;
  const ours = new pg.Pool({ connectionString: databaseUrl(stack, 'countersign'), max: 2 });
  const chats = new pg.Pool({ connectionString: databaseUrl(stack, 'workspace'), max: 2 });
  try {
    await Promise.all([stack.bot.start(), stack.workers.start()]);
    const half = count / 2;
    const took: number[] = [];
    const look = async (findings: readonly Finding[]): Promise<void> => {
      const startedAt = performance.now();
      await stores.incidents.observe(tenant, findings);
      took.push(performance.now() - startedAt);
    };
    say(`${half} conditions at one look, then ${half} more over fifty looks.`);
    const atOnce = conditions(0, half);
    await look(atOnce);
    const later = conditions(half, half);
    const step = Math.ceil(half / 50);
    for (let from = 0; from < half; from += step) await look([...atOnce, ...later.slice(0, from + step)]);
    await until('every card to be shown', 600, async () => {
      const { rows } = await ours.query<{ every: number; shown: number }>(SHOWN);
      return rows[0] !== undefined && rows[0].every > 0 && rows[0].every === rows[0].shown;
    });
    const kept = await stores.incidents.firing(tenant);
    const open = await stores.incidents.open(tenant);
    const counted = open.reduce((sum, { finding }) => sum + (finding.gathered?.firing ?? 1), 0);
    const { rows: messages } = await chats.query<Message>(POSTED);
    const { rows: copies } = await ours.query<{ threads: number }>(SHOWN);
    const of = (chat: Message['chat']) => messages.filter((one) => one.chat === chat);
    const lost = count - new Set(kept.map(({ fingerprint }) => fingerprint)).size;
    const slack = { perSecond: mostWithin(of('slack'), 1_000), perMinute: mostWithin(of('slack'), 60_000) };
    const teams = { perSecond: mostWithin(of('teams'), 1_000), perMinute: mostWithin(of('teams'), 60_000) };
    const within =
      slack.perMinute <= LIMITS.slackPerMinute &&
      teams.perSecond <= LIMITS.teamsPerSecond &&
      of('teams').length <= LIMITS.teamsPerHour;
    return {
      ok: lost === 0 && counted === count,
      aim: LIMITS,
      met: within,
      ...{ conditions: count, lost, incidents: open.length, threads: copies[0]?.threads ?? 0 },
      messages: { slack: of('slack').length, teams: of('teams').length },
      mostToOneChannel: { slack, teams },
      look: { p50Ms: rounded(percentile(took, 0.5)), worstMs: rounded(Math.max(...took)) },
    };
  } finally {
    await Promise.all([stack.bot.stop(), stack.workers.stop()]);
    await Promise.all([ours.end(), chats.end()]);
  }
}

/** A thousand things go wrong: how many threads and messages that is, against what the chats let us send. */
export async function measure(say: Say, quick: boolean) {
  return withBenchStack(say, (stack) => play(stack, say, quick ? 200 : 1_000));
}
