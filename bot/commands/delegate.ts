import { delegationForm, delegationsCard } from '../../cards/delegations-card.ts';
import { DelegationId } from '../../core/ids.ts';
import type { Refusal } from '../../core/views.ts';
import { readWhen } from '../../core/when.ts';
import type { Answered, Command, CommandContext } from '../command.ts';
import { namedDelegate, possibleDelegates } from '../named-person.ts';
import { refusal } from '../words.ts';

interface Said {
  readonly to: string;
  readonly from: string;
  readonly until: string;
}

const WORDS = /^(?<to>.+?)\s+(?:(?:from|von|ab)\s+(?<from>.+?)\s+)?(?:until|till|bis)\s+(?<until>.+)$/is;

const no = (why: string, detail: Refusal['detail'] = {}): { refusal: Refusal; subject: string } => ({
  refusal: refusal('arguments_refused', { why, ...detail }),
  subject: 'delegate',
});

/** `@ben until Friday`, `@ben from 1 Dec until 4 Dec`, or the form's fields; null when it is neither. */
function readWords({ words, fields }: CommandContext['request']): Said | null {
  if (fields !== undefined)
    return { to: fields['to'] ?? '', from: fields['from'] ?? '', until: fields['until'] ?? '' };
  const found = WORDS.exec(words.trim())?.groups;
  return found ? { to: found['to'] ?? '', from: found['from'] ?? '', until: found['until'] ?? '' } : null;
}

async function list({ stores, tenant, person }: CommandContext): Promise<Answered> {
  const view = await stores.delegations.of(tenant, person.id);
  return { kind: 'card', done: true, audience: 'private', card: delegationsCard(view, person.language) };
}

const WHOLE_DAY = 24 * 60;

/** By the clocks of whoever speaks; a day counts whole, at either end. */
async function create(context: CommandContext, said: Said): Promise<Answered> {
  const { stores, tenant, person } = context;
  const { timeZone } = person;
  const nowMs = Date.now();
  const to = await namedDelegate(context, said.to);
  if ('reason' in to) return { refusal: to, subject: 'delegate' };
  const untilMs = readWhen(said.until, { nowMs, timeZone, dayMeans: WHOLE_DAY });
  const begins = said.from.trim() === '' ? null : readWhen(said.from, { nowMs, timeZone, dayMeans: 0 });
  if (untilMs === null) return no('time-unclear', { said: said.until.slice(0, 60) });
  if (begins === null && said.from.trim() !== '') return no('time-unclear', { said: said.from.slice(0, 60) });
  // Today, from its midnight on, is from now on.
  const isToday =
    begins !== null && begins <= nowMs && readWhen('today', { nowMs, timeZone, dayMeans: 0 }) === begins;
  const fromMs = isToday ? null : begins;
  const made = await stores.delegations.create(tenant, { from: person.id, to: to.id, fromMs, untilMs });
  return made.ok ? list(context) : no(made.why);
}

/** The only one, or the one that is named. */
async function end(context: CommandContext, named: string): Promise<Answered> {
  const { stores, tenant, person } = context;
  const { mine } = await stores.delegations.of(tenant, person.id);
  const id = DelegationId.safeParse(named === '' && mine.length === 1 ? mine[0]?.id : named);
  // More than one: the card has a button for each.
  if (named === '' && mine.length > 1) return list(context);
  if (!id.success || !(await stores.delegations.end(tenant, id.data, person.id))) return no('no-window');
  return list(context);
}

async function answer(context: CommandContext): Promise<Answered> {
  const { request, person } = context;
  const [first = '', second = '', ...more] = request.words.trim().split(/\s+/);
  const verb = first.toLowerCase();
  if (request.fields === undefined) {
    if (verb === '') return list(context);
    if (verb === 'end' && more.length === 0) return end(context, second);
    if (verb === 'new' && second === '') {
      const form = delegationForm(await possibleDelegates(context), person.language);
      return { kind: 'form', form, binding: { copy: null, cardDigest: null } };
    }
  }
  const said = readWords(request);
  return said === null ? no('window-unclear') : create(context, said);
}

export const delegate: Command = {
  name: 'delegate',
  takes: '[@who [from <when>] until <when> | end]',
  purpose: 'While you are away, asks somebody else who may sign as well; alone, lists your delegations.',
  example: 'delegate @ben until Friday',
  permission: 'delegate',
  run: answer,
};
