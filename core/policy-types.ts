import { z } from 'zod';
import { AlertTuning } from './alerts/thresholds.ts';
import { Role } from './people.ts';
import { PersonId } from './ids.ts';
import { Money } from './money.ts';
import { ProofKind } from './proof.ts';
import { WorkingHours } from './working-time.ts';

/** Whom a stage may ask. A group is a team's name. */
export const Selector = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('role'), role: Role }),
  z.strictObject({ kind: z.literal('group'), group: z.string().min(1) }),
  z.strictObject({ kind: z.literal('person'), person: PersonId }),
]);
export type Selector = z.infer<typeof Selector>;

/** One stage: `quorum` different people out of `who`. Stages run one after the other. */
export const Stage = z.strictObject({
  name: z.string(),
  quorum: z.int().min(1).max(20),
  who: z.array(Selector).min(1),
});
export type Stage = z.infer<typeof Stage>;

/** Everything an approval needs once a rule was chosen. Durations in milliseconds. */
export const Requirement = z.strictObject({
  stages: z.array(Stage).min(1),
  /** Where the card goes: the tenant's approvals channel, the eligible people's direct messages, or both. */
  route: z.enum(['channel', 'dm', 'both']).default('channel'),
  remindAfterMs: z.array(z.int().positive()).default([]),
  escalateAfterMs: z.int().positive(),
  escalateTo: z.array(Selector).min(1),
  expireAfterMs: z.int().positive(),
  executeWithinMs: z.int().positive(),
  /** Reminders, escalation and expiry count in these hours only, and so do pauses; without them, always. */
  workingHours: WorkingHours.optional(),
  /** May an Admin alone, with a reason, sign. */
  breakGlass: z.boolean().default(false),
  /** May a grant sign instead (reversible tools only, whatever this says). */
  grants: z.boolean().default(false),
  /** Only signatures with this proof count. Missing: a click does, and high risk asks for one more person instead. */
  proof: ProofKind.optional(),
});
export type Requirement = z.infer<typeof Requirement>;

/** A rule matches when everything that it names holds; the first that matches counts. */
export const PolicyRule = z.strictObject({
  when: z.strictObject({
    agent: z.string().optional(),
    tool: z.string().optional(),
    effect: z.enum(['reversible', 'irreversible']).optional(),
    risk: z.enum(['low', 'high']).optional(),
    /** The action's amount, or the sum over `windowMs` with this one, is above `amount`. */
    amountAbove: z.strictObject({ amount: Money, windowMs: z.int().positive().optional() }).optional(),
  }),
  /** high asks for one more person than the stages say, unless `require.proof` names a proof. */
  risk: z.enum(['low', 'high']),
  require: Requirement,
});
export type PolicyRule = z.infer<typeof PolicyRule>;

export const Policy = z.strictObject({
  id: z.string(),
  version: z.int().positive(),
  rules: z.array(PolicyRule).min(1),
  /** What the company wants to be told otherwise than by default. */
  alerts: z.array(AlertTuning).max(50).optional(),
});
export type Policy = z.infer<typeof Policy>;
