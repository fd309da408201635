import { z } from 'zod';
import type { Sha256 } from '../core/canonical-json.ts';
import { ApprovalId, CopyId } from '../core/ids.ts';
import type { Target, Verb } from './model.ts';

const Digest = z.string().regex(/^[0-9a-f]{64}$/) as unknown as z.ZodType<Sha256>;
const Version = z.int().min(0).max(1_000_000_000);

/** What every approval button carries, and nothing else; untrusted when it comes back. */
export const ButtonPayload = z.strictObject({
  v: z.literal(1),
  approval: ApprovalId,
  version: Version,
  actionDigest: Digest,
  /** What the card showed. Menus have no room for it: there the copy and its version stand for it. */
  cardDigest: Digest.optional(),
  /** Null on a private answer, of which no copy is kept. */
  copy: CopyId.nullable(),
  /** Of a form that has several; counts from 1. */
  page: z.int().min(1).max(200).optional(),
});
export type ButtonPayload = z.infer<typeof ButtonPayload>;

/** A button or form that runs a command, as if its words had been typed. */
export const CommandPayload = z.strictObject({
  v: z.literal(1),
  command: z.string().regex(/^[a-z][a-z-]{0,30}$/),
  words: z.string().max(300),
});
export type CommandPayload = z.infer<typeof CommandPayload>;

/** Twenty are as many as a form shows at once. */
export const TOGETHER_AT_MOST = 20;

/** Several requests, each bound to what was shown of it; untrusted when it comes back, like a single one. */
export const BulkPayload = z.strictObject({
  v: z.literal(1),
  items: z
    .array(z.strictObject({ a: ApprovalId, d: Digest }))
    .max(TOGETHER_AT_MOST)
    .refine((items) => new Set(items.map(({ a }) => a)).size === items.length),
  cardDigest: Digest.optional(),
});
export type BulkPayload = z.infer<typeof BulkPayload>;

const BulkVerb = z.enum(['bulk', 'bulk_sign']);

const ApprovalVerb = z.enum([
  'approve',
  'approve_comment',
  'decline',
  'edit',
  'ask',
  'answer',
  'respond',
  'delegate',
  'snooze',
  'break_glass',
  'open',
  'evidence',
  'changes',
  'verify',
]);

/** A click or a submitted form, told apart by what it is about. */
export type Press =
  | {
      readonly kind: 'approval';
      readonly verb: Exclude<Verb, 'command' | 'bulk' | 'bulk_sign'>;
      readonly payload: ButtonPayload;
    }
  | { readonly kind: 'bulk'; readonly verb: 'bulk' | 'bulk_sign'; readonly payload: BulkPayload }
  | { readonly kind: 'command'; readonly payload: CommandPayload };

/** The Slack `action_id` of the overflow menu; each option's value names its own verb. */
export const MENU_ACTION = 'menu';
/** The Slack `action_id` of a button that only leads to a page: Slack tells of its clicks, and they ask for nothing. */
export const LINK_ACTION = 'link';
/** Prefix of the Slack `action_id` of a field that is filled from suggestions. */
export const SUGGEST_PREFIX = 'suggest:';

const Source = /^([a-z][a-z-]{0,30})\.([a-z]{1,30})$/;

/** Which field of which command asks for suggestions; null for what is no source of ours. Untrusted. */
export function readSource(source: string): { readonly command: string; readonly field: string } | null {
  const [, command, field] = Source.exec(source) ?? [];
  return command === undefined || field === undefined ? null : { command, field };
}

/** Prefix of form fields, so that no field's name can stand in for a payload key. */
export const FIELD_PREFIX = 'field.';

/** Where a card hangs: its copy (null on private answers) and the digest of what it shows. */
export interface Binding {
  readonly copy: CopyId | null;
  readonly cardDigest: Sha256 | null;
  /** Where this chat finds the pictures of the card, by `pictureKey`; one that is not there is said in words. */
  readonly pictures?: ReadonlyMap<string, string>;
}

/** The payload for a button that sits on a bound card. */
export function payloadOf(target: Target, binding: Binding): ButtonPayload | BulkPayload | CommandPayload {
  if (target.kind === 'command') return { v: 1, command: target.command, words: target.words };
  const shown = binding.cardDigest === null ? {} : { cardDigest: binding.cardDigest };
  if (target.kind === 'bulk')
    return { v: 1, items: target.items.map(({ approval: a, actionDigest: d }) => ({ a, d })), ...shown };
  const { approval, version, actionDigest, page } = target;
  const at = page === undefined ? {} : { page };
  return { v: 1, approval, version, actionDigest, ...shown, copy: binding.copy, ...at };
}

