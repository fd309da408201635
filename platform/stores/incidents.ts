import type { Finding } from '../../core/alerts/finding.ts';
import type { IncidentId, TenantId } from '../../core/ids.ts';
import type { IncidentEvent, IncidentState, IncidentHappening, WhyNot } from '../../core/incident/types.ts';
import type { IncidentEventView, IncidentView } from '../../core/incident/views.ts';
import type { MessagesAt } from './copies.ts';

/** What a person does to an incident; rules and the clock have doors of their own. */
export type PersonalEvent = Exclude<IncidentEvent, { kind: 'observe' | 'timer' }>;

export type IncidentRecorded =
  | {
      readonly ok: true;
      readonly state: IncidentState;
      /** Empty: it was so already. */
      readonly happened: readonly IncidentHappening[];
      readonly ledgerSeq: number;
    }
  | {
      readonly ok: false;
      readonly reason: 'not_found' | 'wrong_state' | 'arguments_refused';
      readonly why?: WhyNot;
      readonly detail: Readonly<Record<string, string | number>>;
    };

/** What the clock of an incident is to do next. */
export interface IncidentClock {
  readonly version: number;
  readonly over: boolean;
  readonly nextTimerInMs: number | null;
}

export interface IncidentStore {
  /**
   * What the rules say at one look. Opens an incident (with its cards, its ledger entry and the start of its workflow, in
   * one transaction) or moves the one that there is; what is fine and has none costs one read for all of them. What is for
   * the daily digest is kept for it.
   */
  observe(tenant: TenantId, findings: readonly Finding[]): Promise<void>;
  /** A refusal is a ledger entry too. */
  act(tenant: TenantId, incident: IncidentId, event: PersonalEvent): Promise<IncidentRecorded>;
  /** Whatever is due by the database's clock, then what is due next. Null: there is no such incident. */
  tick(tenant: TenantId, incident: IncidentId): Promise<IncidentClock | null>;
  get(tenant: TenantId, incident: IncidentId): Promise<IncidentState | null>;
  view(tenant: TenantId, incident: IncidentId): Promise<IncidentView | null>;
  event(tenant: TenantId, incident: IncidentId, seq: number): Promise<IncidentEventView | null>;
  /** Everything that was wrong at the last look and is not over, by fingerprint: alone or among others. */
  firing(tenant: TenantId): Promise<readonly { readonly fingerprint: string; readonly sinceMs: number }[]>;
  /** Those that are not over, the newest first. */
  open(tenant: TenantId): Promise<IncidentState[]>;
  /** The incident that these messages, or the threads under them, are about. */
  about(tenant: TenantId, at: MessagesAt): Promise<IncidentId | null>;
}
