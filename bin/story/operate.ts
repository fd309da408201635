import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ALERT_RULES } from '../../core/alerts/thresholds.ts';
import { figure } from '../../core/charts/figures.ts';
import { ApprovalId, type IncidentId, type RunId } from '../../core/ids.ts';
import { EXAMPLE_POLICY } from '../../local/example/example.ts';
import { WORSE } from '../../local/planted/versions.ts';
import { withoutStore } from '../eval/lasting.ts';
import { bothCards, expectOne, toldUnder, untilBothSay } from './incident-looks.ts';
import type { Story, StoryStep } from './story.ts';
import { expect, need, onTheMachine, wordsOf, type World } from './world.ts';

const AGENT = 'fraud-review';
const GOOD = '1.1.0';
const LOOK_SECONDS = 15;
const CLEAR_MINUTES = 1;
const { minSample, enter } = ALERT_RULES.faithfulness.threshold;
/** Closed claims of the insurer: there is nothing to pay on them, so that no run waits for a person. */
const CLOSED = ['CLM-0312', 'CLM-0821'];

const TITLE = `P0: ${AGENT} ${WORSE} says things its sources do not`;

interface Plot {
  /** When so many runs were scored that the rule can say something; epoch ms. */
  scoredAtMs?: number;
  incident?: IncidentId;
  asked?: ApprovalId;
}
type Step = StoryStep<Plot>;

const MODEL = ['ANTHROPIC_API_KEY', 'ANTHROPIC_BASE_URL'];

/** Every live run is scored, rules look more often, and the worse version is known: beside the rehearsal model alone. */
const environment = (own: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(own).filter(([name]) => !MODEL.includes(name))),
  COUNTERSIGN_PLANTED: '1',
  COUNTERSIGN_SAMPLE_SHARE: '1',
  COUNTERSIGN_WATCH_SECONDS: String(LOOK_SECONDS),
});

const score = (value: number): string => figure('en', 'score', value);

async function admin(world: World, ...args: string[]): Promise<string> {
  const [verb = '', ...more] = args;
  const { code, out, err } = await onTheMachine(['admin', verb, world.tenant, ...more], world.env);
  expect(code === 0, `countersign admin ${verb} ended with ${code}: ${(err || out).trim()}`);
  return out.trim();
}

const blocked: Step = {
  title: `countersign gate ${AGENT} ${WORSE}: the worse prompt is blocked`,
  play: async () => {
    const env = environment(withoutStore(process.env));
    const { code, out, err } = await onTheMachine(['gate', AGENT, WORSE], env);
    expect(code === 1, `The gate ended with ${code}, not with 1: ${(err || out).trim().slice(-400)}`);
    const sentence = out.split('\n').find((line) => line.trim() !== '' && !line.startsWith('#')) ?? '';
    return `exit code 1: ${sentence.trim()}`;
  },
};

const tuned: Step = {
  title: `On the machine, somebody lets this story be told sooner: every run is scored, rules look each ${LOOK_SECONDS} s, an incident is over after ${CLEAR_MINUTES} min`,
  play: async (world) => {
    const file = join(world.home, 'policy.json');
    const alerts = [{ rule: 'faithfulness', agent: AGENT, clearMinutes: CLEAR_MINUTES }];
    const policy = { ...EXAMPLE_POLICY, version: EXAMPLE_POLICY.version + 1, alerts };
    writeFileSync(file, JSON.stringify(policy));
    const said = await admin(world, 'policy', file);
    return `${said} As shipped: 1 run in 20, 60 s, 15 min. The limit (${score(enter)}) and how many runs it takes (${minSample}) are as shipped.`;
  },
};

const onCall: Step = {
  title: 'Mara types /countersign oncall set first @robin in Slack',
  play: async (world) => {
    const answer = await world.control.asPerson('mara').slackCommand('/countersign oncall set first @robin');
    const said = answer.body + (await world.ephemeralsSince('mara'));
    expect(said.includes('Robin Reyes is on call'), `Robin is not on call: ${said.slice(0, 300)}`);
    return 'Robin Reyes is on call';
  },
};

