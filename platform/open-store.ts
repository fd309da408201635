import type pg from 'pg';
import { createApprovalStore } from './approvals/approval-store.ts';
import { createPolicyCache } from './approvals/policies.ts';
import { createConcernedStore } from './concerned/concerned-store.ts';
import { createCopyStore } from './copies/copy-store.ts';
import { createTroubleStore } from './copies/trouble-store.ts';
import { createPool, openDatabase, type Database } from './database.ts';
import { createDeadLetterStore } from './dead-letters/dead-letter-store.ts';
import { createDigestStore } from './digests/digest-store.ts';
import { createEvalStore } from './evals/eval-store.ts';
import { createForwardStore } from './forwards/forward-store.ts';
import { createGoldenStore } from './golden/golden-store.ts';
import { createGrantStore } from './grants/grant-store.ts';
import { createIdentityStore } from './identity/identity-store.ts';
import { createSignInStore } from './identity/sign-in-store.ts';
import { createIncidentStore } from './incidents/incident-store.ts';
import { createInstallationStore } from './installations/installation-store.ts';
import { createRegistrationStore } from './installations/registrations.ts';
import { createIntakeStore } from './intake/intake-store.ts';
import { createInboxStore } from './inboxes/inbox-store.ts';
import { createCheckpointStore } from './ledger/checkpoint-store.ts';
import { createLedgerStore } from './ledger/ledger-store.ts';
import { createAgentEventStore } from './events/agent-event-store.ts';
import type { Log } from './log.ts';
import { createOnCallStore } from './on-call/on-call-store.ts';
import { whoIsOnCall } from './on-call/read.ts';
import { createMetricsStore } from './metrics/metrics-store.ts';
import { createOutboxStore, type OutboxStore } from './outbox/outbox-store.ts';
import { createWake, INTAKE_CHANNEL } from './outbox/wake.ts';
import { createPayloads } from './payloads.ts';
import { createPasskeyStore } from './passkeys/passkey-store.ts';
import { createPeopleStore } from './people-store.ts';
import { createReadStore } from './reads/read-store.ts';
import { createRunStore } from './runs/run-store.ts';
import { createPolicyStore } from './policies/policy-store.ts';
import { createSealer } from './seal.ts';
import { createScoreStore } from './scores/score-store.ts';
import { createSeenStore } from './seen-store.ts';
import { createSiemStore, type SiemStore } from './siem/siem-store.ts';
import { createTokenStore } from './tokens/token-store.ts';
import { createRetentionStore, type RetentionStore } from './retention/retention-store.ts';
import type { Stores } from './stores.ts';
import { createDelegationStore } from './delegations/delegation-store.ts';
import { createSwitchStore } from './switches/switch-store.ts';
import { createVersionStore } from './versions/version-store.ts';

export interface OpenStores extends Stores {
  readonly outbox: OutboxStore;
  readonly siem: SiemStore;
  readonly retention: RetentionStore;
  /** True while Postgres answers within two seconds; for `/readyz`. */
  answers(): Promise<boolean>;
  close(): Promise<void>;
}

export interface StoreOptions {
  /** Role countersign_app. */
  readonly appUrl: string;
  /** Role countersign_dispatcher, for the two named crossings: which tenant a workspace is, and waking the dispatcher. */
  readonly dispatcherUrl: string;
  /** As in `COUNTERSIGN_ENCRYPTION_KEY`. */
  readonly encryptionKey: string;
  /** Whose signature on checkpoints counts (a verifier key); missing: checkpoints are not looked at. */
  readonly ledgerKey?: string | undefined;
  /** Whose signatures beside it are looked for: keys of witnesses. */
  readonly witnessKeys?: readonly string[] | undefined;
  readonly log: Log;
  /** Connections at most, default 16. */
  readonly poolSize?: number;
  /** How long a transaction waits for a free connection, default 5 s: whoever clicked is told in less. */
  readonly poolWaitMs?: number;
}

const answers = (router: pg.Pool): Promise<boolean> =>
  Promise.race([
    router.query('SELECT 1').then(
      () => true,
      () => false,
    ),
    new Promise<boolean>((resolve) => setTimeout(resolve, 2_000, false).unref()),
  ]);

function openOwn({ appUrl, encryptionKey, poolSize, poolWaitMs }: StoreOptions): Database {
  const pool = {
    ...(poolSize ? { max: poolSize } : {}),
    ...(poolWaitMs ? { connectionTimeoutMillis: poolWaitMs } : {}),
  };
  return openDatabase(appUrl, pool, encryptionKey);
}

/** Everything that the other rooms may ask of Postgres. Connects at first use; a Postgres that is away fails each call. */
export async function openStores(options: StoreOptions): Promise<OpenStores> {
  const { log } = options;
  const sealer = createSealer(options.encryptionKey);
  const db = openOwn(options);
  const router = createPool(options.dispatcherUrl, { max: 4, application_name: 'countersign router' });
  const wake = createWake(router);
  const wakeIntake = createWake(router, INTAKE_CHANNEL);
  const payloads = createPayloads(sealer);
  const policies = createPolicyCache();
  const approvals = { db, policies, payloads, wake, log };
  return {
    people: createPeopleStore(db, router),
    identity: createIdentityStore(db),
    signIns: createSignInStore(db, sealer),
    runs: createRunStore({ db, payloads, wake, wakeIntake }),
    approvals: createApprovalStore(approvals),
    concerned: createConcernedStore(approvals),
    reads: createReadStore(db),
    copies: createCopyStore(db, wake),
    troubles: createTroubleStore(db),
    deadLetters: createDeadLetterStore(db, () => {
      wake();
      wakeIntake();
    }),
    inboxes: createInboxStore(db, wake),
    ledger: createLedgerStore(db, options),
    checkpoints: createCheckpointStore(db, router, wake),
    digests: createDigestStore(db, wake),
    incidents: createIncidentStore({ db, wake, whoIsOnCall }),
    installations: createInstallationStore({ db, sealer, router, wake }),
    registrations: createRegistrationStore({ db, sealer, router }),
    forwards: createForwardStore({ db, wake, whoIsOnCall }, sealer),
    onCall: createOnCallStore(db),
    passkeys: createPasskeyStore({ db, sealer, wake }),
    evals: createEvalStore(db, wake),
    scores: createScoreStore(db, payloads),
    golden: createGoldenStore(db, payloads),
    seen: createSeenStore(db),
    // Who is resumed may have runs waiting.
    delegations: createDelegationStore(db, wake),
    switches: createSwitchStore(db, () => {
      wake();
      wakeIntake();
    }),
    intake: createIntakeStore(db, router, wake),
    metrics: createMetricsStore(db, router),
    events: createAgentEventStore(db),
    grants: createGrantStore(db, wake),
    versions: createVersionStore(db),
    tokens: createTokenStore(db),
    policies: createPolicyStore({ db, payloads, policies }),
    outbox: createOutboxStore(db, wake),
    siem: createSiemStore(db, router),
    retention: createRetentionStore(db, router),
    answers: () => answers(router),
    async close() {
      await db.close();
      await router.end();
    },
  };
}
