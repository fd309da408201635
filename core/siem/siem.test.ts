import { expect, test } from 'vitest';
import type { Sha256 } from '../canonical-json.ts';
import type { TenantId } from '../ids.ts';
import { LEDGER_ENGLISH } from '../ledger-words-english.ts';
import { mapped, ocsfEvent, type SiemEntry } from './ocsf.ts';
import { paramValue, syslogMessage } from './syslog.ts';

const entry = (kind: string, more: Partial<SiemEntry['header']> = {}): SiemEntry => ({
  header: {
    ...{
      v: 1,
      tenant: 'harbour' as TenantId,
      seq: 7,
      at: '2026-11-24T09:12:00.123Z',
      kind,
      subject: 'apr_1',
    },
    ...{ actor: 'per_1', body: 'b'.repeat(64) as Sha256, prev: '0'.repeat(64) as Sha256 },
    ...more,
  },
  entryHash: 'a'.repeat(64),
  run: 'run_1',
});

/** What the machine says of approvals and actions has no sentence of its own. */
const OF_THE_MACHINE =
  `signed declined answered edited question-asked question-answered delegated snoozed break-glass granted
  cancelled undeliverable approved expired lapsed escalated reminded superseded`.split(/\s+/);
const OF_ACTIONS = ['intended', 'retried', 'executed', 'failed', 'unknown', 'compensated'];

test('every kind of entry has its class and activity; only a refusal is none of the four', () => {
  const kinds = [
    ...Object.keys(LEDGER_ENGLISH.entries),
    ...OF_THE_MACHINE.map((one) => `approval.${one}`),
    ...OF_ACTIONS.map((one) => `action.${one}`),
  ];
  expect(kinds.filter((kind) => mapped(kind).activity === 'other')).toEqual(['refused']);
});

test('an event has what its class requires, and nothing of what was said', () => {
  expect(ocsfEvent(entry('approval.signed'))).toMatchObject({
    ...{ class_uid: 6003, category_uid: 6, activity_id: 3, type_uid: 600303, severity_id: 1, status_id: 1 },
    ...{ time: Date.UTC(2026, 10, 24, 9, 12, 0, 123), actor: { user: { uid: 'per_1' } } },
    ...{ api: { operation: 'approval.signed' }, src_endpoint: { name: 'countersign' } },
    metadata: { version: '1.3.0', product: { name: 'Countersign' }, sequence: 7, tenant_uid: 'harbour' },
  });
  expect(ocsfEvent(entry('policy.set', { actor: 'countersign' }))).toMatchObject({
    ...{ class_uid: 3004, category_uid: 3, type_uid: 300401, severity_id: 3 },
    ...{ actor: { app_name: 'Countersign' }, entity: { uid: 'apr_1', type: 'apr' } },
  });
  expect(ocsfEvent(entry('refused'))).toMatchObject({ status_id: 2, activity_id: 99, severity_id: 3 });
});

test('a syslog message is one line whatever it holds: quotes, brackets, backslashes and line ends are no structure', () => {
  expect(paramValue('a"b]c\\d')).toBe('a\\"b\\]c\\\\d');
  const subject = 'x"] [evil@1 a="b\n<13>1 forged';
  const message = syslogMessage(entry('refused', { subject }));
  expect(message).toMatch(
    /^<108>1 2026-11-24T09:12:00\.123Z - countersign - refused \[ledger@32473 tenant="harbour" seq="7"/,
  );
  expect(message).toContain('subject="x\\"\\] [evil@1 a=\\"b');
  const [, text = ''] = message.split('\uFEFF');
  expect(text).not.toContain('\n');
  expect((JSON.parse(text) as { resources: { uid: string }[] }).resources[0]?.uid).toBe(subject);
});