const bypassed: Step = {
  title: `Somebody on the machine goes round the gate: countersign admin version --active ${WORSE}`,
  play: (world) => admin(world, 'version', '--agent', AGENT, '--active', WORSE),
};

const place = { agent: AGENT, environment: 'production', known: [GOOD, WORSE] } as const;

/** Robin asks about closed claims until the rule can say something, and waits until a judge has scored every run. */
async function live(world: World, version: string): Promise<string> {
  const robin = world.control.asPerson('robin');
  const { runs, scores } = world.stores;
  const begun: RunId[] = [];
  for (let i = 0; i < minSample; i += 1) {
    const claim = CLOSED[i % CLOSED.length] ?? '';
    const delivery = await robin.slackCommand(`/countersign run ${AGENT} ${claim}`);
    begun.push(world.runIn(delivery.body + (await world.ephemeralsSince('robin'))));
  }
  const all = async (holds: (run: RunId) => Promise<boolean>): Promise<boolean> =>
    (await Promise.all(begun.map(holds))).every(Boolean);
  const isScored = (run: RunId) => scores.has(world.tenant, run);
  await world.until(`a score for each of ${begun.length} runs`, () => all(isScored), 120_000);
  const played = async (run: RunId) => (await runs.get(world.tenant, run))?.agentVersion === version;
  expect(await all(played), `Not every run was played by ${version}.`);
  return `${begun.length} runs by ${version}, each of them scored`;
}

const worse: Step = {
  title: `Live traffic: Robin has ${minSample} closed claims reviewed in Slack, and a judge scores them`,
  play: async (world, plot) => {
    const seen = await live(world, WORSE);
    plot.scoredAtMs = Date.now();
    return seen;
  },
};

const opened: Step = {
  title: 'One incident opens, within two looks of the rules: one thread in Slack, one in Teams',
  play: async (world, plot) => {
    const state = await world.until('an incident to open', async () => {
      const [found] = await world.stores.incidents.open(world.tenant);
      return found ?? null;
    });
    const { id, finding } = state;
    plot.incident = id;
    expect(state.rule === 'faithfulness', `The incident is about ${state.rule}.`);
    const tookMs = Math.max(0, state.openedAtMs - need(plot.scoredAtMs));
    expect(tookMs <= 2 * LOOK_SECONDS * 1_000, `It took ${Math.round(tookMs / 1000)} s.`);
    const { slack, teams } = await bothCards(world, id);
    const { name, slackUser } = world.control.asPerson('robin').member;
    const all = [TITLE, score(finding.value ?? 1), score(enter), `Roll back → ${GOOD}`];
    for (const said of [...all, slackUser])
      expect(wordsOf(slack.blocks).includes(said), `The card in Slack does not say "${said}".`);
    for (const said of [...all, name])
      expect(wordsOf(teams.card).includes(said), `The card in Teams does not say "${said}".`);
    await expectOne(world, id, TITLE);
    return `after ${Math.ceil(tookMs / 1000)} s: faithfulness ${score(finding.value ?? 1)} of ${finding.sample} runs, where ${score(enter)} is the limit; ${id}`;
  },
};

const acknowledged: Step = {
  title: 'Robin, who is on call, presses Acknowledge in Slack, and both chats say so',
  play: async (world, plot) => {
    const id = need(plot.incident);
    await world.control.asPerson('robin').slackClick((await world.slackCard(id)).ts, 'Acknowledge');
    await untilBothSay(world, id, 'Acknowledged by Robin Reyes');
    return (await world.ephemeralsSince('robin')) || 'Acknowledged by Robin Reyes';
  },
};

