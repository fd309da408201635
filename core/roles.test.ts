import { describe, expect, it } from 'vitest';
import type { PersonId, TenantId } from './ids.ts';
import { ROLES, type Person, type Role } from './people.ts';
import { cellOf, DESIGN_ROWS, designRows, wording } from '../test/roles-design.ts';
import { authorise, type Resource, type Verb } from './roles.ts';

const HOME = 'harbour' as TenantId;
const ME = 'per_me' as PersonId;
const who = (...roles: Role[]): Person => ({
  id: ME, name: 'Me', email: 'me@harbour.example', roles, team: 'claims', manager: null, timeZone: 'UTC', active: true,
}); // prettier-ignore

const RESOURCES: readonly Resource[] = [HOME, 'other' as TenantId].flatMap((tenant) =>
  ['claims', 'motor', null].flatMap((team) =>
    [ME, 'per_you' as PersonId].flatMap((owner) =>
      [true, false].flatMap((assigned) =>
        (['standard', 'restricted'] as const).flatMap((cls) =>
          (['production', 'sandbox'] as const).flatMap((environment) =>
            (['run', 'eval', 'rollout'] as const).map((kind) => ({
              tenant,
              team,
              owner,
              assigned,
              class: cls,
              environment,
              kind,
            })),
          ),
        ),
      ),
    ),
  ),
);

describe('every verb x role x own or other team x own or other tenant', () => {
  for (const [verb, [row, alone]] of Object.entries(DESIGN_ROWS) as [
    Exclude<Verb, 'run'>,
    [string, string?],
  ][])
    it(verb, () => {
      for (const role of ROLES) {
        const cell = cellOf(row, role);
        const wrong = RESOURCES.filter((on) => {
          const expected = on.tenant === HOME && wording(cell, alone, on, who(role));
          return authorise(who(role), verb, on, HOME).ok !== expected;
        });
        expect(wrong, `${role}: ${cell}`).toEqual([]);
      }
    });

  it('run, whose row is found by the agent, not by the caller', () => {
    for (const role of ROLES) {
      const wrong = RESOURCES.filter((on) => {
        const row = on.environment === 'sandbox' ? 'run: sandbox' : `run: ${on.class}`;
        const expected = on.tenant === HOME && cellOf(row, role) === 'yes';
        return authorise(who(role), 'run', on, HOME).ok !== expected;
      });
      expect(wrong, role).toEqual([]);
    }
  });

  it('uses every row of the design', () => {
    const used = new Set([
      ...Object.values(DESIGN_ROWS).map(([row]) => row),
      'run: standard',
      'run: restricted',
      'run: sandbox',
    ]);
    for (const [first] of designRows)
      expect(
        [...used].filter((row) => first!.startsWith(row)),
        first,
      ).toHaveLength(1);
  });
});

describe('a person', () => {
  const on: Resource = {
    tenant: HOME,
    team: 'motor',
    owner: null,
    assigned: false,
    class: 'restricted',
    environment: 'production',
  };
  it('has the union of their roles, and none when inactive', () => {
    expect(authorise(who('approver'), 'export', on, HOME).ok).toBe(false);
    expect(authorise(who('approver', 'admin'), 'export', on, HOME).ok).toBe(true);
    expect(authorise({ ...who('admin'), active: false }, 'export', on, HOME)).toEqual({
      ok: false,
      reason: 'not_permitted',
    });
    expect(authorise(who(), 'help', on, HOME).ok).toBe(false);
  });
  it('is told nothing of another tenant', () => {
    expect(authorise(who('admin'), 'export', { ...on, tenant: 'other' as TenantId }, HOME)).toEqual({
      ok: false,
      reason: 'wrong_tenant',
    });
  });
});
