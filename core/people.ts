import { z } from 'zod';
import type { PersonId } from './ids.ts';
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
}

/** `from` lets `to` act for them between two UTC instants; it never widens what `to` may do. */
export interface Delegation {
  readonly from: PersonId;
  readonly to: PersonId;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly createdBy: PersonId;
  readonly createdAtMs: number;
}
