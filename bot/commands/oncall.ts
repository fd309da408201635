import type { Form } from '../../cards/model.ts';
import { oncallCard } from '../../cards/oncall-card.ts';
import { importForm, overrideForm, seenIn, setForm } from '../../cards/oncall-forms.ts';
import { OverrideId } from '../../core/ids.ts';
import { weeklyPlan } from '../../core/on-call/plan.ts';
import { PLACES, type Place, type Rotation } from '../../core/on-call/types.ts';
import type { OnCallView } from '../../core/on-call/views.ts';
import type { Person } from '../../core/people.ts';
import type { Refusal } from '../../core/views.ts';
import { readWhen } from '../../core/when.ts';
import { isTimeZone } from '../../core/working-time.ts';
import { readCalendar } from '../../platform/on-call/read-calendar.ts';
import type { OnCallSet } from '../../platform/stores.ts';
import type { Answered, Command, CommandContext } from '../command.ts';
import { namedMember } from '../named-person.ts';
import { whoseShifts } from '../oncall-shifts.ts';
import { refusal } from '../words.ts';

const SUBJECT = 'oncall';
const no = (why: string, detail: Refusal['detail'] = {}): Answered => ({
  refusal: refusal('arguments_refused', { why, ...detail }),
  subject: SUBJECT,
});
const NOT_PERMITTED: Answered = { refusal: refusal('not_permitted', { verb: 'oncall' }), subject: SUBJECT };
const asks = (form: Form): Answered => ({ kind: 'form', form, binding: { copy: null, cardDigest: null } });
const refused = (one: Refusal): Answered => ({ refusal: one, subject: SUBJECT });

const mayChange = ({ may }: CommandContext, team: string): boolean => may('change-oncall', { team });

async function show(context: CommandContext): Promise<Answered> {
  const { stores, tenant, person } = context;
  const view = await stores.onCall.view(tenant);
  const places = view.rotations
    .filter(({ rotation }) => mayChange(context, rotation.team))
    .map(({ rotation }) => rotation.place);
  const may = { any: mayChange(context, person.team), places };
  const card = oncallCard(view, may, person.language);
  return { kind: 'card', done: true, audience: 'private', card };
}

const shownAfter = (context: CommandContext, done: OnCallSet): Promise<Answered> | Answered =>
  done.ok ? show(context) : no(done.why);

const rotationAt = ({ rotations }: OnCallView, place: Place): Rotation | null =>
  rotations.find(({ rotation }) => rotation.place === place)?.rotation ?? null;

const placeOf = (said: string | undefined): Place =>
  PLACES.find((one) => one === said?.toLowerCase()) ?? 'first';

/** `first …`, `second …`, or neither: the first is meant. */
function readPlace(words: string): { readonly place: Place; readonly rest: string } {
  const [, place, rest = ''] = /^(?:(first|second)\b)?\s*(.*)$/is.exec(words.trim()) ?? [];
  return { place: placeOf(place), rest: rest.trim() };
}

/** What is there at the place, as long as whoever replaces it has seen it and may; null: nothing is there. */
async function replaced(
  context: CommandContext,
  place: Place,
): Promise<{ readonly there: Rotation | null } | { readonly answered: Answered }> {
  const { stores, tenant, request } = context;
  const there = rotationAt(await stores.onCall.view(tenant), place);
  if (there !== null && !mayChange(context, there.team)) return { answered: NOT_PERMITTED };
  // A form was opened over what there was then.
  if (request.fields !== undefined && there !== null && !seenIn(request.words).includes(there.id))
    return { answered: no('oncall-stale') };
  return { there };
}

/** Whoever is put on call works where the right of whoever puts them reaches. */
const notTheirs = (context: CommandContext, people: readonly Person[]): Person | null =>
  people.find(({ team }) => !mayChange(context, team)) ?? null;

async function everyNamed(context: CommandContext, said: string): Promise<readonly Person[] | Refusal> {
  const found: Person[] = [];
  for (const words of said.split(/\s*[,;\n]\s*|\s+(?=<?@)/).filter((one) => one !== '')) {
    const one = await namedMember(context, words);
    if ('reason' in one) return one;
    found.push(one);
  }
  return found;
}