/** Verb and parsed payload into a press; null when either is not ours. */
export function readPress(verb: unknown, payload: unknown): Press | null {
  if (verb === 'command') {
    const parsed = CommandPayload.safeParse(payload);
    return parsed.success ? { kind: 'command', payload: parsed.data } : null;
  }
  const several = BulkVerb.safeParse(verb);
  if (several.success) {
    const parsed = BulkPayload.safeParse(payload);
    return parsed.success ? { kind: 'bulk', verb: several.data, payload: parsed.data } : null;
  }
  const known = ApprovalVerb.safeParse(verb);
  const parsed = ButtonPayload.safeParse(payload);
  return known.success && parsed.success
    ? { kind: 'approval', verb: known.data, payload: parsed.data }
    : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

/**
 * An overflow option's value is 150 characters at most
 * (https://docs.slack.dev/reference/block-kit/composition-objects/option-object), so it is packed:
 * verb, approval, version, action digest, copy.
 */
export function packMenuValue(verb: Verb, target: Target, binding: Binding): string {
  if (target.kind === 'command') return ['command', target.command, target.words].join(' ');
  if (target.kind === 'bulk') throw new Error('several requests have no room in a menu');
  const copy = binding.copy === null ? '-' : binding.copy.slice('cpy_'.length);
  const approval = target.approval.slice('apr_'.length);
  return [verb, approval, target.version, target.actionDigest, copy].join(' ');
}

function unpackMenuValue(value: string): Press | null {
  const [verb, ...rest] = value.split(' ');
  if (verb === 'command') return readPress(verb, { v: 1, command: rest[0], words: rest.slice(1).join(' ') });
  const [approval, version, actionDigest, copy, ...more] = rest;
  if (more.length > 0 || !/^\d{1,10}$/.test(version ?? '')) return null;
  return readPress(verb, {
    v: 1,
    approval: `apr_${approval ?? ''}`,
    version: Number(version),
    actionDigest,
    copy: copy === '-' ? null : `cpy_${copy ?? ''}`,
  });
}

/** A Slack `block_actions` action (`actions[0]`) as a press; null when it is not ours. */
export function readSlackAction(action: {
  action_id?: string;
  value?: string | undefined;
  selected_option?: { value?: string } | null | undefined;
}): Press | null {
  if (action.action_id === MENU_ACTION) return unpackMenuValue(action.selected_option?.value ?? '');
  // A row of buttons may hold several of one verb: after a colon stands only which one it is.
  return readPress(action.action_id?.split(':')[0], parseJson(action.value ?? ''));
}

/** A submitted Slack view's `private_metadata` as the press that its form belongs to. */
export function readSlackView(view: { callback_id?: string; private_metadata?: string }): Press | null {
  return readPress(view.callback_id, parseJson(view.private_metadata ?? ''));
}

const SlackValue = z.object({
  value: z.string().nullish(),
  selected_option: z.object({ value: z.string() }).nullish(),
  selected_user: z.string().nullish(),
  selected_options: z.array(z.object({ value: z.string() })).nullish(),
});

/** What was typed, by field name, from `view.state.values`; anything that is no field of ours is left out. */
export function readSlackFields(values: unknown): Record<string, string> {
  const blocks = z.record(z.string(), z.record(z.string(), z.unknown())).safeParse(values);
  if (!blocks.success) return {};
  const fields = Object.entries(blocks.data).flatMap(([block, elements]) => {
    const parsed = SlackValue.safeParse(Object.values(elements)[0]);
    if (!block.startsWith(FIELD_PREFIX) || !parsed.success) return [];
    const { value, selected_option: option, selected_user: user, selected_options: several } = parsed.data;
    const text = value ?? option?.value ?? user ?? several?.map((one) => one.value).join(',') ?? '';
    return [[block.slice(FIELD_PREFIX.length), text] as const];
  });
  return Object.fromEntries(fields);
}

/** Teams: the `data` of Action.Execute, Action.Submit (`task/fetch`) or a submitted dialog, as a press. */
export function readTeamsData(data: unknown): Press | null {
  const parsed = z.looseObject({ verb: z.string(), payload: z.unknown() }).safeParse(data);
  return parsed.success ? readPress(parsed.data.verb, parsed.data.payload) : null;
}

/** What was typed into a Teams dialog, by field name. Teams mixes the fields into the submitted data. */
export function readTeamsFields(data: unknown): Record<string, string> {
  const parsed = z.record(z.string(), z.unknown()).safeParse(data);
  if (!parsed.success) return {};
  const fields = Object.entries(parsed.data).filter(
    (entry): entry is [string, string] => entry[0].startsWith(FIELD_PREFIX) && typeof entry[1] === 'string',
  );
  return Object.fromEntries(fields.map(([name, text]) => [name.slice(FIELD_PREFIX.length), text]));
}
