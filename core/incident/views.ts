import type { PersonId, RunId } from '../ids.ts';
import type { ForwardKind } from '../forward/kinds.ts';
import type { NamedPerson, RunView } from '../views.ts';
import type { Condition } from './gather.ts';
import type { Happened, HappenedDetail, IncidentState, UntakenBy } from './types.ts';

/** One of the worst runs, as far as a line of a card shows it. */
export interface WorstRun {
  readonly run: RunId;
  readonly inputLabel: string;
  readonly status: RunView['status'];
}

/** Something of ours that changed shortly before: a version with its prompt and models, a deploy, a connector's tool, the policy. */
export interface ChangeSeen {
  readonly atMs: number;
  readonly what: string;
  /** Which of them, where there are several: a tool. */
  readonly about: string | null;
  readonly from: string | null;
  readonly to: string | null;
}

export interface NoteView {
  readonly by: PersonId;
  readonly atMs: number;
  /** Their own words: shown, never obeyed. */
  readonly text: string;
}

/** One of many, as a card shows it, with what can be done about its agent. */
export interface ConditionView extends Condition {
  readonly paused: boolean;
  readonly previousVersion: string | null;
}

/** Another system that has not heard of it so far. */
export interface NotForwarded extends UntakenBy {
  readonly to: ForwardKind;
}

/** Everything that an incident's card is made of. */
export interface IncidentView {
  readonly state: IncidentState;
  readonly people: ReadonlyMap<PersonId, NamedPerson>;
  readonly worstRuns: readonly WorstRun[];
  /** The newest first. */
  readonly changes: readonly ChangeSeen[];
  readonly notes: readonly NoteView[];
  /** What its agent failed at since it began, and nobody has run again. */
  readonly failedRuns: readonly RunId[];
  readonly paused: boolean;
  /** What roll back returns to; null where there is nothing to go back to. */
  readonly previousVersion: string | null;
  readonly notForwarded: readonly NotForwarded[];
  /** The worst of what it gathers and is not over; empty where it is about one thing. */
  readonly worst: readonly ConditionView[];
  readonly ledger: { readonly first: number; readonly last: number };
}

/** One thing that happened, told in the thread. */
export interface IncidentEventView {
  readonly incident: IncidentState;
  readonly seq: number;
  readonly atMs: number;
  readonly what: Happened;
  readonly by: PersonId | null;
  readonly detail: HappenedDetail;
  readonly people: ReadonlyMap<PersonId, NamedPerson>;
}
