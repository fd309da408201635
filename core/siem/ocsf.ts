import type { JsonObject } from '../canonical-json.ts';
import { COUNTERSIGN } from '../ledger-sentence.ts';
import type { HeaderFields } from '../ledger.ts';

/** Whose field names these are: https://schema.ocsf.io/1.3.0/ */
export const OCSF_VERSION = '1.3.0';

const CLASSES = {
  /** What people and agents do by way of Countersign. */
  api: { uid: 6003, name: 'API Activity', category: 6, categoryName: 'Application Activity' },
  /** What is set up, changed and taken away. */
  entity: { uid: 3004, name: 'Entity Management', category: 3, categoryName: 'Identity & Access Management' },
} as const;
const ACTIVITIES = { create: 1, read: 2, update: 3, delete: 4, other: 99 } as const;
const ACTIVITY_NAMES = { create: 'Create', read: 'Read', update: 'Update', delete: 'Delete', other: 'Other' };
type Activity = keyof typeof ACTIVITIES;

/** What is done by way of Countersign; every other kind is about something that it keeps. */
const OF_API = /^(approval|action|run|tool|output|request|card|chat|record|review|refused)(\.|$)/;

const words = (text: string): readonly string[] => text.split(/\s+/);
/** By what a kind's last word says was done. */
const DONE: Readonly<Record<Exclude<Activity, 'other'>, readonly string[]>> = {
  create:
    words(`accepted asked bootstrapped begun created imported installed link-made linked made mapped opened overridden
    parked registered replayed set started subscribed uploaded`),
  read: words('called exported month-exported read shown verified'),
  update:
    words(`acknowledged answered approved break-glass cancelled channel-set cleared compensated decided declined
    delegated edited escalated executed expired failed finished forwarded granted grew intended lapsed limits-set noted not-forwarded
    paused question-answered question-asked rated recovered reminded reopened replaced resolved resumed retried returned rolled-back
    rose rotated secret-changed seen signed silence-ended silenced snooze-ended snoozed stayed-clear stopped superseded token-lost trouble undeliverable
    unknown`),
  delete:
    words(`deleted deleting discarded dropped ended erased lifted link-revoked override-ended removed revoked uninstalled unlinked unmapped
    unsubscribed`),
};

/** What a security analyst may want to see first. */
const FAILED =
  /^(refused|approval\.(expired|lapsed|undeliverable)|action\.(failed|unknown)|card\.failed|chat\.trouble)$/;
const LOUD =
  /^(refused|approval\.break-glass|subject\.erased|hold\.lifted|tenant\.stopped|policy\.set|action\.unknown|roles?\..*)$/;

export interface Mapped {
  readonly class: keyof typeof CLASSES;
  readonly activity: Activity;
}

/** Where one kind of entry belongs. A kind that nobody named yet is told all the same, as something else. */
export function mapped(kind: string): Mapped {
  const last = kind.slice(kind.indexOf('.') + 1);
  const activity = (Object.keys(DONE) as (keyof typeof DONE)[]).find((one) => DONE[one].includes(last));
  return { class: OF_API.test(kind) ? 'api' : 'entity', activity: activity ?? 'other' };
}

export interface SiemEntry {
  readonly header: HeaderFields;
  readonly entryHash: string;
  readonly run: string | null;
}

/** Information, or what somebody should look at, as OCSF and syslog number them. */
export const severityOf = (kind: string): { readonly ocsf: number; readonly syslog: number } =>
  LOUD.test(kind) ? { ocsf: 3, syslog: 4 } : { ocsf: 1, syslog: 6 };

/**
 * One entry as an OCSF event. Of the header only: who is an id that names nobody to whoever has no list of people, and what
 * was said is left in the ledger, which the entry's hash leads back to.
 */
export function ocsfEvent({ header, entryHash, run }: SiemEntry): JsonObject {
  const { kind, subject, actor, at, seq, tenant } = header;
  const { class: name, activity } = mapped(kind);
  const { uid, name: className, category, categoryName } = CLASSES[name];
  const ours = actor === COUNTERSIGN;
  const about = {
    uid: subject,
    type: subject.includes('_') ? subject.slice(0, subject.indexOf('_')) : 'other',
  };
  return {
    class_uid: uid,
    class_name: className,
    category_uid: category,
    category_name: categoryName,
    activity_id: ACTIVITIES[activity],
    activity_name: ACTIVITY_NAMES[activity],
    type_uid: uid * 100 + ACTIVITIES[activity],
    severity_id: severityOf(kind).ocsf,
    status_id: FAILED.test(kind) ? 2 : 1,
    time: Date.parse(at),
    actor: ours ? { app_name: 'Countersign' } : { user: { uid: actor, type_id: 1 } },
    ...(name === 'api'
      ? { api: { operation: kind }, src_endpoint: { name: 'countersign' }, resources: [about] }
      : { entity: about }),
    metadata: {
      version: OCSF_VERSION,
      product: { name: 'Countersign', vendor_name: 'Countersign' },
      log_name: 'ledger',
      event_code: kind,
      uid: entryHash,
      sequence: seq,
      tenant_uid: tenant,
      original_time: at,
      ...(run === null ? {} : { correlation_uid: run }),
    },
  };
}
