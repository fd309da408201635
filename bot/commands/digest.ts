import { digestListCard, digestsCard } from '../../cards/digest-list-card.ts';
import { digestPostCard } from '../../cards/digest-post-card.ts';
import type { DigestScope } from '../../core/digest/digest.ts';
import { periodDue, readPeriod, type Every } from '../../core/digest/period.ts';
import { COUNTS, type Count } from '../../core/digest/rows.ts';
import { digestScopeFor, mayReadDigest } from '../../core/digest/whose.ts';
import { SubscriptionId } from '../../core/ids.ts';
import { isTimeZone } from '../../core/working-time.ts';
import type { Answered, Command, CommandContext } from '../command.ts';
import { refusal } from '../words.ts';

const NOT_PERMITTED: Answered = { refusal: refusal('not_permitted', { verb: 'digest' }), subject: 'digest' };
const unclear = (said: string): Answered => ({
  refusal: refusal('arguments_refused', { why: 'digest-unclear', said: said.slice(0, 60) }),
  subject: 'digest',
});

const EVERY: Readonly<Record<string, Every>> = {
  daily: 'day',
  täglich: 'day',
  weekly: 'week',
  wöchentlich: 'week',
};

interface Wished {
  readonly every: Every;
  readonly team: string | null;
}

/** `[daily|weekly] [team]`, in this order; a team may have spaces. */
function readWished(words: string): Wished {
  const [first = '', ...rest] = words.trim().split(/\s+/);
  const every = EVERY[first.toLowerCase()];
  const team = (every === undefined ? [first, ...rest] : rest).join(' ').trim();
  return { every: every ?? 'week', team: team === '' ? null : team };
}

/** The newest that is over, for whom it is asked: their own team's, unless they name another and may read it. */
async function preview({ stores, tenant, person }: CommandContext, wished: Wished): Promise<Answered> {
  const scope = digestScopeFor(person, tenant, wished.team);
  if (scope === null) return NOT_PERMITTED;
  const period = periodDue(wished.every, person.timeZone, Date.now());
  const { costs } = mayReadDigest(person, tenant, scope);
  const digest = await stores.digests.count(tenant, { period, scope, costs });
  const card = digestPostCard(digest, { kind: 'preview' }, person.language);
  return { kind: 'card', done: true, audience: 'private', card };
}

async function list(
  { stores, tenant, person }: CommandContext,
  news: Parameters<typeof digestsCard>[1] = null,
): Promise<Answered> {
  const all = await stores.digests.of(tenant, person.id);
  return { kind: 'card', done: true, audience: 'private', card: digestsCard(all, news, person.language) };
}

/** To where it was typed. In Slack's own tab nothing can be posted: then to the person. */
async function subscribe(context: CommandContext, wished: Wished): Promise<Answered> {
  const { stores, tenant, person, request } = context;
  const scope = digestScopeFor(person, tenant, wished.team);
  // What somebody asked for themselves is no team's: there is nothing to send every week.
  if (scope === null || scope.kind === 'own') return NOT_PERMITTED;
  const { platform, workspace, account } = request.caller;
  const { place } = request;
  const direct = platform === 'slack' && place.kind !== 'channel';
  const { isNew, nextMs } = await stores.digests.subscribe(tenant, {
    ...{ person: person.id, every: wished.every, team: scope.kind === 'team' ? scope.team : null },
    ...{ platform, workspace, conversation: direct ? account : place.conversation },
  });
  return list(context, { words: isNew ? 'new' : 'already', nextMs });
}

/** The only one, or the one that is named. */
async function unsubscribe(context: CommandContext, named: string): Promise<Answered> {
  const { stores, tenant, person } = context;
  const mine = await stores.digests.of(tenant, person.id);
  const id = SubscriptionId.safeParse(named === '' && mine.length === 1 ? mine[0]?.id : named);
  if (named === '' && mine.length !== 1) return list(context);
  if (!id.success || !(await stores.digests.unsubscribe(tenant, person.id, id.data))) return unclear(named);
  return list(context);
}

const SHOW = /^(\w+) (\d{1,4}) ((?:day|week) \d{4}-\d\d-\d\d) (\S+) (.+)$/;

const readScope = (token: string, { person }: CommandContext): DigestScope =>
  token === '*'
    ? { kind: 'all' }
    : token === '@me'
      ? { kind: 'own', person: person.id }
      : { kind: 'team', team: token };

/** What a number was counted from, as far as whoever presses may read that digest: it may hang in a channel. */
async function show(context: CommandContext, words: string): Promise<Answered> {
  const { stores, tenant, person } = context;
  const [, name = '', page = '1', key = '', timeZone = '', token = ''] = SHOW.exec(words) ?? [];
  const count = COUNTS.find((one) => one === name) as Count | undefined;
  const period = isTimeZone(timeZone) ? readPeriod(key, timeZone, Date.now()) : null;
  if (count === undefined || period === null) return unclear(words);
  const scope = readScope(token, context);
  const { read, costs } = mayReadDigest(person, tenant, scope);
  if (!read || (count === 'cost' && !costs)) return NOT_PERMITTED;
  const counted = await stores.digests.list(tenant, { period, scope, count });
  const asked = { key, timeZone, scope, page: Number(page) };
  const card = digestListCard(count, counted, asked, person.language);
  return { kind: 'card', done: true, audience: 'private', card };
}

export const digest: Command = {
  name: 'digest',
  takes: '[daily|weekly] [team] | subscribe [daily|weekly] [team] | unsubscribe | list',
  purpose:
    'What the agents did, cost and asked in the last week or day; subscribe, and it comes here by itself.',
  example: 'digest',
  permission: 'digest',
  run: async (context) => {
    const [, verb = '', rest = ''] = /^(\S*)\s*(.*)$/s.exec(context.request.words.trim()) ?? [];
    switch (verb.toLowerCase()) {
      case 'subscribe':
        return subscribe(context, readWished(rest));
      case 'unsubscribe':
        return unsubscribe(context, rest.trim());
      case 'list':
        return list(context);
      case 'show':
        return show(context, rest.trim());
      default:
        return preview(context, readWished(context.request.words));
    }
  },
};
