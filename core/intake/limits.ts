import { z } from 'zod';

/** How much of the deployment a run may be waiting for or working in; set by an operator on the machine. */
export interface IntakeLimits {
  /** A tenant with share 2 gets twice the places of one with share 1 while both have runs waiting. */
  readonly share: number;
  /** Runs at work at once. */
  readonly working: number;
  readonly personWorking: number;
  /** Runs that may wait in line. */
  readonly waiting: number;
  readonly personWaiting: number;
}

/** What holds for a tenant that nobody set anything for. */
export const DEFAULT_LIMITS: IntakeLimits = {
  share: 1,
  working: 200,
  personWorking: 20,
  waiting: 5_000,
  personWaiting: 100,
};

/** Runs at work at once in the whole deployment, unless `COUNTERSIGN_WORKING_LIMIT` says otherwise. */
export const DEFAULT_DEPLOYMENT_LIMIT = 500;

const atMost = z.int().min(1).max(1_000_000);

/** What an operator may set; null goes back to the default. */
export const LimitsChange = z
  .strictObject({
    share: z.number().min(0.1).max(100),
    working: atMost.nullable(),
    personWorking: atMost.nullable(),
    waiting: atMost.nullable(),
    personWaiting: atMost.nullable(),
    agents: z.record(z.string().min(1), atMost.nullable()),
  })
  .partial();
export type LimitsChange = z.infer<typeof LimitsChange>;
