import { z } from 'zod';
import { canonicalJson } from '../../core/canonical-json.ts';
import type { Person } from '../../core/people.ts';
import { changeArguments } from '../../core/policy-change.ts';
import { carried } from '../../core/policy-lint-words.ts';
import { lintPolicy } from '../../core/policy-lint.ts';
import { Policy } from '../../core/policy-types.ts';
import { insertPolicy, NEWEST_POLICY } from '../approvals/policies.ts';
import type { TenantTx } from '../database.ts';
import { passkeyHolders } from '../passkeys/holders.ts';
import { PLANNED_PERSON_COLUMNS } from '../people-store.ts';
import type { OwnChecked, OwnEffect } from './effect.ts';

/** The whole new policy; what is signed holds its digest and every difference. */
export const PolicyChangeInput = z.strictObject({ policy: Policy });

async function inForce(tx: TenantTx): Promise<Policy | null> {
  const row = await tx.row<{ doc: unknown }>({ text: NEWEST_POLICY('0') });
  return Policy.safeParse(row?.doc).data ?? null;
}

const refuse = (why: string): OwnChecked => ({ ok: false, reason: 'arguments_refused', detail: { why } });

/** A new version of the policy, if it still follows the one in force, says what was signed and could be met. */
export const changePolicy: OwnEffect = async (tx, { tenant, args, input }): Promise<OwnChecked> => {
  const before = await inForce(tx);
  if (before === null) return { ok: false, reason: 'policy_unreadable', detail: {} };
  const proposed = PolicyChangeInput.safeParse(input);
  if (!proposed.success) return refuse('policy-damaged');
  const { policy } = proposed.data;
  if (args['from_version'] !== before.version || policy.version !== before.version + 1)
    return refuse('policy-stale');
  const made = changeArguments(before, policy);
  if (!made.ok) return refuse(made.why === 'same' ? 'nothing-changed' : 'policy-too-long');
  if (policy.id !== before.id || canonicalJson(made.args) !== canonicalJson(args))
    return refuse('policy-damaged');
  const people = await tx.rows<Person>({
    text: `SELECT ${PLANNED_PERSON_COLUMNS} FROM people p WHERE p.active`,
  });
  const findings = lintPolicy(policy, people, await passkeyHolders(tx));
  if (findings.length > 0)
    return {
      ok: false,
      reason: 'policy_unmet',
      detail: { why: 'policy-lint', findings: carried(findings) },
    };
  return {
    ok: true,
    apply: async ({ id, requester }) => {
      const entry = await insertPolicy(tx, policy, { approval: id, actor: requester });
      const summary = `Policy ${policy.id} version ${policy.version} is in force for ${tenant}.`;
      return { summary, reference: `${policy.id}/${policy.version}`, entries: [entry] };
    },
  };
};
