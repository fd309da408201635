import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';

export type Handler = (req: IncomingMessage, res: ServerResponse) => void | Promise<void>;

/** `<METHOD> <path>` to what answers it; a path that ends in a star is all below it that nothing else answers. */
export type Routes = Readonly<Record<string, Handler>>;

/** Nothing here is a page: no script, frame, sniffing, referrer or cache. */
const HEADERS = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
} as const;

/** For two years browsers speak to this name by TLS alone. Said only where TLS is in front, since it is believed. */
const HSTS = 'max-age=63072000';

const pathOf = (req: IncomingMessage): string => (req.url ?? '/').split('?')[0] ?? '/';

const isBelow = (key: string, path: string): boolean =>
  key.endsWith('/*') && path.startsWith(key.slice(key.indexOf(' ') + 1, -1));

const below = (routes: Routes, method: string, path: string): Handler | undefined =>
  Object.entries(routes).find(([key]) => key.startsWith(`${method} `) && isBelow(key, path))?.[1];

interface ListenOptions {
  readonly routes: Routes;
  readonly host: string;
  readonly port: number;
  readonly log: Logger;
  /** People reach it by https, whatever ends that in front of it. */
  readonly tls?: boolean;
}

/** 404 for a path we do not have, 405 for a method it does not take, 500 when an answer fails. */
async function route(
  { routes, log, tls = false }: Pick<ListenOptions, 'routes' | 'log' | 'tls'>,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  for (const [name, value] of Object.entries(HEADERS)) res.setHeader(name, value);
  if (tls) res.setHeader('strict-transport-security', HSTS);
  const path = pathOf(req);
  const method = req.method ?? '';
  const handler = routes[`${method} ${path}`] ?? below(routes, method, path);
  if (handler === undefined) {
    const known = Object.keys(routes).some((key) => key.endsWith(` ${path}`) || isBelow(key, path));
    res.writeHead(known ? 405 : 404).end();
    return;
  }
  try {
    await handler(req, res);
  } catch (error) {
    log.error({ err: error, path }, 'a request failed');
    if (!res.headersSent) res.writeHead(500);
    res.end();
  }
}

export interface HttpServer {
  readonly port: number;
  /** Takes no new connection, lets the requests under way end, drops them after the grace. */
  close(graceMs?: number): Promise<void>;
}

/** @throws when the port is busy */
export async function listenHttp(options: ListenOptions): Promise<HttpServer> {
  const { host, port } = options;
  const server: Server = createServer((req, res) => void route(options, req, res));
  // A body that trickles in holds a connection no longer than this.
  server.requestTimeout = 10_000;
  server.headersTimeout = 5_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: (graceMs = 5_000) =>
      new Promise((resolve) => {
        const drop = setTimeout(() => server.closeAllConnections(), graceMs);
        server.close(() => {
          clearTimeout(drop);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}
