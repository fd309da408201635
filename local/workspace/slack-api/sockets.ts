import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Deliver, Delivery } from './deliver.ts';
import { ANSWER_MS } from './limits.ts';

const PATH = '/slack/socket';
const TICKET_MS = 30_000;
const MOST = 10;
const PING_MS = 10_000;

export type DisconnectReason = 'warning' | 'refresh_requested' | 'link_disabled' | 'too_many_websockets';

export interface Sockets {
  /** An address for one connection, good for half a minute. */
  open(url: string): string;
  /** Takes over the upgrades of this server that ask for a socket of ours. */
  attach(server: Server): void;
  /** How many connections would be sent to. */
  readonly connected: number;
  /** Asks the oldest connection to connect anew, as Slack does every hour or so: a warning, then the end. */
  refresh(warningMs?: number): Promise<void>;
  /** Breaks every connection without a word, as a network does. */
  cut(): void;
  /** Sends this text as it is: what no Slack would send. */
  raw(text: string): void;
  readonly deliver: Deliver;
  close(): void;
}

interface Connection {
  readonly socket: WebSocket;
  /** False once it was asked to go: nothing more is sent to it. */
  open: boolean;
  readonly waiting: Map<string, (what: Delivery) => void>;
}

type Envelope = Readonly<Record<string, unknown>> & { readonly type: string };

const NOT_DELIVERED: Delivery = { ok: false, status: null, body: '', why: 'connection_failed' };

/** https://docs.slack.dev/apis/events-api/using-socket-mode */
export function createSockets(options: {
  readonly appId: string;
  readonly retryDelaysMs?: readonly number[];
  readonly waitMs?: number;
}): Sockets {
  const { retryDelaysMs = [0, 60_000, 300_000], waitMs: answerMs = ANSWER_MS } = options;
  const tickets = new Map<string, number>();
  const connections: Connection[] = [];
  const server = new WebSocketServer({ noServer: true });
  const live = (): Connection[] => connections.filter(({ open }) => open);

  function upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void {
    const url = new URL(req.url ?? '/', 'http://slack');
    if (url.pathname !== PATH) return void socket.destroy();
    const ticket = url.searchParams.get('ticket') ?? '';
    const until = tickets.get(ticket) ?? 0;
    tickets.delete(ticket);
    if (until < Date.now()) return void socket.end('HTTP/1.1 401 Unauthorized\r\nconnection: close\r\n\r\n');
    server.handleUpgrade(req, socket, head, (opened) => welcome(connections, options.appId, opened));
  }

  return {
    open(url) {
      const ticket = randomBytes(18).toString('base64url');
      tickets.set(ticket, Date.now() + TICKET_MS);
      return `${url.replace(/^http/, 'ws')}${PATH}?ticket=${ticket}&app_id=${options.appId}`;
    },
    attach: (http) => void http.on('upgrade', upgrade),
    get connected() {
      return live().length;
    },
    async refresh(warningMs = 0) {
      const [oldest] = live();
      if (!oldest) return;
      depart(oldest, 'warning');
      await sleep(warningMs);
      depart(oldest, 'refresh_requested');
      oldest.socket.close();
    },
    cut: () => connections.slice().forEach(({ socket }) => socket.terminate()),
    raw: (text) => live().forEach(({ socket }) => socket.send(text)),
    deliver: createSocketDeliver(live, retryDelaysMs, answerMs),
    close() {
      connections.slice().forEach(({ socket }) => socket.terminate());
      server.close();
    },
  };
}

/** Greets a new connection, and keeps it until it closes. */
function welcome(connections: Connection[], appId: string, socket: WebSocket): void {
  const live = (): number => connections.filter(({ open }) => open).length;
  const connection: Connection = { socket, open: true, waiting: new Map() };
  const say = (message: object): void => socket.send(JSON.stringify(message));
  const pings = setInterval(() => socket.ping(), PING_MS);
  socket.on('close', () => {
    clearInterval(pings);
    connection.open = false;
    connection.waiting.forEach((resolve) => resolve(NOT_DELIVERED));
    const i = connections.indexOf(connection);
    if (i >= 0) connections.splice(i, 1);
  });
  socket.on('error', () => socket.terminate());
  socket.on('message', (data: Buffer) => hear(connection, data.toString()));
  if (live() >= MOST) return void depart(connection, 'too_many_websockets');
  connections.push(connection);
  say({
    type: 'hello',
    num_connections: live(),
    connection_info: { app_id: appId },
    debug_info: { host: 'applink-local', build_number: 1, approximate_connection_time: 18_060 },
  });
}

function depart(connection: Connection, reason: DisconnectReason): void {
  connection.open = false;
  const goodbye = { type: 'disconnect', reason, debug_info: { host: 'applink-local' } };
  if (connection.socket.readyState === connection.socket.OPEN)
    connection.socket.send(JSON.stringify(goodbye));
}

/** Only the connection that was sent an envelope may acknowledge it. */
function hear({ waiting }: Connection, text: string): void {
  try {
    const said = JSON.parse(text) as { envelope_id?: unknown; payload?: unknown };
    if (typeof said.envelope_id !== 'string') return;
    waiting.get(said.envelope_id)?.({ ok: true, status: 200, body: bodyOf(said.payload), why: 'answered' });
  } catch {
    // Slack ignores what it cannot read.
  }
}

/** What went over HTTP as a body: nothing, a text, or JSON. */
function bodyOf(payload: unknown): string {
  const empty = typeof payload !== 'object' || payload === null || Object.keys(payload).length === 0;
  return empty ? '' : JSON.stringify(payload);
}

function createSocketDeliver(
  live: () => Connection[],
  retryDelaysMs: readonly number[],
  answerMs: number,
): Deliver {
  /** To any one of the connections: https://docs.slack.dev/apis/events-api/using-socket-mode, "multiple connections". */
  async function send(envelope: Envelope): Promise<Delivery> {
    const all = live();
    const to = all[Math.floor(Math.random() * all.length)];
    if (!to) return NOT_DELIVERED;
    const id = randomUUID();
    const answered = new Promise<Delivery>((resolve) => to.waiting.set(id, resolve));
    to.socket.send(JSON.stringify({ ...envelope, envelope_id: id }));
    const late = sleep(answerMs, null, { ref: false }).then((): Delivery => ({
      ok: false,
      status: null,
      body: '',
      why: 'http_timeout',
    }));
    return Promise.race([answered, late]).finally(() => to.waiting.delete(id));
  }
  return {
    form: (fields) =>
      'payload' in fields
        ? send({
            type: 'interactive',
            payload: JSON.parse(fields['payload'] ?? '') as unknown,
            accepts_response_payload: true,
          })
        : send({ type: 'slash_commands', payload: fields, accepts_response_payload: true }),
    async event(payload) {
      const envelope = { type: 'events_api', payload, accepts_response_payload: false };
      let answer = await send({ ...envelope, retry_attempt: 0, retry_reason: '' });
      for (const [i, delay] of retryDelaysMs.entries()) {
        if (answer.ok) break;
        await sleep(delay, undefined, { ref: false });
        answer = await send({ ...envelope, retry_attempt: i + 1, retry_reason: 'timeout' });
      }
      return answer;
    },
  };
}
