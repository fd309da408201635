import { describe, expect, test } from 'vitest';
import { INC, firing, opened, per, START } from '../incident/examples.ts';
import { HAPPENED, type Happened } from '../incident/types.ts';
import { pagerDutyBody, webhookBody } from './bodies.ts';
import { forwardedEvent, isForwarded, type ForwardedEvent } from './event.ts';
import { answerOf, nextTryInMs, RETRY_AFTER_MS, type Answer } from './tries.ts';

const KEY = 'r'.repeat(32);
const WRAPPING = { links: [{ href: 'https://slack.com/app_redirect?channel=C1', text: 'Slack' }], language: 'en' } as const; // prettier-ignore
const event = (what: Happened, state = opened()): ForwardedEvent =>
  forwardedEvent(
    state,
    { what, detail: { person: per('ada'), text: 'Call +44 20 7946 0958', minutes: 4 } },
    { seq: 3, atMs: START },
  );
const body = (what: Happened, state = opened()): Record<string, unknown> =>
  JSON.parse(pagerDutyBody(event(what, state), KEY, WRAPPING) ?? 'null') as Record<string, unknown>;

test('what goes out names nobody: neither who did it, nor who is asked, nor what a note says', () => {
  for (const what of HAPPENED) {
    const out = `${pagerDutyBody(event(what), KEY, WRAPPING)}${webhookBody(event(what), WRAPPING)}`;
    expect(out).not.toMatch(/per_|7946|run_/);
  }
});

describe('PagerDuty', () => {
  test.each([
    ['opened', 'trigger'],
    ['rose', 'trigger'],
    ['reopened', 'trigger'],
    ['acknowledged', 'acknowledge'],
    ['resolved', 'resolve'],
    ['stayed-clear', 'resolve'],
  ] as const)('%s is its %s, under the id of the incident', (what, action) => {
    expect(body(what)).toMatchObject({ routing_key: KEY, event_action: action, dedup_key: INC });
  });

  test('has no word for the rest, so that it is not sent any of it', () => {
    for (const what of HAPPENED)
      expect(isForwarded('pagerduty', what)).toBe(pagerDutyBody(event(what), KEY, WRAPPING) !== null);
    expect(isForwarded('webhook', 'noted')).toBe(true);
    expect([isForwarded('webhook', 'not-forwarded'), isForwarded('webhook', 'forwarded')]).toEqual([
      false,
      false,
    ]);
  });

  test.each([
    ['p0', 'critical'],
    ['p1', 'error'],
    ['p2', 'warning'],
  ] as const)('%s is %s', (severity, word) => {
    expect(body('opened', opened({ severity }))['payload']).toMatchObject({ severity: word });
  });

  test('reads in one line what is wrong, within its limit, with the link beside it', () => {
    const agent = 'x'.repeat(2_000);
    const { payload, links } = body('opened', opened({ agent })) as {
      payload: { summary: string };
      links: unknown;
    };
    expect(payload.summary).toHaveLength(1_024);
    expect(payload.summary).toMatch(/^P0 xxx/);
    expect(links).toEqual(WRAPPING.links);
  });
});

test('a webhook is told the type, when, and the figures; the same each time it is tried', () => {
  const said = webhookBody(event('stayed-clear'), WRAPPING);
  expect(JSON.parse(said)).toMatchObject({
    type: 'incident.stayed_clear',
    timestamp: '2026-11-23T14:02:00.000Z',
    data: { incident: INC, seq: 3, figures: { value: firing().value, threshold: 0.85 } },
  });
  expect(webhookBody(event('stayed-clear'), WRAPPING)).toBe(said);
});

describe('what an answer means', () => {
  const untaken = (status: number, retryAfterMs: number | null = null): Extract<Answer, { taken: false }> => {
    const answer = answerOf(status, retryAfterMs);
    if (answer.taken) throw new Error('it was taken');
    return answer;
  };

  test.each([
    // PagerDuty: no repeat of what is wrong, a repeat after 429 and 5xx; some minutes after 429.
    ['pagerduty', 400, null],
    ['pagerduty', 403, null],
    ['pagerduty', 429, 120_000],
    ['pagerduty', 500, 5_000],
    ['pagerduty', 302, 5_000],
    // Standard Webhooks: whatever is not 2xx may come right; who is gone is gone.
    ['webhook', 400, 5_000],
    ['webhook', 404, 5_000],
    ['webhook', 410, null],
    ['webhook', 429, 5_000],
    ['webhook', 503, 5_000],
  ] as const)('%s says %i: again in %s ms', (kind, status, inMs) => {
    expect(nextTryInMs(kind, untaken(status), 1, 0)).toBe(inMs);
  });

  test('2xx is taken', () =>
    expect([200, 202, 204].map((s) => answerOf(s, null).taken)).not.toContain(false));

  test('a time that they name is waited for, an hour at most; and one day it is given up', () => {
    expect(nextTryInMs('webhook', untaken(503, 90_000), 1, 0)).toBe(90_000);
    expect(nextTryInMs('webhook', untaken(503, 1e12), 1, 0)).toBe(3_600_000);
    expect(nextTryInMs('webhook', untaken(503), RETRY_AFTER_MS.length, 0.99)).toBeGreaterThan(14_400_000);
    expect(nextTryInMs('webhook', untaken(503), RETRY_AFTER_MS.length + 1, 0)).toBeNull();
  });
});
