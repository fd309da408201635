import type { Request, Response } from 'express';
import { EXAMPLE } from '../example/example.ts';
import type { Change } from './bus.ts';
import type { CastMember } from './cast-types.ts';
import type { WorkspaceState } from './state.ts';
import type { TeamsClient } from './teams-api/client.ts';
import type { LedgerLine, LiveChange, Snapshot } from './wire.ts';

const LATEST = 60;
const LEDGER_EVERY_MS = 1_500;
const HEARTBEAT_MS = 15_000;

export interface LiveDeps {
  readonly state: WorkspaceState;
  readonly teams: TeamsClient;
  readonly cast: readonly CastMember[];
  readonly rehearsal: boolean;
  ledger(): Promise<readonly LedgerLine[]>;
}

/** Everything one person sees in both chats, newest messages only. */
export async function takeSnapshot(deps: LiveDeps, me: CastMember): Promise<Snapshot> {
  const { state, teams } = deps;
  const { slack } = EXAMPLE;
  const direct = (await state.slack.openIm(me.slackUser, slack.botUser)).channel.id;
  const personal = teams.personalChat(me.entraObject);
  const inSlack = await Promise.all(
    [slack.channel, direct].map((channel) => state.slack.latest(channel, me.slackUser, LATEST)),
  );
  const inTeams = await Promise.all(
    [EXAMPLE.teams.channel, personal].map(async (c) => (await state.teams.messages(c)).slice(-LATEST)),
  );
  const open = await state.slack.openViews(me.slackUser);
  const views = open.filter((v) => v.kind === 'modal');
  const home = open.find((v) => v.kind === 'home') ?? null;
  return {
    ...{ me: me.id, cast: deps.cast, rehearsal: deps.rehearsal, ledger: await deps.ledger() },
    slack: {
      channel: { id: slack.channel, name: slack.channelName },
      ...{ bot: slack.botUser, direct, messages: inSlack.flat(), views, home },
    },
    teams: {
      channel: { id: EXAMPLE.teams.channel, name: EXAMPLE.teams.channelName },
      ...{ personal, messages: inTeams.flat() },
    },
  };
}

/** What of a change this person may see. */
function seenBy(change: Change, me: CastMember, snapshot: Snapshot): LiveChange | null {
  const { slack, teams } = snapshot;
  const slackHere = (channel: string): boolean => channel === slack.channel.id || channel === slack.direct;
  switch (change.kind) {
    case 'slack-message': {
      const { visibleTo, channel } = change.message;
      return slackHere(channel) && (visibleTo === null || visibleTo === me.slackUser) ? change : null;
    }
    case 'slack-gone':
      return slackHere(change.channel) ? change : null;
    case 'slack-view':
      return change.view.user === me.slackUser ? change : null;
    case 'teams-message': {
      const { conversation } = change.message;
      return conversation === teams.channel.id || conversation === teams.personal ? change : null;
    }
  }
}

/** Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html): a snapshot, then changes. */
export async function streamLive(deps: LiveDeps, me: CastMember, req: Request, res: Response): Promise<void> {
  res.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    connection: 'keep-alive',
  });
  const send = (event: string, data: object): void =>
    void res.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  // Changes that happen while the snapshot is read are kept and sent after it.
  const waiting: Change[] = [];
  let snapshot: Snapshot | null = null;
  const stop = deps.state.bus.listen((change) => {
    if (!snapshot) return void waiting.push(change);
    const seen = seenBy(change, me, snapshot);
    if (seen) send('change', seen);
  });
  let lastSeq = -1;
  const tellLedger = async (): Promise<void> => {
    const lines = await deps.ledger().catch(() => []);
    const newest = lines.reduce((max, line) => Math.max(max, line.seq), -1);
    if (newest === lastSeq) return;
    lastSeq = newest;
    send('change', { kind: 'ledger', lines } satisfies LiveChange);
  };
  const ledgerTick = setInterval(() => void tellLedger(), LEDGER_EVERY_MS);
  const heartbeat = setInterval(() => void res.write(': still here\n\n'), HEARTBEAT_MS);
  req.on('close', () => {
    stop();
    clearInterval(ledgerTick);
    clearInterval(heartbeat);
  });
  const first = await takeSnapshot(deps, me);
  send('snapshot', first);
  snapshot = first;
  for (const change of waiting) {
    const seen = seenBy(change, me, first);
    if (seen) send('change', seen);
  }
}