const lever: Step = {
  title: `Robin presses the lever in the thread, Roll back → ${GOOD}, and a request hangs in both chats`,
  play: async (world, plot) => {
    const { ts } = await world.slackCard(need(plot.incident));
    await world.control.asPerson('robin').slackClick(ts, `Roll back → ${GOOD}`);
    let said = '';
    const id = await world.until('what Robin asked for to be named to them', async () => {
      said += await world.ephemeralsSince('robin');
      return /apr_[0-9A-Z]{26}/.exec(said)?.[0];
    });
    plot.asked = ApprovalId.parse(id);
    await bothCards(world, plot.asked);
    return said;
  },
};

const alone: Step = {
  title: 'Robin, who asked, presses Approve and is refused',
  play: async (world, plot) => {
    const id = need(plot.asked);
    await world.control.asPerson('robin').slackClick((await world.slackCard(id)).ts, 'approve');
    const said = await world.until('a private refusal for Robin', () => world.ephemeralsSince('robin'));
    expect((await world.approval(id)).signatures.length === 0, 'The requester’s own signature counted.');
    expect((await world.stores.versions.read(world.tenant, place))?.active === WORSE, 'It was rolled back.');
    return said;
  },
};

const signed: Step = {
  title: `Mara, their manager, signs in Teams, and new runs are played by ${GOOD} again`,
  play: async (world, plot) => {
    const id = need(plot.asked);
    await world.control.asPerson('mara').teamsClick(await world.teamsCard(id), 'approve');
    await world.until('the roll back to be carried out', async () => {
      const { status } = await world.approval(id);
      expect(!['declined', 'expired', 'lapsed', 'cancelled'].includes(status), `The roll back was ${status}: ${AGENT} still plays ${WORSE}.`); // prettier-ignore
      return status === 'executed';
    });
    const now = await world.stores.versions.read(world.tenant, place);
    expect(now?.active === GOOD, `${now?.active ?? 'Nothing'} is active.`);
    return `${GOOD} is active`;
  },
};

const good: Step = {
  title: `Live traffic again: ${minSample} more, by the version before`,
  play: (world) => live(world, GOOD),
};

const resolved: Step = {
  title: 'The incident is over by itself once it stayed clear, and both threads say so',
  play: async (world, plot) => {
    const id = need(plot.incident);
    const over = await world.until(
      'the incident to be over',
      async () => {
        const now = await world.stores.incidents.get(world.tenant, id);
        return now?.status === 'resolved' ? now : null;
      },
      (CLEAR_MINUTES + 2) * 60_000,
    );
    expect(over.resolved?.by === null, 'A person resolved it.');
    await untilBothSay(world, id, 'Over: it stayed clear');
    await expectOne(world, id, TITLE);
    const told = await toldUnder(world, id, 'stayed-clear');
    expect(told, 'Its end was not told under the card in both threads.');
    const minutes = Math.round((over.resolved.atMs - over.openedAtMs) / 6_000) / 10;
    return `faithfulness ${score(over.finding.value ?? 0)} of ${over.finding.sample} runs; it lasted ${minutes} min`;
  },
};

const verified: Step = {
  title: 'The ledger verifies, with every step of it',
  play: async ({ stores, tenant, ledgerKinds }) => {
    const all = await stores.ledger.verify(tenant);
    expect(all.ok, all.broken ?? 'The ledger does not verify.');
    const kinds = await ledgerKinds();
    const wanted = ['version.set', 'incident.opened', 'incident.acknowledged', 'version.rolled-back', 'incident.cleared', 'incident.stayed-clear']; // prettier-ignore
    const missing = wanted.filter((kind) => !kinds.includes(kind));
    expect(missing.length === 0, `The ledger does not say ${missing.join(', ')}.`);
    return `${all.entries} entries, head ${all.head.slice(0, 12)}…`;
  },
};

/** A worse prompt goes live, and on-call has it rolled back from the thread. */
export const OPERATE_STORY: Story<Plot> = {
  name: 'operate',
  env: environment,
  begin: () => ({}),
  steps: [
    blocked,
    tuned,
    onCall,
    bypassed,
    worse,
    opened,
    acknowledged,
    lever,
    alone,
    signed,
    good,
    resolved,
    verified,
  ],
};
