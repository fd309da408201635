import type { Finding } from '../../core/alerts/finding.ts';
import type { TenantId } from '../../core/ids.ts';
import type { Database } from '../database.ts';

const KEEP = `INSERT INTO daily_findings (tenant, fingerprint, hour, agent, rule, doc, at)
  SELECT current_tenant(), f ->> 'fingerprint', date_trunc('hour', now(), 'UTC'), f ->> 'agent', f ->> 'rule', f, now()
  FROM jsonb_array_elements($1::jsonb) f ON CONFLICT DO NOTHING`;

/** What is for the daily digest wakes nobody and has no thread: it is kept once an hour while a rule goes on saying it. */
export async function keepDaily(db: Database, tenant: TenantId, findings: readonly Finding[]): Promise<void> {
  const daily = findings
    .filter(({ state, severity }) => state === 'firing' && severity === 'p2')
    .map((finding) => ({ ...finding, series: [], worstRuns: [] }));
  if (daily.length === 0) return;
  await db.inTenant(tenant, (tx) =>
    tx.rows({ name: 'daily_findings_keep', text: KEEP, values: [JSON.stringify(daily)] }),
  );
}
