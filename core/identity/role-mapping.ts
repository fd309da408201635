import { z } from 'zod';
import { Role } from '../people.ts';
import type { Directory } from './directory.ts';

/** Where a group comes from: a group of Entra (object id), an app role of ours there (its value), a Slack user group (id). */
export const GROUP_SOURCES = ['entra', 'app-role', 'slack'] as const;
export type GroupSource = (typeof GROUP_SOURCES)[number];

/** Whose groups those are. */
export const directoryOf = (source: GroupSource): Directory => (source === 'slack' ? 'slack' : 'entra');

const KEY = {
  entra: z.guid().toLowerCase(),
  'app-role': z.string().regex(/^[\w.:-]{1,120}$/u),
  slack: z.string().regex(/^S[A-Z0-9]{5,40}$/u),
} as const;

/** A group's name as its directory spells it; null: none of that directory's. */
export function groupKey(source: GroupSource, said: string): string | null {
  const parsed = KEY[source].safeParse(source === 'slack' ? said.toUpperCase() : said);
  return parsed.success ? parsed.data : null;
}

/** Whoever is in the group has the role: in the team they work in, or in that one alone. */
export interface RoleMapping {
  readonly source: GroupSource;
  readonly group: string;
  readonly role: Role;
  readonly team: string | null;
}

/** The arguments of `map_role`: what is signed. */
export const RoleMapRequest = z.strictObject({
  change: z.enum(['map', 'unmap']),
  source: z.enum(GROUP_SOURCES),
  group: z.string().min(1).max(120),
  role: Role,
  team: z.string().min(1).max(80).nullable(),
});
export type RoleMapRequest = z.infer<typeof RoleMapRequest>;

/** How a group is kept among those that a person is in. */
export const groupName = ({ source, group }: Pick<RoleMapping, 'source' | 'group'>): string =>
  `${source}:${group}`;
