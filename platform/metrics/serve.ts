import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mayScrape } from './may-scrape.ts';

export const EXPOSITION_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

export interface Served {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * `GET /metrics` and nothing else, for a program that listens for nothing itself. @throws when the port is busy
 */
export async function serveMetrics(options: {
  readonly host: string;
  readonly port: number;
  readonly token: string | null;
  readonly text: () => Promise<string>;
}): Promise<Served> {
  const answer = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    if (req.method !== 'GET' || req.url !== '/metrics') res.writeHead(404);
    else if (!mayScrape(req, options.token)) res.writeHead(403);
    else res.writeHead(200, { 'content-type': EXPOSITION_TYPE }).write(await options.text());
    res.end();
  };
  const server = createServer((req, res) => {
    answer(req, res).catch(() => {
      if (!res.headersSent) res.writeHead(500);
      res.end();
    });
  });
  server.requestTimeout = 10_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
