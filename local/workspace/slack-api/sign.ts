import { createHmac } from 'node:crypto';

/** The `v0` signature over the raw body (https://docs.slack.dev/authentication/verifying-requests-from-slack). */
export const sign = (secret: string, timestampSeconds: number, body: string): string =>
  `v0=${createHmac('sha256', secret).update(`v0:${timestampSeconds}:${body}`).digest('hex')}`;
