import type { ApprovalStatus } from '../approval/types.ts';
import type { Json } from '../canonical-json.ts';
import type { ApprovalId, RunId } from '../ids.ts';
import type { Money } from '../money.ts';
import type { Role } from '../people.ts';
import type { AnswerValue } from '../person-question.ts';
import type { ApprovalView } from '../views.ts';

/** What somebody did to a decision; who it was is said by their role alone. */
export interface Deed {
  readonly did: 'approved' | 'declined' | 'changed' | 'broke-glass' | 'allowed-beforehand';
  readonly atMs: number;
  /** As they were then; null: the record of it was erased. */
  readonly roles: readonly Role[] | null;
  /** Their own words. */
  readonly said: string | null;
}

/** A look at the decision by people who had no part in it. */
export interface ReviewOutcome {
  readonly review: ApprovalId;
  /** By the person concerned themselves, or by somebody of the company. */
  readonly by: 'concerned' | 'company';
  readonly status: 'waiting' | 'should-change' | 'stands' | 'unanswered';
  readonly askedAtMs: number;
  readonly endedAtMs: number | null;
  /** Why it was asked for, and what whoever answered said. */
  readonly why: string | null;
  readonly reason: string | null;
}

/** What of a record may be told: its words, or only that there is something about others. */
export interface Reason {
  readonly text: string | null;
  readonly citation: string | null;
  readonly weight: number;
}
export interface SourceUsed {
  readonly citation: string;
  readonly readAtMs: number;
  readonly asOf: string | null;
}

/** A decision for the person whom it concerns: facts in no language, without anybody else's data. */
export interface Explanation {
  readonly approval: ApprovalId;
  readonly run: RunId;
  readonly agent: string;
  readonly agentVersion: string;
  readonly rehearsal: boolean;
  /** What was personal in it was erased; what is left is what the company has to be able to prove. */
  readonly erased: boolean;
  readonly title: string;
  readonly ask: string;
  readonly args: readonly { readonly label: string; readonly value: Json }[];
  readonly amount: Money | null;
  readonly status: ApprovalStatus;
  readonly askedAtMs: number;
  readonly decidedAtMs: number | null;
  readonly deeds: readonly Deed[];
  /** How many people had to sign, and did. */
  readonly signed: number;
  readonly needed: number;
  readonly recommendation: string;
  readonly score: number | null;
  readonly confidence: number;
  readonly unsure: string;
  readonly reasons: readonly Reason[];
  readonly sources: readonly SourceUsed[];
  /** Records that are about other people as well. */
  readonly withheldSources: number;
  readonly questions: readonly { readonly asked: string; readonly answer: string | null }[];
  readonly executed: {
    readonly status: 'executed' | 'failed' | 'unknown' | 'compensated';
    readonly atMs: number;
  } | null;
  readonly reviews: readonly ReviewOutcome[];
  readonly ledger: { readonly first: number; readonly last: number };
}

/** A review's own row, as far as it is read for this. */
export interface ReviewRow {
  readonly review: ApprovalId;
  readonly by: ReviewOutcome['by'];
  readonly status: ApprovalStatus;
  readonly value: AnswerValue | 'erased' | null;
  readonly reason: string | null;
  readonly why: string | null;
  readonly askedAtMs: number;
  readonly endedAtMs: number | null;
}

/** What the store knows of a decision; nothing of it is told as it is. */
export interface ExplanationSource {
  readonly view: ApprovalView;
  /** What people did, from the ledger. */
  readonly deeds: readonly Deed[];
  readonly erased: boolean;
  readonly reviews: readonly ReviewRow[];
  /** Everybody of the company: who they are is not told. */
  readonly names: readonly string[];
}
