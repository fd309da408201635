import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject } from '../../core/canonical-json.ts';
import { MENU_ACTION } from '../../cards/payload.ts';
import type { CastId } from '../../local/workspace/cast-types.ts';
import type { Actor, Control } from '../../local/workspace/control.ts';
import type { ClickOptions } from '../../local/workspace/slack-api/client.ts';
import { elementsOf, optionsOf } from '../../local/workspace/slack-api/elements-of.ts';
import type { SlackMessage, SlackView } from '../../local/workspace/state/slack-types.ts';
import type { TeamsMessage } from '../../local/workspace/teams-api/store.ts';

/** What a click came to, by the words the person got. */
export type Told =
  /** "Recorded. ... Ledger #N." */
  | { readonly kind: 'recorded'; readonly seq: number; readonly text: string }
  | { readonly kind: 'refused'; readonly text: string }
  /** Not confirmed, unreachable or silent: a person clicks again. */
  | { readonly kind: 'again'; readonly text: string };

export type Seen =
  | { readonly chat: 'slack'; readonly message: SlackMessage }
  | { readonly chat: 'teams'; readonly message: TeamsMessage };

export type Choice =
  | { readonly verb: 'approve' }
  | { readonly verb: 'decline'; readonly fields: Readonly<Record<string, string>> }
  | { readonly verb: 'edit'; readonly fields: Readonly<Record<string, string>> };

const AGAIN = /click again|try again|went wrong|takes longer|did not open the form|on its way/i;
/** How long a person waits for a word after the button stopped spinning. */
const WORD_MS = 4_000;

export function understand(text: string): Told {
  const seq = /Recorded\..*Ledger #(\d+)/s.exec(text)?.[1];
  if (seq !== undefined) return { kind: 'recorded', seq: Number(seq), text };
  return AGAIN.test(text) || text.trim() === '' ? { kind: 'again', text } : { kind: 'refused', text };
}

const again = (text: string): Told => ({ kind: 'again', text });

/** Every text in blocks or in a view. */
export function textIn(value: unknown): string {
  if (Array.isArray(value)) return value.map(textIn).filter(Boolean).join(' ');
  if (value === null || typeof value !== 'object') return '';
  return Object.entries(value)
    .map(([key, item]) => (key === 'text' && typeof item === 'string' ? item : textIn(item)))
    .filter(Boolean)
    .join(' ');
}

async function soon<T>(look: () => Promise<T | null | undefined>): Promise<T | null> {
  for (const until = Date.now() + WORD_MS; Date.now() < until; await sleep(60)) {
    const found = await look();
    if (found) return found;
  }
  return null;
}

async function clickInSlack(control: Control, who: CastId, message: SlackMessage): Promise<Told> {
  const heard = (await control.ephemerals(who)).length;
  const sent = await control.asPerson(who).slackClick(message.ts, 'approve', { onScreen: message.blocks });
  if (!sent.ok) return again(`Slack: ${sent.why}`);
  const word = await soon(async () => (await control.ephemerals(who)).slice(heard).at(-1));
  return word ? understand(word.text || textIn(word.blocks)) : again('silence');
}

/** A verb has a button of its own, or stands in the card's menu. */
function placeOf(message: SlackMessage, verb: string): [string, ClickOptions] {
  const onScreen = message.blocks;
  const placed = elementsOf(onScreen).map(({ element }) => element);
  if (placed.some((e) => e['action_id'] === verb)) return [verb, { onScreen }];
  const option = placed.flatMap(optionsOf).find((o) => String(o['value']).startsWith(`${verb} `));
  return [MENU_ACTION, { onScreen, option: String(option?.['value']) }];
}

const modalOf = async (person: Actor, known: ReadonlySet<string>): Promise<SlackView | undefined> =>
  (await person.slackViews()).find((v) => !known.has(v.id) && v.content['submit'] !== undefined);

async function formInSlack(
  control: Control,
  who: CastId,
  message: SlackMessage,
  choice: Exclude<Choice, { verb: 'approve' }>,
): Promise<Told> {
  const person = control.asPerson(who);
  for (const left of await person.slackViews()) await person.slackClose(left.id);
  const known = new Set((await person.slackViews()).map((v) => v.id));
  const heard = (await control.ephemerals(who)).length;
  const sent = await person.slackClick(message.ts, ...placeOf(message, choice.verb));
  if (!sent.ok) return again(`Slack: ${sent.why}`);
  // A refusal comes as words instead of a form.
  const got = await soon(async () => {
    const view = await modalOf(person, known);
    if (view) return { view, words: null };
    const word = (await control.ephemerals(who)).slice(heard).at(-1);
    return word ? { view: null, words: word.text || textIn(word.blocks) } : null;
  });
  if (!got?.view) return got?.words ? understand(got.words) : again('no form');
  const handedIn = await person.slackSubmit(got.view, choice.fields);
  if (!handedIn.ok) return again(JSON.stringify(handedIn.errors));
  const { id } = got.view;
  const after = (await person.slackViews()).find((v) => v.id === id);
  const told = after ? understand(textIn(after.content['blocks'])) : again('the form closed without a word');
  await person.slackClose(id).catch(() => null);
  return told;
}

async function inTeams(control: Control, who: CastId, message: TeamsMessage, choice: Choice): Promise<Told> {
  const person = control.asPerson(who);
  const first = await person.teamsClick(message, choice.verb);
  if (first.answer.status !== 200) return again(`Teams: ${first.answer.status}`);
  if (choice.verb === 'approve' || !first.dialog) return understand(first.said?.text ?? '');
  const second = await person.teamsSubmit(first, choice.fields);
  if (second.answer.status !== 200) return again(`Teams: ${second.answer.status}`);
  return second.dialog
    ? again(textIn(second.dialog.card as JsonObject))
    : understand(second.said?.text ?? '');
}

/** One try of one person on one card. Never throws: a chat that cannot be reached is a reason to click again. */
export async function act(control: Control, who: CastId, seen: Seen, choice: Choice): Promise<Told> {
  try {
    if (seen.chat === 'teams') return await inTeams(control, who, seen.message, choice);
    return choice.verb === 'approve'
      ? await clickInSlack(control, who, seen.message)
      : await formInSlack(control, who, seen.message, choice);
  } catch (error) {
    return again(error instanceof Error ? error.message : String(error));
  }
}
