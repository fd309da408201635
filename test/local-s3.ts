import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Kept {
  readonly text: string;
  readonly mode: string;
  readonly until: string;
}

export interface LocalS3 {
  readonly url: string;
  /** The names in the bucket, and how each is locked. */
  readonly objects: ReadonlyMap<string, Kept>;
  /** Answers the next so many requests with 503 SlowDown, as a store does that is asked too often. */
  slowDown(times: number): void;
  /** How many requests were refused for their signature. */
  forged(): number;
  close(): Promise<void>;
}

const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const strict = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
const errorXml = (code: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code></Error>`;

/** AWS Signature Version 4, made anew from what came and the secret. */
function isSigned(
  request: IncomingMessage,
  body: Buffer,
  url: URL,
  keys: { id: string; secret: string },
): boolean {
  const given = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/
    .exec(request.headers.authorization ?? ''); // prettier-ignore
  const [, id, day = '', region = '', names = '', signature] = given ?? [];
  const payload = String(request.headers['x-amz-content-sha256']);
  if (id !== keys.id || payload !== sha256(body)) return false;
  const query = [...url.searchParams].map(([k, v]) => `${strict(k)}=${strict(v)}`).sort().join('&'); // prettier-ignore
  const headers = names.split(';').map((name) => `${name}:${String(request.headers[name]).trim()}\n`).join(''); // prettier-ignore
  const asked = [request.method, url.pathname, query, headers, names, payload].join('\n');
  const text = `AWS4-HMAC-SHA256\n${String(request.headers['x-amz-date'])}\n${day}/${region}/s3/aws4_request\n${sha256(asked)}`;
  const key = [day, region, 's3', 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${keys.secret}`);
  return hmac(key, text).toString('hex') === signature;
}

type Answer = readonly [status: number, body?: string];

/** One bucket with object lock, of which nothing is ever taken or overwritten. */
function answerTo(request: IncomingMessage, body: Buffer, url: URL, objects: Map<string, Kept>): Answer {
  const key = decodeURIComponent(url.pathname.split('/').slice(2).join('/'));
  const { headers } = request;
  const kept = objects.get(key);
  if (request.method === 'PUT') {
    if (kept) return headers['if-none-match'] === '*' ? [412, errorXml('PreconditionFailed')] : [403, errorXml('AccessDenied')];
    if (headers['content-md5'] !== createHash('md5').update(body).digest('base64')) return [400, errorXml('BadDigest')];
    const [mode, until] = [headers['x-amz-object-lock-mode'], headers['x-amz-object-lock-retain-until-date']].map(String);
    objects.set(key, { text: body.toString('utf8'), mode: mode ?? '', until: until ?? '' });
    return [200];
  }
  if (request.method === 'GET' && key !== '') return kept ? [200, kept.text] : [404, errorXml('NoSuchKey')];
  if (request.method === 'GET') {
    const prefix = url.searchParams.get('prefix') ?? '';
    const after = url.searchParams.get('continuation-token') ?? url.searchParams.get('start-after') ?? '';
    const names = [...objects.keys()].sort().filter((name) => name.startsWith(prefix) && name > after);
    // small pages, so that whoever lists has to ask for the next
    const page = names.slice(0, 2);
    const more = names.length > 2;
    const next = more ? `<NextContinuationToken>${page.at(-1) ?? ''}</NextContinuationToken>` : '';
    const contents = page.map((name) => `<Contents><Key>${name}</Key></Contents>`).join('');
    return [200, `<ListBucketResult><IsTruncated>${String(more)}</IsTruncated>${next}${contents}</ListBucketResult>`];
  }
  return [403, errorXml('AccessDenied')];
} // prettier-ignore

/** A store that speaks S3 over HTTP and refuses what Amazon's refuses: wrong signatures, digests, and changes of what is locked. */
export async function startLocalS3(keys: { id: string; secret: string }): Promise<LocalS3> {
  const objects = new Map<string, Kept>();
  let [slow, forged] = [0, 0];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const url = new URL(request.url ?? '', 'http://s3');
      const signed = isSigned(request, body, url, keys);
      if (!signed) forged += 1;
      const [status, text = ''] = !signed
        ? [403, errorXml('SignatureDoesNotMatch')]
        : slow-- > 0
          ? [503, errorXml('SlowDown')]
          : answerTo(request, body, url, objects);
      slow = Math.max(0, slow);
      response
        .writeHead(status, { 'content-type': text.startsWith('<') ? 'application/xml' : 'text/plain' })
        .end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    slowDown: (times) => (slow = times),
    forged: () => forged,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
