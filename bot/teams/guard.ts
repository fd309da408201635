import { readTeamsData } from '../../cards/payload.ts';
import type { TenantId } from '../../core/ids.ts';
import type { Log } from '../../platform/log.ts';
import type { Stores } from '../../platform/stores.ts';
import type { Gateway } from '../chat.ts';
import { deadlineMs, within } from '../deadline.ts';
import { callerOf, requestKeyOf, tenantOfActivity, type Heard } from './activity.ts';
import { dialogMessage, executeMessage } from './answers.ts';
import { languageOf } from '../../core/language.ts';
import { sayIn } from '../languages.ts';

/** What the SDK sends back; `body` as JSON. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

export type Admitted =
  | { readonly ok: true; readonly tenant: TenantId; readonly workspace: string }
  | { readonly ok: false; readonly reason: string; readonly answer: Answer };

export interface GuardDeps {
  readonly gateway: Gateway;
  readonly stores: Stores;
  readonly log: Log;
  /** The company whose registration it is; null: the deployment's. */
  readonly owner: TenantId | null;
  /** The registration's Entra tenants; nobody from another is heard. */
  readonly directories: readonly string[];
  /** The one of them that its tokens come from. */
  readonly home: string;
  readonly mayCall: (url: string) => boolean;
}

/** Leaves the gateway time to say the truth before the platform gives up. */
const admitMs = (): number => deadlineMs() / 2;

const refused = (reason: string, status = 403): Admitted => ({ ok: false, reason, answer: { status } });

/**
 * What the SDK does not look at, for an activity whose token it verified: a connector that we may call, an Entra tenant that
 * belongs to somebody here, and an activity that was not seen before. Nothing has happened yet when this refuses.
 */
export async function admit(deps: GuardDeps, activity: Heard): Promise<Admitted> {
  if (!deps.mayCall(activity.serviceUrl)) return refused('service_url_not_allowed');
  const workspace = tenantOfActivity(activity);
  try {
    const admitted = await within(admitTo(deps, workspace, activity), admitMs());
    if (admitted !== null) return admitted;
    deps.log.warn('a Teams activity could not be admitted in time');
  } catch (error) {
    deps.log.error({ err: error }, 'a Teams activity could not be admitted');
  }
  const answer = invokeSentence(activity, sayIn(languageOf(activity.locale) ?? 'en').nothingRecorded, 503);
  return { ok: false, reason: 'store_away', answer };
}

async function admitTo(deps: GuardDeps, workspace: string | null, activity: Heard): Promise<Admitted> {
  if (workspace === null || !deps.directories.includes(workspace)) {
    await recordElsewhere(deps, activity);
    return refused('tenant_not_allowed');
  }
  const tenant = await deps.gateway.tenantOf('teams', workspace);
  if (tenant === null) return refused('tenant_unknown');
  if (deps.owner !== null && deps.owner !== tenant) {
    await recordElsewhere(deps, activity);
    return refused('registration_of_another');
  }
  const key = `activity ${requestKeyOf(activity)}`;
  if (await deps.stores.seen.firstTime(tenant, 'teams', key)) return { ok: true, tenant, workspace };
  await recordReplay(deps, tenant, workspace, activity);
  const answer = invokeSentence(activity, sayIn(languageOf(activity.locale) ?? 'en').answeredBefore, 403);
  return { ok: false, reason: 'replayed', answer };
}

async function recordReplay(
  deps: GuardDeps,
  tenant: TenantId,
  workspace: string,
  activity: Heard,
): Promise<void> {
  const { platform, account } = callerOf(activity, workspace);
  const identified = await deps.stores.people.identify(tenant, { platform, workspace, account });
  const press = readTeamsData(dataOf(activity));
  await deps.stores.approvals.recordRefusal(tenant, {
    subject: press?.kind === 'approval' ? press.payload.approval : 'teams',
    person: identified.ok ? identified.person.id : null,
    account: { platform, workspace, account },
    verb: press?.kind === 'approval' ? press.verb : activity.type,
    reason: 'replayed',
  });
}

/**
 * What came by a registration from an Entra tenant that is none of its own, into the ledger of the company whose registration
 * it is. What it named is left out: it may be another company's.
 */
export async function recordElsewhere(deps: GuardDeps, activity: Heard): Promise<void> {
  const tenant = deps.owner ?? (await deps.gateway.tenantOf('teams', deps.home));
  if (tenant === null) return;
  const workspace = tenantOfActivity(activity) ?? '';
  const { platform, account } = callerOf(activity, workspace);
  await deps.stores.approvals.recordRefusal(tenant, {
    ...{ subject: 'teams', person: null, verb: activity.type, reason: 'tenant_not_allowed' },
    account: { platform, workspace, account },
  });
}

/** One sentence in the form that the waiting client shows; other activities have nobody waiting, so a bare status. */
export function invokeSentence(activity: Heard, sentence: string, otherwise: number): Answer {
  if (activity.type === 'invoke' && activity.name === 'adaptiveCard/action')
    return { status: 200, body: executeMessage(sentence) };
  if (activity.type === 'invoke' && activity.name.startsWith('task/'))
    return { status: 200, body: dialogMessage(sentence) };
  return { status: otherwise };
}

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};

/** What a card's button or form carries, wherever this kind of activity keeps it. */
export function dataOf(activity: Heard): unknown {
  if (activity.type === 'message') return activity.value;
  if (activity.type !== 'invoke') return undefined;
  const value = record(activity.value);
  return activity.name === 'adaptiveCard/action' ? record(value['action'])['data'] : value['data'];
}

export const asksForDialog = (data: unknown): boolean =>
  record(record(data)['msteams'])['type'] === 'task/fetch';
