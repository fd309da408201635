import { Grant, GrantRequest } from '../../core/grants.ts';
import type { TenantTx } from '../database.ts';
import { recordChange } from '../events/agent-event-store.ts';
import { newId } from '../ids.ts';
import type { OwnChecked, OwnEffect } from './effect.ts';

const LONGEST_MS = 366 * 24 * 3_600_000;

/** What was asked of the tool before: nobody grants what no person ever saw, and never what cannot be undone. */
const SEEN = `SELECT count(*)::int AS seen, coalesce(bool_or(effect <> 'reversible'), false) AS irreversible,
    coalesce(bool_or(amount_micros IS NOT NULL), false) AS amounts
  FROM approvals WHERE agent = $1 AND tool = $2 AND state #>> '{action,agentVersion}' = $3
    AND state #>> '{action,connector}' = $4 AND state #>> '{action,toolSchemaHash}' = $5`;

const seenBefore = (tx: TenantTx, r: GrantRequest) =>
  tx.row<{ seen: number; irreversible: boolean; amounts: boolean }>({
    text: SEEN,
    values: [r.agent, r.tool, r.agent_version, r.connector, r.tool_schema],
  });

const cannot = (why: string): OwnChecked => ({ ok: false, reason: 'arguments_refused', detail: { why } });

/** A standing grant: signed once by people, then signs by itself within its bounds. */
export const createGrant: OwnEffect = async (tx, { args, nowMs }): Promise<OwnChecked> => {
  const parsed = GrantRequest.safeParse(args);
  if (!parsed.success) return cannot('grant-unreadable');
  const request = parsed.data;
  const expiresAtMs = Date.parse(request.expires_at);
  if (expiresAtMs <= nowMs) return cannot('time-passed');
  if (expiresAtMs > nowMs + LONGEST_MS) return cannot('grant-too-long');
  const known = await seenBefore(tx, request);
  if (!known || known.seen === 0) return cannot('grant-unseen');
  if (known.irreversible) return { ok: false, reason: 'grant_not_allowed', detail: {} };
  if (known.amounts && request.sum === null) return cannot('grant-needs-sum');
  return {
    ok: true,
    apply: async ({ id: approval, requester, signatures, breakGlass }) => {
      const id = newId('grt');
      const signedBy = [
        ...signatures.map(({ person }) => person),
        ...(breakGlass ? [breakGlass.person] : []),
      ];
      const { agent, tool } = request;
      const grant: Grant = Grant.parse({
        ...{ v: 1, id, request, agent, tool, approval, askedBy: requester, signedBy, createdAtMs: nowMs },
      });
      await tx.rows({
        text: 'INSERT INTO grants (tenant, grant_id, doc) VALUES (current_tenant(), $1, $2)',
        values: [id, JSON.stringify(grant)],
      });
      await recordChange(tx, agent, `grant/${id}`, { what: 'grant', grant: id, tool });
      const body = { grant: id, agent, tool, approval };
      return {
        summary: `The grant ${id} signs from now on.`,
        reference: id,
        entries: [{ kind: 'grant.created', subject: id, run: null, actor: requester, body }],
      };
    },
  };
};
