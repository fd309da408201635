import type { ForwardLink } from '../../core/forward/bodies.ts';
import type { ForwardedEvent } from '../../core/forward/event.ts';
import type { ForwardKind } from '../../core/forward/kinds.ts';
import type { Answer } from '../../core/forward/tries.ts';
import type { ForwardId, IncidentId, TargetId, TenantId } from '../../core/ids.ts';
import type { Language } from '../../core/language.ts';

/** One try of one thing that happened: held by whoever began it, for half a minute. */
export interface Sending {
  readonly forward: ForwardId;
  readonly incident: IncidentId;
  readonly kind: ForwardKind;
  readonly url: string;
  /** A routing key or a signing secret; null: it cannot be opened with the key of this process. Goes into no log. */
  readonly secret: string | null;
  readonly event: ForwardedEvent;
  readonly links: readonly ForwardLink[];
  readonly language: Language;
  /** Failures so far. */
  readonly tries: number;
}

/** `over`: there is nothing to send any more. `waitMs`: something has to come before it, or somebody tries it just now. */
export type Begun = 'over' | { readonly waitMs: number } | Sending;

/** Where incidents go; never its secret. */
export interface TargetView {
  readonly target: TargetId;
  readonly kind: ForwardKind;
  /** Without its query, which may hold a key. */
  readonly url: string;
  readonly sinceMs: number;
  readonly endedWhy: string | null;
  readonly waiting: number;
  readonly dead: number;
  readonly lastSentMs: number | null;
}

export interface ForwardStore {
  begin(tenant: TenantId, forward: ForwardId): Promise<Begun>;
  /** It was taken: what comes next for the same target and incident is due now. */
  taken(tenant: TenantId, sending: Sending): Promise<void>;
  /**
   * It was not taken. `retryInMs` null: it is given up, as a dead letter. Whoever looks after the incident is told, at the
   * third failure and when it is given up.
   */
  untaken(
    tenant: TenantId,
    sending: Sending,
    failed: Extract<Answer, { taken: false }> & { readonly retryInMs: number | null },
  ): Promise<void>;
}
