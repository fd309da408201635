import { readFileSync } from 'node:fs';
import { TargetId, type TenantId } from '../../core/ids.ts';
import { newSigningSecret } from '../../platform/forwards/targets.ts';
import type { TargetView } from '../../platform/stores.ts';
import type { Admin } from '../../platform/tenants.ts';
import { whyNotAllowed } from '../../workers/forward/egress.ts';

/** Where PagerDuty takes events, by service region (https://developer.pagerduty.com/docs/send-alert-event). */
const PAGERDUTY: Readonly<Record<string, string>> = {
  us: 'https://events.pagerduty.com/v2/enqueue',
  eu: 'https://events.eu.pagerduty.com/v2/enqueue',
};

export interface ForwardGiven {
  readonly pagerduty?: string;
  readonly webhook?: string;
  readonly end?: string;
}

/** A secret never stands on a command line, where every process and the shell's history could read it. */
const readSecret = (file: string): string => readFileSync(file === '-' ? 0 : file, 'utf8').trim();

function allowedUrl(text: string, allowed: readonly string[]): string {
  const why = whyNotAllowed(text, new Set(allowed));
  if (why !== null)
    throw new Error(
      `${text} cannot be called: ${why}. It has to be https and on the open internet, or its origin named in COUNTERSIGN_FORWARD_TO.`,
    );
  return new URL(text).href;
}

function routingKey(file: string): string {
  if (file === '')
    throw new Error('Say in which file the integration key is; - reads it from the standard input.');
  const key = readSecret(file);
  if (!/^[A-Za-z0-9]{32}$/.test(key))
    throw new Error('This is no integration key of the Events API v2: it has 32 letters and digits.');
  return key;
}

/** Standard Webhooks: 24 to 64 bytes, in base64 after `whsec_`. */
function signingSecret(file: string): string {
  const secret = readSecret(file);
  const [, text] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret) ?? [];
  const bytes = Buffer.from(text ?? '', 'base64').length;
  if (bytes < 24 || bytes > 64)
    throw new Error('This is no signing secret: whsec_ and 24 to 64 bytes in base64 after it.');
  return secret;
}

const line = ({ target, kind, url, endedWhy, waiting, dead, lastSentMs }: TargetView): string => {
  const last = lastSentMs === null ? 'nothing sent yet' : `last sent ${new Date(lastSentMs).toISOString()}`;
  const state = endedWhy === null ? last : `ended: it answered that it is ${endedWhy}`;
  return `${target}  ${kind}  ${url}  ${state}, ${waiting} waiting, ${dead} given up`;
};

/** `countersign admin forward`: where incidents go beside the chats. A secret is sealed and never shown again. */
export async function forward(
  admin: Admin,
  tenant: TenantId,
  { given, file, allowed }: { given: ForwardGiven; file: string; allowed: readonly string[] },
): Promise<string> {
  if (given.end !== undefined) {
    const target = TargetId.safeParse(given.end);
    if (!target.success || !(await admin.endForward(tenant, target.data)))
      throw new Error(
        `There is no ${given.end} to end. This lists them: countersign admin forward ${tenant}`,
      );
    return `${target.data} gets nothing any more. This is in the ledger.`;
  }
  if (given.pagerduty !== undefined) {
    const url = allowedUrl(PAGERDUTY[given.pagerduty] ?? given.pagerduty, allowed);
    const target = await admin.setForward(tenant, { kind: 'pagerduty', url, secret: routingKey(file) });
    return `Incidents go to PagerDuty from now on (${target}). This is in the ledger, the key is not.`;
  }
  if (given.webhook !== undefined) {
    const url = allowedUrl(given.webhook, allowed);
    const secret = file === '' ? newSigningSecret() : signingSecret(file);
    const target = await admin.setForward(tenant, { kind: 'webhook', url, secret });
    const shown = file === '' ? `\nIts signing secret, shown this once: ${secret}` : '';
    return `Incidents go to the webhook from now on (${target}). This is in the ledger, the secret is not.${shown}`;
  }
  const all = await admin.forwards(tenant);
  return all.length === 0 ? `Incidents of ${tenant} go to the chats only.` : all.map(line).join('\n');
}
