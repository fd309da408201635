import { COUNTS_TOWARDS_WINDOW } from '../../core/amount-window.ts';
import type { ApprovalId, PersonId, TenantId } from '../../core/ids.ts';
import type { Person } from '../../core/people.ts';
import { lintSentence } from '../../core/policy-lint-words.ts';
import { OWN } from '../../core/own-actions.ts';
import { lintPolicy } from '../../core/policy-lint.ts';
import { Policy } from '../../core/policy-types.ts';
import { passkeyHolders } from '../passkeys/holders.ts';
import {
  chooseRule,
  windowsNeeded,
  type ChosenRule,
  type PolicySubject,
  type Window,
} from '../../core/policy.ts';
import type { Database, TenantTx } from '../database.ts';
import { recordChange } from '../events/agent-event-store.ts';
import { append, lockHead, type LedgerEntry } from '../ledger/append.ts';
import { digestOf } from '../../core/canonical-json.ts';
import { PLANNED_PERSON_COLUMNS } from '../people-store.ts';

/** Policies never change once written, so a parsed one may be kept; which one counts is read every time. */
export interface PolicyCache {
  /** The version kept for a tenant, or 0. */
  known(tenant: TenantId): number;
  /** The policy of that version: kept, or parsed from `doc`; null when there is none or it is unreadable. */
  take(tenant: TenantId, version: number | null, doc: unknown): Policy | null;
}

const MOST_TENANTS = 1_000;

export function createPolicyCache(): PolicyCache {
  const kept = new Map<TenantId, Policy>();
  return {
    known: (tenant) => kept.get(tenant)?.version ?? 0,
    take(tenant, version, doc) {
      if (version === null) return null;
      const found = kept.get(tenant);
      if (found?.version === version) return found;
      const parsed = Policy.safeParse(doc);
      if (!parsed.success || parsed.data.version !== version) return null;
      if (kept.size >= MOST_TENANTS) kept.clear();
      kept.set(tenant, parsed.data);
      return parsed.data;
    },
  };
}

/** The newest policy's version, and its text unless the caller knows it; a LATERAL for other statements. */
export const NEWEST_POLICY = (known: string): string =>
  `SELECT version, CASE WHEN version = ${known} THEN NULL ELSE doc END AS doc FROM policies ORDER BY version DESC LIMIT 1`;

export async function readPolicy(tx: TenantTx, tenant: TenantId, cache: PolicyCache): Promise<Policy | null> {
  const row = await tx.row<{ version: number; doc: unknown }>({
    text: NEWEST_POLICY('$1'),
    values: [cache.known(tenant)],
  });
  return cache.take(tenant, row?.version ?? null, row?.doc);
}

export interface WindowEnd {
  /** The instant that windows look back from, epoch ms. */
  readonly atMs: number;
  /** The lineage that asks: its own amount is not part of what went before. */
  readonly root: string;
}

async function sumOf(tx: TenantTx, window: Window, end: WindowEnd): Promise<number> {
  const row = await tx.row<{ micros: number }>({
    text: `SELECT coalesce(sum(abs(amount_micros)), 0)::bigint AS micros FROM approvals
      WHERE status = ANY($1) AND currency = $2 AND root <> $3
        AND created_at >= to_timestamp($4::float8 / 1000) AND created_at <= to_timestamp($5::float8 / 1000)
        AND ($6::text IS NULL OR agent = $6) AND ($7::text IS NULL OR tool = $7) AND ($8::text IS NULL OR effect = $8)`,
    values: [
      COUNTS_TOWARDS_WINDOW,
      window.currency,
      end.root,
      end.atMs - window.windowMs,
      end.atMs,
      window.agent,
      window.tool,
      window.effect,
    ],
  });
  return row?.micros ?? 0;
}

/** The rule that counts, with the sums that it needs: what was asked for before and may still take effect. */
export async function chooseWithSums(
  tx: TenantTx,
  policy: Policy | null,
  subject: Omit<PolicySubject, 'windowSums'>,
  end: WindowEnd,
): Promise<ChosenRule> {
  if (!policy) return { ok: false, reason: 'policy_unreadable', detail: { why: 'no-policy' } };
  const windowSums = [];
  for (const window of windowsNeeded(policy, subject))
    windowSums.push({ rule: window.rule, micros: await sumOf(tx, window, end) });
  return chooseRule(policy, { ...subject, windowSums });
}

/** A policy that cannot be met by the people there are, or is not newer than the one in force. */
export class PolicyRefusedError extends Error {
  readonly code = 'policy_refused';
}

/**
 * Puts a policy in force: checked by the lint, recorded in the ledger. The same policy again changes nothing.
 * @throws PolicyRefusedError with every finding, a line each
 */
export async function putPolicy(db: Database, tenant: TenantId, given: Policy): Promise<void> {
  const policy = Policy.parse(given);
  await db.inTenant(tenant, async (tx) => {
    await lockHead(tx, tenant);
    const before = await tx.row<{ version: number; doc: unknown }>({ text: NEWEST_POLICY('0') });
    if (before?.version === policy.version && digestOf(before.doc) === digestOf(policy)) return;
    if (before && before.version >= policy.version)
      throw new PolicyRefusedError(`Version ${before.version} is in force; a change needs a higher version.`);
    const people = await tx.rows<Person>({
      text: `SELECT ${PLANNED_PERSON_COLUMNS} FROM people p WHERE p.active`,
    });
    const findings = lintPolicy(policy, people, await passkeyHolders(tx));
    if (findings.length > 0)
      throw new PolicyRefusedError(
        findings
          .map((f) => `${f.about === 'alert' ? 'Alert' : 'Rule'} ${f.rule}: ${lintSentence(f)}`)
          .join('\n'),
      );
    await append(tx, tenant, await insertPolicy(tx, policy, { actor: null, approval: null }));
  });
}

/** Stores a policy that was found good; the entry that says so is the caller's to append, in the same transaction. */
export async function insertPolicy(
  tx: TenantTx,
  policy: Policy,
  by: { readonly actor: PersonId | null; readonly approval: ApprovalId | null },
): Promise<LedgerEntry> {
  await tx.rows({
    text: 'INSERT INTO policies (tenant, version, doc) VALUES (current_tenant(), $1, $2)',
    values: [policy.version, JSON.stringify(policy)],
  });
  const { approval, actor } = by;
  await recordChange(tx, OWN.agent, `policy/${policy.id}/${policy.version}`, {
    what: 'policy',
    version: policy.version,
  });
  return {
    kind: 'policy.set',
    subject: `policy/${policy.id}`,
    run: null,
    actor,
    body: {
      policy: policy.id,
      version: policy.version,
      digest: digestOf(policy),
      ...(approval === null ? {} : { approval }),
    },
  };
}
