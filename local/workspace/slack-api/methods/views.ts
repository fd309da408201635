import { randomBytes } from 'node:crypto';
import type { JsonObject } from '../../../../core/canonical-json.ts';
import type { SlackStore, SlackView } from '../../state/slack-types.ts';
import { isObject } from '../check.ts';
import { refuse, word, type Answer, type Args, type Refused } from '../answer.ts';
import type { ApiContext, Method } from '../context.ts';
import { LIMITS } from '../limits.ts';
import { viewJson } from '../shapes.ts';
import { validateView } from '../view-rules.ts';

const newId = (): string => `V${randomBytes(6).toString('hex').toUpperCase()}`;
export const newHash = (): string => `${Math.floor(Date.now() / 1000)}.${randomBytes(4).toString('hex')}`;

/** Fills in ids of blocks and actions that the app left out, as Slack does, so that answers can name them. */
function named(content: JsonObject): JsonObject {
  const blocks = (content['blocks'] as JsonObject[]).map((block, i): JsonObject => {
    const { element } = block;
    const one: JsonObject = { block_id: `v${i}`, ...block };
    return isObject(element) ? { ...one, element: { action_id: `a${i}`, ...(element as JsonObject) } } : one;
  });
  return { ...content, blocks };
}

/** The view of a call, validated; what is wrong is `invalid_arguments` with pointers, as in Slack. */
export function readView(given: unknown, kind: 'modal' | 'home'): { content: JsonObject } | Refused {
  if (!isObject(given))
    return refuse('invalid_arguments', ['missing required field: view [json-pointer:/view]']);
  const errors = validateView(given, kind);
  if (errors.length) return refuse('invalid_arguments', errors);
  if (Buffer.byteLength(JSON.stringify(given)) > LIMITS.viewBytes) return refuse('view_too_large');
  return { content: named(given as JsonObject) };
}

/** Opens a modal over the others of this person. */
export async function pushView(
  store: SlackStore,
  user: string,
  content: JsonObject,
): Promise<{ view: SlackView } | Refused> {
  const open = (await store.openViews(user)).filter((v) => v.kind === 'modal');
  if (open.length >= LIMITS.viewStack) return refuse('push_limit_reached');
  const external = content['external_id'];
  if (external && (await store.viewByExternalId(String(external)))) return refuse('duplicate_external_id');
  const id = newId();
  const view: SlackView = {
    ...{ id, user, kind: 'modal', hash: newHash(), content, open: true },
    ...{ root: open[0]?.id ?? id, previous: open.at(-1)?.id ?? null },
  };
  return { view: await store.putView(view) };
}

async function show(args: Args, context: ApiContext, push: boolean): Promise<Answer> {
  const { store, app, triggers } = context;
  const triggerId = word(args, 'trigger_id');
  if (!triggerId)
    return refuse('invalid_arguments', ['missing required field: trigger_id [json-pointer:/trigger_id]']);
  const read = readView(args['view'], 'modal');
  if ('ok' in read) return read;
  const taken = triggers.take(triggerId);
  if (!taken.ok) return refuse(taken.error);
  const { user } = taken.trigger;
  const open = (await store.openViews(user)).filter((v) => v.kind === 'modal');
  if (push && open.length === 0) return refuse('not_found');
  // views.open starts a new stack: Slack shows one modal of an app at a time.
  if (!push) await store.closeViews(open.map((v) => v.id));
  const shown = await pushView(store, user, read.content);
  return 'ok' in shown ? shown : { ok: true, view: viewJson(shown.view, app) };
}

/** https://docs.slack.dev/reference/methods/views.open */
export const open: Method = (args, context) => show(args, context, false);
/** https://docs.slack.dev/reference/methods/views.push */
export const push: Method = (args, context) => show(args, context, true);

/** https://docs.slack.dev/reference/methods/views.update */
export const update: Method = async (args, { store, app }) => {
  const read = readView(args['view'], 'modal');
  if ('ok' in read) return read;
  const external = word(args, 'external_id');
  const old = external
    ? await store.viewByExternalId(external)
    : await store.view(word(args, 'view_id') ?? '');
  if (!old || !old.open) return refuse('not_found');
  const hash = word(args, 'hash');
  if (hash && hash !== old.hash) return refuse('hash_conflict');
  const view = await store.putView({ ...old, content: read.content, hash: newHash() });
  return { ok: true, view: viewJson(view, app) };
};

/** https://docs.slack.dev/reference/methods/views.publish */
export const publish: Method = async (args, { store, app }) => {
  const user = await store.user(word(args, 'user_id') ?? '');
  if (!user) return refuse('user_not_found');
  const read = readView(args['view'], 'home');
  if ('ok' in read) return read;
  const old = (await store.openViews(user.id)).find((v) => v.kind === 'home');
  const hash = word(args, 'hash');
  if (hash && old && hash !== old.hash) return refuse('hash_conflict');
  const id = old?.id ?? newId();
  const view = await store.putView({
    ...{ id, user: user.id, kind: 'home', hash: newHash(), root: id, previous: null },
    ...{ content: read.content, open: true },
  });
  return { ok: true, view: viewJson(view, app) };
};
