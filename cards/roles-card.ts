import { ROLES, type Role } from '../core/people.ts';
import { roleRows, type RoleRow } from '../core/roles.ts';
import { inLists } from './in-lists.ts';
import { joined, strong, text } from './spans.ts';
import type { Card, Span } from './model.ts';
import { RIGHTS, WORDS } from './words.ts';

const verbsOf = ({ verbs }: RoleRow): Span => strong(verbs.map((verb) => RIGHTS.verbs[verb]).join(', '));

/** `Operator, Manager: own team`: roles with the same reach stand together. */
function rolesOf({ reach }: RoleRow): readonly Span[] {
  const by = new Map<string, string[]>();
  for (const role of ROLES) {
    const far = reach[role];
    if (far === '-') continue;
    const words = far === 'yes' ? '' : RIGHTS.reach[far];
    by.set(words, [...(by.get(words) ?? []), RIGHTS.roles[role]]);
  }
  const parts = [...by].map(([far, roles]) => [
    text(far === '' ? roles.join(', ') : `${roles.join(', ')} (${far})`),
  ]);
  return parts.length === 0 ? [text(WORDS.nobody)] : joined(parts, '; ');
}

/** The rights of one role; what it may not do is left out. */
function itemsOf(role: Role): readonly (readonly Span[])[] {
  return roleRows().flatMap((row) => {
    const far = row.reach[role];
    if (far === '-') return [];
    return [far === 'yes' ? [verbsOf(row)] : [verbsOf(row), text(`: ${RIGHTS.reach[far]}`)]];
  });
}

/** The table by which every request is judged: whole, or what one role may do. */
export function rolesCard(role: Role | null): Card {
  const title = role === null ? WORDS.whoMayWhat : `${WORDS.whatARoleMay} ${RIGHTS.roles[role]}`;
  const items =
    role === null ? roleRows().map((row) => [verbsOf(row), text(': '), ...rolesOf(row)]) : itemsOf(role);
  return {
    v: 1,
    kind: 'roles',
    subject: 'roles',
    version: 1,
    title,
    state: null,
    blocks: [...inLists(items), { kind: 'context', spans: [text(WORDS.rolesNote)] }],
    summary: title,
  };
}
