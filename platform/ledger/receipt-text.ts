import { gunzipSync, gzipSync } from 'node:zlib';
import type { ReceiptJson, RunReceiptJson } from './receipt.ts';

const BEGIN = '-----BEGIN COUNTERSIGN RECEIPT-----';
const END = '-----END COUNTERSIGN RECEIPT-----';
/** A chat takes thirty such lines in one piece. */
const WIDTH = 90;
const MOST_BYTES = 50_000_000;

/** A receipt as lines that survive a chat: packed, in base64, between two lines that say what it is. */
export function receiptText(receipt: ReceiptJson | RunReceiptJson): string {
  const packed = gzipSync(JSON.stringify(receipt), { level: 9 }).toString('base64');
  const lines = packed.match(new RegExp(`.{1,${WIDTH}}`, 'g')) ?? [];
  return [BEGIN, ...lines, END].join('\n');
}

/** A chat may show other blanks than it was given. */
const COPIED = /-+BEGIN\s+COUNTERSIGN\s+RECEIPT-+([^-]*)-+END\s+COUNTERSIGN\s+RECEIPT-+/;

/** What stands in a file: a receipt as it is, or as it was copied from a chat, with words of the message around it. */
export function readReceiptText(file: string): string {
  const [, copied] = COPIED.exec(file) ?? [];
  if (copied === undefined) return file;
  const packed = copied.replace(/[^A-Za-z0-9+/=]/g, '');
  try {
    return gunzipSync(Buffer.from(packed, 'base64'), { maxOutputLength: MOST_BYTES }).toString('utf8');
  } catch {
    return '';
  }
}
