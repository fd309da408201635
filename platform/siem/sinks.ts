import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { connect } from 'node:tls';
import { ocsfEvent, type SiemEntry } from '../../core/siem/ocsf.ts';
import { syslogMessage } from '../../core/siem/syslog.ts';

/** Where security events go. `send` has to throw where it is not sure that all of them came there. */
export interface Sink {
  /** What its cursor is kept under, and what it is called in logs; no secret. */
  readonly name: string;
  send(entries: readonly SiemEntry[]): Promise<void>;
}

const PATIENCE_MS = 20_000;
const lines = (entries: readonly SiemEntry[]): string =>
  entries.map((entry) => `${JSON.stringify(ocsfEvent(entry))}\n`).join('');

/** OCSF as JSON lines, at the end of a file. */
const fileSink = (name: string, path: string): Sink => ({
  name,
  async send(entries) {
    const handle = await open(path, 'a', 0o600);
    try {
      await handle.write(lines(entries));
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
});

/** OCSF as JSON lines, by POST. */
const httpSink = (name: string, url: string, token: string | null): Sink => ({
  name,
  async send(entries) {
    const answer = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-ndjson',
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
      body: lines(entries),
      redirect: 'error',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    await answer.body?.cancel();
    if (!answer.ok) throw new Error(`it answered ${answer.status}`);
  },
});

/** Octet counting, as RFC 5425 frames messages. */
export const frame = (message: string): string => `${Buffer.byteLength(message)} ${message}`;

/**
 * RFC 5424 over TLS (RFC 5425). Syslog is acknowledged by nobody, so each batch has a connection of its own which is closed
 * by us first: only when the other side has read to our end and closed in turn does the batch count as delivered.
 */
const syslogSink = (name: string, { hostname, port }: URL, ca: string | null): Sink => ({
  name,
  send: (entries) =>
    new Promise((resolve, reject) => {
      let [sent, ended] = [false, false];
      const socket = connect({
        ...{ host: hostname, port: Number(port || 6514), servername: hostname, minVersion: 'TLSv1.2' },
        ...(ca === null ? {} : { ca: readFileSync(ca) }),
      });
      socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error('it took too long')));
      socket.on('secureConnect', () => {
        socket.end(entries.map((entry) => frame(syslogMessage(entry))).join(''));
      });
      socket.on('finish', () => (sent = true));
      socket.on('data', () => {});
      socket.on('end', () => (ended = sent));
      socket.on('error', reject);
      socket.on('close', (failed) =>
        !failed && ended ? resolve() : reject(new Error('the connection broke before the end was read')),
      );
    }),
});

export interface SinkOptions {
  /** For https. */
  readonly token: string | null;
  /** A file of certificates that syslog servers are trusted by; null: the system's. */
  readonly ca: string | null;
}

/**
 * `file:PATH`, `syslog+tls://HOST:PORT` or `https://...`. A cursor belongs to an address: another one begins with the first
 * entry. @throws Error for anything else
 */
export function openSink(address: string, { token, ca }: SinkOptions): Sink {
  const name = `${address.slice(0, address.indexOf(':'))} ${createHash('sha256').update(address).digest('hex').slice(0, 12)}`;
  if (address.startsWith('file:')) return fileSink(name, address.slice('file:'.length));
  const url = new URL(address);
  if (url.protocol === 'syslog+tls:' && url.hostname !== '') return syslogSink(name, url, ca);
  if (url.protocol === 'https:') return httpSink(name, address, token);
  throw new Error('a SIEM is file:PATH, syslog+tls://HOST:PORT or https://...');
}
