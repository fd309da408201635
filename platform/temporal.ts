import { Client, Connection, type ClientInterceptors, type ConnectionOptions } from '@temporalio/client';
import type { DataConverter, Payload, PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';
import { join } from 'node:path';
import { createSealer } from './seal.ts';

const { Payload: WirePayload } = proto.temporal.api.common.v1;
const ENCODING = 'binary/encrypted';
const BOUND_TO = 'temporal payload';
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (value: Uint8Array | null | undefined): string => new TextDecoder().decode(value ?? undefined);

/** Seals every payload with the installation's key, so that Temporal's history and UI hold ciphertext only. */
export function createPayloadCodec(encryptionKey: string): PayloadCodec {
  const sealer = createSealer(encryptionKey);
  return {
    encode: async (payloads) =>
      payloads.map((payload) => ({
        metadata: { encoding: bytes(ENCODING), 'encryption-key-id': bytes(sealer.keyId) },
        data: sealer.seal(WirePayload.encode(payload).finish(), BOUND_TO),
      })),
    decode: async (payloads) =>
      payloads.map((payload): Payload => {
        if (text(payload.metadata?.['encoding']) !== ENCODING) return payload;
        return WirePayload.decode(sealer.open(payload.data ?? new Uint8Array(), BOUND_TO));
      }),
  };
}

/** For the worker and the client alike: plain JSON, sealed. Failure messages and stacks are sealed with it. */
export function dataConverter(encryptionKey: string): DataConverter {
  return {
    payloadCodecs: [createPayloadCodec(encryptionKey)],
    failureConverterPath: join(import.meta.dirname, 'failure-converter.cjs'),
  };
}

/** What Temporal calls all builds of the workers together. */
export const WORKER_DEPLOYMENT = 'countersign';

export interface TemporalConfig {
  readonly address: string;
  readonly namespace: string;
  readonly apiKey: string | null;
  /** PEM texts; `ca` alone for a private authority, all three for mutual TLS. Null: no TLS unless an API key is set. */
  readonly tls: {
    readonly ca: string | null;
    readonly cert: string | null;
    readonly key: string | null;
  } | null;
}

/** What `Connection` and `NativeConnection` both take. */
export function connectionOptions(
  config: TemporalConfig,
): Pick<ConnectionOptions, 'address' | 'tls' | 'apiKey'> {
  const { address, apiKey, tls } = config;
  const pair = tls?.cert && tls.key ? { crt: Buffer.from(tls.cert), key: Buffer.from(tls.key) } : undefined;
  const ca = tls?.ca ? { serverRootCACertificate: Buffer.from(tls.ca) } : {};
  return {
    address,
    ...(apiKey ? { apiKey } : {}),
    tls: tls ? { ...ca, ...(pair ? { clientCertPair: pair } : {}) } : Boolean(apiKey),
  };
}

/** A client whose payloads are sealed. Lazy: it connects at the first call, so an absent Temporal stops nobody starting. */
export function connectTemporal(
  config: TemporalConfig & { readonly encryptionKey: string; readonly interceptors?: ClientInterceptors },
): Client {
  return new Client({
    connection: Connection.lazy(connectionOptions(config)),
    namespace: config.namespace,
    dataConverter: dataConverter(config.encryptionKey),
    ...(config.interceptors ? { interceptors: config.interceptors } : {}),
  });
}