interface Wished {
  readonly place: Place;
  readonly people: string;
  readonly handOver: string;
  readonly timeZone: string;
  readonly team: string;
}

/** When it is handed over where nobody says so. */
const USUAL = 'monday 09:00';

function readWished({ person, request: { words, fields } }: CommandContext, said: string): Wished | null {
  const own = { timeZone: person.timeZone, team: person.team };
  if (fields !== undefined)
    return {
      ...{ place: placeOf(fields['place']), people: fields['people'] ?? '' },
      handOver: fields['handOver']?.trim() || USUAL,
      timeZone: fields['timeZone']?.trim() || own.timeZone,
      team: fields['team']?.trim() || own.team,
    };
  const { place, rest } = readPlace(said);
  const [, people = '', every] = /^(.*?)(?:\s+(?:every|jeden?)\s+(.+))?$/is.exec(rest) ?? [];
  return words === '' || people === '' ? null : { place, people, handOver: every ?? USUAL, ...own };
}

async function set(context: CommandContext, said: string): Promise<Answered> {
  const wished = readWished(context, said);
  if (wished === null) return asks(setForm(await context.stores.onCall.view(context.tenant), context.person));
  const { stores, tenant, person } = context;
  const { place, team, timeZone } = wished;
  if (!mayChange(context, team)) return NOT_PERMITTED;
  if (!isTimeZone(timeZone)) return no('oncall-zone', { said: timeZone.slice(0, 60) });
  const now = await replaced(context, place);
  if ('answered' in now) return now.answered;
  const nowMs = Date.now();
  const handOverMs = readWhen(wished.handOver, { nowMs, timeZone, dayMeans: 9 * 60 });
  if (handOverMs === null) return no('time-unclear', { said: wished.handOver.slice(0, 60) });
  const people = await everyNamed(context, wished.people);
  if ('reason' in people) return refused(people);
  const other = notTheirs(context, people);
  if (other !== null) return no('oncall-not-yours', { name: other.name });
  const order = people.map(({ id }) => id);
  const plan = weeklyPlan(order, handOverMs, { timeZone, nowMs });
  const replaces = now.there?.id ?? null;
  return shownAfter(
    context,
    await stores.onCall.set(tenant, { place, team, timeZone, plan, by: person.id, replaces }),
  );
}

async function importCalendar(context: CommandContext): Promise<Answered> {
  const { stores, tenant, person, request } = context;
  const { fields } = request;
  if (fields === undefined) return asks(importForm(await stores.onCall.view(tenant), person));
  const place = placeOf(fields['place']);
  const timeZone = fields['timeZone']?.trim() || person.timeZone;
  const { team } = person;
  if (!mayChange(context, team)) return NOT_PERMITTED;
  if (!isTimeZone(timeZone)) return no('oncall-zone', { said: timeZone.slice(0, 60) });
  const now = await replaced(context, place);
  if ('answered' in now) return now.answered;
  const read = readCalendar(fields['calendar'] ?? '', { timeZone, nowMs: Date.now() });
  if ('why' in read) return no(read.why);
  const whose = whoseShifts(read.events, await stores.people.everyone(tenant));
  if ('unclear' in whose) return no('oncall-whose', { said: whose.unclear.slice(0, 60) });
  const other = notTheirs(context, whose.people);
  if (other !== null) return no('oncall-not-yours', { name: other.name });
  const plan = { kind: 'shifts', shifts: whose.shifts.toSorted((a, b) => a.fromMs - b.fromMs) } as const;
  const replaces = now.there?.id ?? null;
  return shownAfter(
    context,
    await stores.onCall.set(tenant, { place, team, timeZone, plan, by: person.id, replaces }),
  );
}

interface Window {
  readonly place: Place;
  readonly who: string;
  readonly from: string;
  readonly until: string;
}

const OVERRIDE = /^(?<who>.+?)\s+(?:(?:from|von|ab)\s+(?<from>.+?)\s+)?(?:until|till|bis)\s+(?<until>.+)$/is;

