import pg from 'pg';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { fraudReview } from '../agents/fraud-review/agent.ts';
import type { Stack } from '../bin/stack/open-stack.ts';
import { packMetadata } from '../bot/slack/inbound.ts';
import { createConnectors } from '../connectors/client.ts';
import type { ConnectorDefinition } from '../connectors/definition.ts';
import { connectors } from '../connectors/registry.ts';
import type { ApprovalState } from '../core/approval/types.ts';
import type { Sha256 } from '../core/canonical-json.ts';
import { EXAMPLE } from '../local/example/example.ts';
import { sign } from '../local/workspace/slack-api/sign.ts';
import { saidBy } from '../local/workspace/teams-cards.ts';
import type { CastId } from '../local/workspace/cast-types.ts';
import { clickBody, FORM, nowSeconds } from './bot-kit.ts';
import { PATIENCE_MS } from './patience.ts';
import { testApproval } from './test-stores.ts';

const { tenant, slack, teams } = EXAMPLE;

/** How often each approval's action ran: by the insurer's books and by the ledger. */
export interface Ran {
  readonly booked: number;
  readonly ledger: number;
}

/** Approvals with an action of their own each, on the whole product, and people who click at one instant. */
export interface RaceKit {
  /** Ready to be decided: `refer` asks for one signature, `settle` for two. */
  ask(what: 'refer' | 'settle'): Promise<ApprovalState>;
  state(of: ApprovalState): Promise<ApprovalState>;
  slackApprove(who: CastId, of: ApprovalState): Promise<string>;
  /** The raw signed request, to be delivered as often as one likes. */
  slackRequest(who: CastId, of: ApprovalState): () => Promise<number>;
  teamsApprove(who: CastId, of: ApprovalState): Promise<string>;
  slackDecline(who: CastId, of: ApprovalState): Promise<string>;
  teamsDecline(who: CastId, of: ApprovalState): Promise<string>;
  /** What somebody was told in private in Slack since `from`, once there are `count` of them. */
  heard(who: CastId, from: number, count: number): Promise<string[]>;
  heardSoFar(who: CastId): Promise<number>;
  untilAll(
    of: readonly ApprovalState[],
    settled: readonly ApprovalState['status'][],
  ): Promise<ApprovalState[]>;
  ran(of: ApprovalState): Promise<Ran>;
  close(): Promise<void>;
}

function inDatabase(stack: Stack, database: string): pg.Pool {
  const url = new URL(stack.engines.postgres?.url ?? '');
  url.pathname = `/${database}`;
  return new pg.Pool({ connectionString: url.href, max: 4 });
}

async function schemaHashes(stack: Stack): Promise<ReadonlyMap<string, Sha256>> {
  const made = createConnectors({
    definitions: connectors as readonly ConnectorDefinition[],
    secrets: () => stack.insurerUrl,
  });
  try {
    const tools = await made.tools(tenant, { insurer: ['settle_claim', 'refer_to_siu'] });
    return new Map(tools.map((t) => [t.name, t.schemaHash]));
  } finally {
    await made.close();
  }
}

/** Claims of the test's own, so that every action has one that it alone changes. */
const NEW_CLAIM = `INSERT INTO claims (claim, policy, cause, summary, incident_on, reported_on, currency, claimed_micros, status)
  SELECT $1, policy, cause, summary, incident_on, reported_on, currency, claimed_micros, 'open' FROM claims WHERE claim = 'CLM-0847'`;
const PAYEE = `SELECT account_ending AS ending FROM claims JOIN policies USING (policy) WHERE claim = 'CLM-0847'`;

function slackDoor(stack: Stack) {
  const post = async (body: string) => {
    const timestamp = nowSeconds();
    const response = await fetch(`${stack.botUrl}/slack/events`, {
      method: 'POST',
      body,
      headers: {
        'content-type': FORM,
        'x-slack-request-timestamp': String(timestamp),
        'x-slack-signature': sign(stack.keys.slackSigningSecret, timestamp, body),
      },
    });
    return { status: response.status, body: await response.text() };
  };
  const declineBody = (user: string, payload: object): string => {
    const place = { conversation: slack.channel, thread: null, kind: 'channel' } as const;
    const values = { 'field.reason': { reason: { type: 'plain_text_input', value: 'Not convinced.' } } };
    const view = {
      id: `V${randomUUID()}`,
      hash: randomUUID(),
      callback_id: 'decline',
      private_metadata: packMetadata(payload as never, place),
      state: { values },
    };
    const who = { team: { id: slack.team, domain: 'harbour' }, user: { id: user, team_id: slack.team } };
    const submission = { type: 'view_submission', ...who, api_app_id: slack.appId, view };
    return new URLSearchParams({ payload: JSON.stringify(submission) }).toString();
  };
  return { post, declineBody };
}

