import { incidentHeadline } from '../cards/incident-event-card.ts';
import { incidentSubject, incidentTitle, incidentWordsIn } from '../cards/incident-card.ts';
import type { CommandField } from '../cards/command-form.ts';
import { IncidentId } from '../core/ids.ts';
import type { IncidentState } from '../core/incident/types.ts';
import type { Verb } from '../core/roles.ts';
import type { PersonalEvent } from '../platform/stores.ts';
import { messagesHere } from './about-here.ts';
import { askFor } from './ask-for.ts';
import type { Answered, Command, CommandContext, Suggests } from './command.ts';
import { agentResource } from './named-agent.ts';
import { refusal } from './words.ts';
import { withSuggestions } from './with-suggestions.ts';

/** What follows the verb: the incident, where it is named, and the rest as it was typed. */
interface Said {
  readonly named: string;
  readonly rest: string;
}

function readWords({ words, fields }: CommandContext['request']): Said {
  const [, named = '', rest = ''] = /^\s*(inc_\S*)?\s*([\s\S]*)$/i.exec(words) ?? [];
  return { named: (named || fields?.['incident'] || '').trim(), rest: rest.trim() };
}

/** An incident as the roles table sees it: its agent's; one of everything belongs to no team. */
export function mayOnIncident(
  context: CommandContext,
  verb: Verb,
  { agent }: Pick<IncidentState, 'agent'>,
): boolean {
  const contract = context.agents.find(({ name }) => name === agent);
  return context.may(verb, contract === undefined ? {} : agentResource(contract));
}

/** Those that this person may do it to, the worst first. */
export const suggestIncidents =
  (verb: Verb): Suggests =>
  async (context, typed) => {
    const say = incidentWordsIn(context.person.language ?? 'en');
    const open = await context.stores.incidents.open(context.tenant);
    return open
      .filter((state) => mayOnIncident(context, verb, state))
      .map((state) => ({ value: state.id as string, label: incidentTitle(say, state).slice(0, 75) }))
      .filter(({ value, label }) => `${value} ${label}`.toLowerCase().includes(typed.toLowerCase()));
  };

/** One verb of this family: its form, and what it asks the machine for. */
export interface IncidentVerb {
  readonly command: () => Command;
  readonly right: Verb;
  readonly title: (say: ReturnType<typeof incidentWordsIn>['form']) => string;
  readonly means?: (say: ReturnType<typeof incidentWordsIn>['form']) => string;
  /** The field beside the incident's, where the verb needs one. */
  readonly field?: (context: CommandContext) => CommandField;
  /** Null: what is needed is missing, so it is asked for. */
  readonly event: (
    context: CommandContext,
    rest: string,
  ) => PersonalEvent | { readonly refusal: Answered } | null;
}

async function ask(context: CommandContext, verb: IncidentVerb, known: IncidentId | null): Promise<Answered> {
  const { language } = context.person;
  const { form } = incidentWordsIn(language ?? 'en');
  const command = verb.command();
  const which: CommandField = { name: 'incident', label: form.incident, placeholder: form.incidentHint };
  const fields = [
    ...(known === null ? [await withSuggestions(context, command, which)] : []),
    ...(verb.field === undefined ? [] : [verb.field(context)]),
  ];
  const means = verb.means?.(form);
  const title = verb.title(form);
  const questions = { command: command.name, words: known ?? '', title, fields };
  return { kind: 'form', ...askFor({ ...questions, ...(means === undefined ? {} : { means }) }, language) };
}

async function record(
  context: CommandContext,
  state: IncidentState,
  event: PersonalEvent,
): Promise<Answered> {
  const { stores, tenant, person } = context;
  const done = await stores.incidents.act(tenant, state.id, event);
  if (!done.ok)
    return {
      refusal: refusal(done.reason, { ...done.detail, ...(done.why ? { why: done.why } : {}) }),
      subject: state.id,
    };
  const language = person.language ?? 'en';
  const say = incidentWordsIn(language);
  const about = incidentSubject(say, done.state);
  const [what] = done.happened;
  const text =
    what === undefined
      ? say.already(about)
      : say.recorded(incidentHeadline(say, what), about, `#${done.ledgerSeq}`);
  return { kind: 'text', done: true, text, language };
}

/**
 * Finds the incident by its id, by the thread or the card it is said on, or asks; then rights, by the roles table and for
 * this very incident; then the machine. Another tenant's and one that never was read alike.
 */
export async function onIncident(context: CommandContext, verb: IncidentVerb): Promise<Answered> {
  const { stores, tenant, request } = context;
  const { named, rest } = readWords(request);
  const at = named === '' ? messagesHere(context) : null;
  const here = at === null ? null : await stores.incidents.about(tenant, at);
  const id = named === '' ? here : (IncidentId.safeParse(named).data ?? null);
  if (id === null) return named === '' ? ask(context, verb, null) : { refusal: refusal('not_found') };
  const state = await stores.incidents.get(tenant, id);
  if (state === null) return { refusal: refusal('not_found'), subject: id };
  if (!mayOnIncident(context, verb.right, state))
    return { refusal: refusal('not_permitted', { verb: request.verb }), subject: id };
  const event = verb.event(context, rest);
  if (event === null) return ask(context, verb, id);
  return 'refusal' in event ? event.refusal : record(context, state, event);
}
