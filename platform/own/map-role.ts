import { ulid } from 'ulid';
import { groupKey, RoleMapRequest } from '../../core/identity/role-mapping.ts';
import { OWN } from '../../core/own-actions.ts';
import type { TenantTx } from '../database.ts';
import { recordChange } from '../events/agent-event-store.ts';
import type { OwnChecked, OwnEffect } from './effect.ts';

const IN_FORCE = `SELECT mapping FROM role_mappings WHERE ended_at IS NULL
  AND source = $1 AND group_key = $2 AND role = $3 AND team IS NOT DISTINCT FROM $4`;

const INSERT = `INSERT INTO role_mappings (tenant, mapping, source, group_key, role, team, approval)
  VALUES (current_tenant(), $1, $2, $3, $4, $5, $6)`;

const END =
  'UPDATE role_mappings SET ended_by = $2, ended_at = now() WHERE mapping = $1 AND ended_at IS NULL';

const refuse = (why: string): OwnChecked => ({ ok: false, reason: 'arguments_refused', detail: { why } });

const before = (tx: TenantTx, { source, group, role, team }: RoleMapRequest) =>
  tx.row<{ mapping: string }>({ text: IN_FORCE, values: [source, group, role, team] });

/** A group of a directory gives a role from now on, or no more. What was imported stays as it is. */
export const mapRole: OwnEffect = async (tx, { args }): Promise<OwnChecked> => {
  const parsed = RoleMapRequest.safeParse(args);
  if (!parsed.success) return refuse('mapping-unreadable');
  const request = parsed.data;
  const { change, source, group, role, team } = request;
  if (groupKey(source, group) !== group) return refuse('mapping-unreadable');
  const there = await before(tx, request);
  if (change === 'map' && there) return refuse('mapping-there');
  if (change === 'unmap' && !there) return refuse('mapping-gone');
  return {
    ok: true,
    apply: async ({ id: approval, requester }) => {
      if (there) await tx.rows({ text: END, values: [there.mapping, approval] });
      else await tx.rows({ text: INSERT, values: [ulid(), source, group, role, team, approval] });
      await recordChange(tx, OWN.agent, `roles/${approval}`, { what: 'roles', source, role });
      const body = { source, group, role, ...(team === null ? {} : { team }), approval };
      const kind = there ? 'roles.unmapped' : 'roles.mapped';
      return {
        summary: there
          ? `The group ${group} (${source}) does not give the role ${role} any more.`
          : `The group ${group} (${source}) gives the role ${role} from now on.`,
        reference: `${source}/${group}`,
        entries: [{ kind, subject: `roles/${source}`, run: null, actor: requester, body }],
      };
    },
  };
};
