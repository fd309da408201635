import { isObject } from './check.ts';
import type { ApiContext } from './context.ts';
import type { Delivery } from './deliver.ts';
import { newHash, pushView, readView } from './methods/views.ts';
import type { SlackView } from '../state/slack-types.ts';

export interface Submitted {
  /** False: the form stays open, with `errors` by block_id. */
  readonly ok: boolean;
  readonly errors: Readonly<Record<string, string>>;
  readonly delivery: Delivery | null;
}

const TROUBLE = { '': 'We had some trouble connecting. Try again?' };

/** What the client does with the answer to view_submission (https://docs.slack.dev/surfaces/modals#modifying). */
export async function applySubmission(
  { store }: ApiContext,
  view: SlackView,
  delivery: Delivery,
): Promise<Submitted> {
  const closeAnd = async (ids: readonly string[]): Promise<Submitted> => {
    await store.closeViews(ids);
    return { ok: true, errors: {}, delivery };
  };
  if (!delivery.ok) return { ok: false, errors: TROUBLE, delivery };
  if (!delivery.body.trim()) return closeAnd([view.id]);
  let answer: unknown;
  try {
    answer = JSON.parse(delivery.body);
  } catch {
    return { ok: false, errors: TROUBLE, delivery };
  }
  if (!isObject(answer) || answer['response_action'] === undefined) return closeAnd([view.id]);
  const modals = (await store.openViews(view.user)).filter((v) => v.kind === 'modal');
  if (answer['response_action'] === 'clear') return closeAnd(modals.map((v) => v.id));
  if (answer['response_action'] === 'errors') {
    const errors = isObject(answer['errors']) ? answer['errors'] : {};
    const inputs = (view.content['blocks'] as { type?: unknown; block_id?: unknown }[])
      .filter((b) => b.type === 'input')
      .map((b) => String(b.block_id));
    // Slack shows an error only under an input of this form; an answer that names no such input is its own error.
    const known = Object.entries(errors).filter(([id]) => inputs.includes(id));
    if (!known.length) return { ok: false, errors: TROUBLE, delivery };
    return { ok: false, errors: Object.fromEntries(known.map(([id, e]) => [id, String(e)])), delivery };
  }
  const read = readView(answer['view'], 'modal');
  if ('ok' in read) return { ok: false, errors: TROUBLE, delivery };
  if (answer['response_action'] === 'push') {
    const pushed = await pushView(store, view.user, read.content);
    return 'ok' in pushed ? { ok: false, errors: TROUBLE, delivery } : { ok: true, errors: {}, delivery };
  }
  await store.putView({ ...view, content: read.content, hash: newHash() });
  return { ok: true, errors: {}, delivery };
}
