/** What they have in common: the rule, the agent, or only that they came together. */
export type GatheredBy = 'rule' | 'agent' | 'all';

/** What an incident that gathers many says of them. */
export interface Gathered {
  readonly by: GatheredBy;
  readonly firing: number;
  /** Those that are over by themselves while the incident lasts. */
  readonly over: number;
  readonly total: number;
  readonly agents: number;
  /** How many fired when people were told last. */
  readonly told: number;
}
