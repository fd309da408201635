import { z } from 'zod';
import type { PersonId } from './ids.ts';
import type { Directory } from './identity/directory.ts';
import type { Language } from './language.ts';

export const ROLES = ['consumer', 'operator', 'approver', 'manager', 'admin', 'engineer'] as const;
export const Role = z.enum(ROLES);
export type Role = z.infer<typeof Role>;

/** How a chat account may count: only `member` ever decides (`guest`, `external`, `bot`, `deactivated` never do). */
export type AccountKind = 'member' | 'guest' | 'external' | 'bot' | 'deactivated';

/** A person as policy and roles see them. Teams double as named groups. Read fresh whenever a right is used. */
export interface Person {
  readonly id: PersonId;
  readonly name: string;
  readonly email: string;
  readonly roles: readonly Role[];
  /** The team they work in; also the name of the group that a policy may name. */
  readonly team: string;
  readonly manager: PersonId | null;
  /** IANA zone, e.g. Europe/London. */
  readonly timeZone: string;
  readonly active: boolean;
  /** What they read: theirs, else what their chat says, else the company's. Missing only where nobody asked: English. */
  readonly language?: Language;
  /** Roles that groups of a directory give them in another team than theirs: each reaches that team and no other. */
  readonly placed?: readonly Placed[] | null;
  /** Directories that did not answer when their rights were to be read: what those give does not count just now. */
  readonly unread?: readonly Directory[];
  /** An account of a program: asks and reads by a token, and never signs. */
  readonly service?: boolean;
}

export interface Placed {
  readonly role: Role;
  readonly team: string;
}

/** Every role that they hold anywhere. */
export const rolesOf = ({ roles, placed }: Pick<Person, 'roles' | 'placed'>): Role[] => [
  ...new Set([...roles, ...(placed ?? []).map(({ role }) => role)]),
];

/** Every team that they belong to; the first is where they work. */
export const teamsOf = ({ team, placed }: Pick<Person, 'team' | 'placed'>): string[] => [
  ...new Set([team, ...(placed ?? []).map((one) => one.team)]),
];

/** `from` lets `to` act for them between two UTC instants; it never widens what `to` may do. */
export interface Delegation {
  readonly from: PersonId;
  readonly to: PersonId;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly createdBy: PersonId;
  readonly createdAtMs: number;
}
