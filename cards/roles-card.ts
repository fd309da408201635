import type { RoleMapping } from '../core/identity/role-mapping.ts';
import { ROLES, type Role } from '../core/people.ts';
import { roleRows, type RoleRow } from '../core/roles.ts';
import { inLists } from './in-lists.ts';
import { joined, strong, text } from './spans.ts';
import type { Block, Card, Span } from './model.ts';
import type { Language } from '../core/language.ts';
import { wordsIn } from './languages.ts';
import type { CardWords } from './words.ts';

const verbsOf = (say: CardWords, { verbs }: RoleRow): Span =>
  strong(verbs.map((verb) => say.rights.verbs[verb]).join(', '));

/** `Operator, Manager: own team`: roles with the same reach stand together. */
function rolesOf(say: CardWords, { reach }: RoleRow): readonly Span[] {
  const by = new Map<string, string[]>();
  for (const role of ROLES) {
    const far = reach[role];
    if (far === '-') continue;
    const words = far === 'yes' ? '' : say.rights.reach[far];
    by.set(words, [...(by.get(words) ?? []), say.rights.roles[role]]);
  }
  const parts = [...by].map(([far, roles]) => [
    text(far === '' ? roles.join(', ') : `${roles.join(', ')} (${far})`),
  ]);
  return parts.length === 0 ? [text(say.nobody)] : joined(parts, '; ');
}

/** The rights of one role; what it may not do is left out. */
function itemsOf(say: CardWords, role: Role): readonly (readonly Span[])[] {
  return roleRows().flatMap((row) => {
    const far = row.reach[role];
    if (far === '-') return [];
    return [far === 'yes' ? [verbsOf(say, row)] : [verbsOf(say, row), text(`: ${say.rights.reach[far]}`)]];
  });
}

/** Which groups of directories give roles, as far as the reader may see them. */
function mapped(say: CardWords, mappings: readonly RoleMapping[], only: Role | null): Block[] {
  const shown = mappings.filter(({ role }) => only === null || role === only);
  if (shown.length === 0) return [];
  const items = shown.map(({ source, group, role, team }) => [
    strong(group),
    text(` (${say.own.sources[source]}): ${say.rights.roles[role]}${team === null ? '' : `, ${team}`}`),
  ]);
  return [{ kind: 'paragraph', spans: [strong(say.own.mappings(shown.length))] }, ...inLists(items)];
}

/** The table by which every request is judged: whole, or what one role may do. */
export function rolesCard(
  role: Role | null,
  language: Language = 'en',
  mappings: readonly RoleMapping[] = [],
): Card {
  const say = wordsIn(language);
  const title = role === null ? say.whoMayWhat : `${say.whatARoleMay} ${say.rights.roles[role]}`;
  const items =
    role === null
      ? roleRows().map((row) => [verbsOf(say, row), text(': '), ...rolesOf(say, row)])
      : itemsOf(say, role);
  return {
    v: 1,
    language: say.language,
    kind: 'roles',
    subject: 'roles',
    version: 1,
    title,
    state: null,
    blocks: [
      ...inLists(items),
      ...mapped(say, mappings, role),
      { kind: 'context', spans: [text(say.rolesNote)] },
    ],
    summary: title,
  };
}