function readWindow({ request: { fields } }: CommandContext, said: string): Window | null {
  if (fields !== undefined)
    return {
      ...{ place: placeOf(fields['place']), who: fields['who'] ?? '' },
      ...{ from: fields['from']?.trim() ?? '', until: fields['until'] ?? '' },
    };
  const { place, rest } = readPlace(said);
  const found = OVERRIDE.exec(rest)?.groups;
  return found
    ? { place, who: found['who'] ?? '', from: found['from'] ?? '', until: found['until'] ?? '' }
    : null;
}

const WHOLE_DAY = 24 * 60;

function readTimes(
  { person: { timeZone } }: CommandContext,
  { from, until }: Window,
): { readonly fromMs: number | null; readonly untilMs: number } | { readonly unclear: string } {
  const nowMs = Date.now();
  const untilMs = readWhen(until, { nowMs, timeZone, dayMeans: WHOLE_DAY });
  if (untilMs === null) return { unclear: until };
  const begins = from === '' ? null : readWhen(from, { nowMs, timeZone, dayMeans: 0 });
  if (begins === null && from !== '') return { unclear: from };
  return { fromMs: begins !== null && begins <= nowMs ? null : begins, untilMs };
}

async function override(context: CommandContext, said: string): Promise<Answered> {
  const { stores, tenant, person } = context;
  const window = readWindow(context, said);
  if (window === null && said !== '') return no('oncall-unclear');
  const view = await stores.onCall.view(tenant);
  if (window === null) {
    const everyone = await stores.people.everyone(tenant);
    const theirs = everyone.filter(({ team }) => mayChange(context, team));
    return asks(overrideForm(theirs, person));
  }
  const rotation = rotationAt(view, window.place);
  if (rotation === null) return no('oncall-none', { place: window.place });
  if (!mayChange(context, rotation.team)) return NOT_PERMITTED;
  const times = readTimes(context, window);
  if ('unclear' in times) return no('time-unclear', { said: times.unclear.slice(0, 60) });
  const who = await namedMember(context, window.who);
  if ('reason' in who) return refused(who);
  if (notTheirs(context, [who]) !== null) return no('oncall-not-yours', { name: who.name });
  const asked = { rotation: rotation.id, person: who.id, ...times, by: person.id };
  return shownAfter(context, await stores.onCall.override(tenant, asked));
}

/** A rotation by its place, an override by its id. */
async function end(context: CommandContext, said: string): Promise<Answered> {
  const { stores, tenant, person } = context;
  const view = await stores.onCall.view(tenant);
  const id = OverrideId.safeParse(said).data;
  const found = view.rotations.find(({ rotation, overrides }) =>
    id === undefined ? rotation.place === said.toLowerCase() : overrides.some((one) => one.id === id),
  );
  if (found === undefined) return id === undefined ? no('oncall-unclear') : no('oncall-stale');
  if (!mayChange(context, found.rotation.team)) return NOT_PERMITTED;
  const ended =
    id === undefined
      ? await stores.onCall.end(tenant, found.rotation.id, person.id)
      : await stores.onCall.endOverride(tenant, id, person.id);
  return ended ? show(context) : no('oncall-stale');
}

export const oncall: Command = {
  name: 'oncall',
  takes:
    '[set [first|second] <who>, <who> [every <day time>] | override [first|second] <who> [from <when>] until <when> | import | end first|second]',
  purpose: 'Who is asked when something is wrong, now and next; sets it, week by week or from a calendar.',
  example: 'oncall set first @ada, @ben every Monday 09:00',
  permission: 'oncall',
  run: async (context) => {
    const [, verb = '', rest = ''] = /^(\S*)\s*(.*)$/s.exec(context.request.words.trim()) ?? [];
    const act = verb.toLowerCase();
    if (act === '') return show(context);
    // Nobody gets a form for what they may not do.
    if (!mayChange(context, context.person.team)) return NOT_PERMITTED;
    if (act === 'set') return set(context, rest.trim());
    if (act === 'import') return importCalendar(context);
    if (act === 'override') return override(context, rest.trim());
    return act === 'end' ? end(context, rest.trim()) : no('oncall-unclear');
  },
};