const payloadOf = ({ id, version, actionDigest }: ApprovalState) => ({
  v: 1,
  approval: id,
  version,
  actionDigest,
  copy: null,
});

/** Opens one real run to hang approvals on, and claims for their actions. */
export async function openRaces(stack: Stack): Promise<RaceKit> {
  const { stores, workspace } = stack;
  const hashes = await schemaHashes(stack);
  const [insurer, own] = [inDatabase(stack, 'insurer'), inDatabase(stack, 'countersign')];
  const people = await stores.people.everyone(tenant);
  const robin = people.find((p) => p.email.startsWith('robin.'))!;
  const { ending } = (await insurer.query<{ ending: string }>(PAYEE)).rows[0]!;
  const { run } = await stores.runs.create(tenant, {
    agent: fraudReview,
    input: { claim: 'CLM-0847' },
    requester: robin,
    source: 'api',
    dedupeKey: null,
    environment: 'production',
    rehearsal: true,
    origin: {},
  });
  const { post, declineBody } = slackDoor(stack);
  const member = (who: CastId) => workspace.control.asPerson(who).member;
  const on = { conversation: teams.channel, message: '1700000000000' };
  const said = (body: unknown): string => saidBy(body)?.text ?? JSON.stringify(body);
  const heardSoFar = async (who: CastId) => (await workspace.control.ephemerals(who)).length;
  const heard: RaceKit['heard'] = async (who, from, count) => {
    for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await sleep(25))
      if ((await heardSoFar(who)) >= from + count) break;
    return (await workspace.control.ephemerals(who)).slice(from).map((m) => m.text);
  };
  const state: RaceKit['state'] = async ({ id }) => (await stores.approvals.get(tenant, id))!;
  let claims = 1000;
  return {
    state,
    heard,
    heardSoFar,
    async ask(what) {
      const claim = `CLM-${(claims += 1)}`;
      await insurer.query(NEW_CLAIM, [claim]);
      const reason = 'Of the test of races.';
      const amount = { currency: 'GBP', micros: 100_000_000 } as const;
      const asked = await stores.approvals.open(
        tenant,
        testApproval(run, robin.id, {
          agentVersion: fraudReview.version,
          ...(what === 'settle'
            ? {
                toolSchemaHash: hashes.get('settle_claim')!,
                args: { claim, amount, pay_to: `Policyholder, account ending ${ending}`, reason },
                amount,
              }
            : {
                tool: 'refer_to_siu',
                toolSchemaHash: hashes.get('refer_to_siu')!,
                args: { claim, reason },
                amount: null,
                effect: 'reversible',
              }),
        }),
      );
      if (!asked.ok) throw new Error(asked.reason);
      return (await stores.approvals.get(tenant, asked.approval))!;
    },
    slackRequest(who, of) {
      const body = clickBody(of, { user: member(who).slackUser });
      return async () => (await post(body)).status;
    },
    async slackApprove(who, of) {
      const from = await heardSoFar(who);
      const { status } = await post(clickBody(of, { user: member(who).slackUser }));
      return status === 200 ? ((await heard(who, from, 1))[0] ?? 'silence') : `HTTP ${status}`;
    },
    async slackDecline(who, of) {
      const answer = await post(declineBody(member(who).slackUser, payloadOf(of)));
      return answer.body;
    },
    async teamsApprove(who, of) {
      const data = { verb: 'approve', payload: payloadOf(of) };
      const click = { ...on, verb: 'approve', data };
      return said((await workspace.teams.client.clickExecute(member(who).entraObject, click)).body);
    },
    async teamsDecline(who, of) {
      const data = { verb: 'decline', payload: payloadOf(of), 'field.reason': 'Not convinced.' };
      return said((await workspace.teams.client.submitDialog(member(who).entraObject, { ...on, data })).body);
    },
    async untilAll(all, settled) {
      for (const until = Date.now() + PATIENCE_MS; ; await sleep(200)) {
        const now = await Promise.all(all.map(state));
        if (now.every((s) => settled.includes(s.status)) || Date.now() > until) return now;
      }
    },
    async ran({ id }) {
      const booked = await insurer.query('SELECT 1 FROM actions WHERE correlation_id = $1', [id]);
      const ledger = await own.query(
        `SELECT 1 FROM ledger_entries WHERE subject = $1 AND kind = 'action.executed'`,
        [id],
      );
      return { booked: booked.rowCount ?? 0, ledger: ledger.rowCount ?? 0 };
    },
    close: async () => void (await Promise.all([insurer.end(), own.end()])),
  };
}
