import { Agent, createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ApprovalState } from '../../core/approval/types.ts';
import type { ButtonPayload } from '../../cards/payload.ts';
import { EXAMPLE } from '../../local/example/example.ts';
import { sign } from '../../local/workspace/slack-api/sign.ts';

export type Signer = 'U08ADA' | 'U08BEN';

/** What the button on this approval's card carries. */
export const buttonOf = (state: ApprovalState): ButtonPayload => ({
  v: 1,
  approval: state.id,
  version: state.version,
  actionDigest: state.actionDigest,
  copy: null,
});

let triggers = 0;

function bodyOf(state: ApprovalState, user: Signer): string {
  const { team, channel, appId } = EXAMPLE.slack;
  triggers += 1;
  const payload = {
    type: 'block_actions',
    team: { id: team, domain: 'harbour' },
    user: { id: user, team_id: team, username: user.toLowerCase() },
    api_app_id: appId,
    trigger_id: `bench.${process.pid}.${triggers}`,
    channel: { id: channel, name: EXAMPLE.slack.channelName },
    container: { type: 'message', channel_id: channel },
    actions: [
      {
        type: 'button',
        action_id: 'approve',
        block_id: 'decide',
        action_ts: '1700000001.000100',
        value: JSON.stringify(buttonOf(state)),
      },
    ],
  };
  return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
}

function commandOf(text: string, user: Signer): string {
  const { team, channel, channelName, appId } = EXAMPLE.slack;
  triggers += 1;
  return new URLSearchParams({
    ...{ command: '/countersign', text, api_app_id: appId, trigger_id: `bench.${process.pid}.${triggers}` },
    ...{ team_id: team, team_domain: 'harbour', channel_id: channel, channel_name: channelName },
    ...{ user_id: user, user_name: user.toLowerCase(), response_url: 'http://127.0.0.1:9/none' },
  }).toString();
}

/** Sends clicks and commands as Slack does: signed form bodies over kept connections. */
export function createClicker(
  botUrl: string,
  signingSecret: string,
): {
  /** Resolves with the HTTP status, which is 200 only after the commit. */
  click(state: ApprovalState, user: Signer): Promise<number>;
  /** `/countersign <text>`; resolves with the HTTP status of the acknowledgement. */
  command(text: string, user: Signer): Promise<number>;
  close(): void;
} {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const send = (body: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const seconds = Math.floor(Date.now() / 1000);
      const headers = {
        'content-type': 'application/x-www-form-urlencoded',
        'content-length': Buffer.byteLength(body),
        'x-slack-request-timestamp': String(seconds),
        'x-slack-signature': sign(signingSecret, seconds, body),
      };
      const sent = request(`${botUrl}/slack/events`, { method: 'POST', agent, headers }, (response) => {
        response.resume();
        response.once('end', () => resolve(response.statusCode ?? 0));
      });
      sent.once('error', reject);
      sent.end(body);
    });
  return {
    click: (state, user) => send(bodyOf(state, user)),
    command: (text, user) => send(commandOf(text, user)),
    close: () => agent.destroy(),
  };
}

/** Slack's end of the line: takes every Web API call at once. What an answer costs Slack is not ours to measure. */
export async function startFarEnd(): Promise<{ apiUrl: string; close(): Promise<void> }> {
  let stamps = 1_700_000_000;
  const server: Server = createServer((req, res) => {
    req.resume();
    req.once('end', () => {
      stamps += 1;
      const channel = req.url?.endsWith('/conversations.open') ? { id: `D${stamps}` } : EXAMPLE.slack.channel;
      const answer = { ok: true, channel, ts: `${stamps}.000100`, messages: [] };
      res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    apiUrl: `http://127.0.0.1:${port}/api/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
