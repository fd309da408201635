import { ocsfEvent, severityOf, type SiemEntry } from './ocsf.ts';

/** Log audit: https://www.rfc-editor.org/rfc/rfc5424#section-6.2.1 */
const FACILITY = 13;
const BOM = '\uFEFF';

/** Printable ASCII without a space, as names in a header have to be. */
const named = (text: string, most: number): string =>
  text.replace(/[^\x21-\x7e]/g, '_').slice(0, most) || '-';

/** Inside a value a quote, a backslash and a closing bracket are escaped, and nothing else (RFC 5424, 6.3.3). */
export const paramValue = (text: string): string => text.replace(/["\\\]]/g, '\\$&');

/** One entry as an RFC 5424 message: what a rule looks at as structured data, the whole OCSF event as its text. */
export function syslogMessage(entry: SiemEntry): string {
  const { kind, at, tenant, seq, subject, actor } = entry.header;
  const priority = FACILITY * 8 + severityOf(kind).syslog;
  const params = { tenant, seq: String(seq), kind, subject, actor, hash: entry.entryHash };
  // 32473 is the number for examples: a deployment of ours has none of its own (RFC 5612).
  const data = Object.entries(params).map(([name, value]) => ` ${name}="${paramValue(value)}"`);
  const head = `<${priority}>1 ${at} - countersign - ${named(kind, 32)}`;
  return `${head} [ledger@32473${data.join('')}] ${BOM}${JSON.stringify(ocsfEvent(entry))}`;
}
