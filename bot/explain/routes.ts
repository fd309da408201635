import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AgentContract } from '../../core/contract.ts';
import type { Explanation } from '../../core/explanation/types.ts';
import { Language, languageOf } from '../../core/language.ts';
import { LONGEST_REVIEW_WHY } from '../../core/person-question.ts';
import type { Log } from '../../platform/log.ts';
import type { FoundReviewLink, Stores } from '../../platform/stores.ts';
import { questionOf, typed } from '../ask-review.ts';
import { addressOf } from '../api/address.ts';
import type { Handler, Routes } from '../api/http.ts';
import type { Count } from '../api/metrics.ts';
import { readBody } from '../api/read-body.ts';
import type { RateLimit } from '../rate-limit.ts';
import { REVIEW_PAGE } from './links.ts';
import { showExplanation, showWords, type Notice } from './page.ts';
import { readExplanation } from './read-explanation.ts';
import { reviewPageWordsIn } from './words.ts';

export interface ReviewPageEdges {
  readonly stores: Stores;
  /** Every version of every agent that the code has. */
  readonly versions: readonly AgentContract[];
  readonly limit: RateLimit;
  /** In front of this process, each of which says whom it passed on. */
  readonly proxies: number;
  /** Where browsers reach the pages: forms come from there and from nowhere else. */
  readonly origin: string;
  readonly log: Log;
  readonly count: Count;
}

/** The longest request in the widest letters, as a form writes them. */
const FORM_BYTES = 16_000;

interface Asked {
  readonly secret: string;
  readonly language: Language;
}

const browsersLanguage = (req: IncomingMessage): Language =>
  languageOf((req.headers['accept-language'] ?? '').split(/[,;]/u)[0]) ?? 'en';

const askedIn = (req: IncomingMessage, params: URLSearchParams): Asked => ({
  secret: params.get('t') ?? '',
  language: Language.safeParse(params.get('language')).data ?? browsersLanguage(req),
});

/** All that does not hold reads alike: nobody learns which links there were. */
function showOver(res: ServerResponse, language: Language): void {
  const { overTitle: title, overMeans: text } = reviewPageWordsIn(language);
  showWords(res, 404, language, { title, text });
}

/** An entry of the ledger, once for each link: whoever tries it over and over does not fill one. */
async function recordRefused(
  { stores, count }: ReviewPageEdges,
  link: FoundReviewLink | null,
): Promise<void> {
  count('refusals', { reason: 'link_over', platform: 'page' });
  if (link === null || !(await stores.seen.firstTime(link.tenant, 'page', `review ${link.link}`))) return;
  await stores.approvals.recordRefusal(link.tenant, {
    ...{ subject: link.approval, person: null, account: null, verb: 'review', reason: 'link_over' },
  });
}

/** Too often: nothing is read or looked for. */
function showBusy({ count }: ReviewPageEdges, res: ServerResponse, language: Language, waitMs: number): void {
  count('refusals', { reason: 'rate_limited', platform: 'page' });
  const { busyTitle: title, busyMeans: text } = reviewPageWordsIn(language);
  res.setHeader('retry-after', String(Math.ceil(waitMs / 1_000)));
  showWords(res, 429, language, { title, text });
}

/**
 * Counted by where it comes from before anything is read or looked for: whoever guesses has no link yet that could be
 * counted. A link that holds is held off with the wrong ones, or it would show among them by that.
 */
const withinRate =
  (edges: ReviewPageEdges, handle: Handler): Handler =>
  async (req, res) => {
    const waitMs = await edges.limit(null, { address: addressOf(req, edges.proxies) });
    return waitMs > 0 ? showBusy(edges, res, browsersLanguage(req), waitMs) : handle(req, res);
  };

/** A link that holds, read within its rate; null: it was answered already. */
async function found(
  edges: ReviewPageEdges,
  res: ServerResponse,
  { secret, language }: Asked,
): Promise<FoundReviewLink | null> {
  const looked = await edges.stores.concerned.look(secret);
  if (looked.link !== null) {
    const waitMs = await edges.limit(looked.link.tenant, {
      token: `review ${looked.link.link.slice(0, 16)}`,
    });
    if (waitMs > 0) {
      showBusy(edges, res, language, waitMs);
      return null;
    }
  }
  if (looked.ok) return looked.link;
  await recordRefused(edges, looked.link);
  showOver(res, language);
  return null;
}

/** People decided it, and the person concerned has not asked yet. */
const isOpen = ({ deeds, status, erased, reviews }: Explanation, { used }: FoundReviewLink): boolean =>
  !used &&
  !erased &&
  status !== 'pending' &&
  deeds.some(({ did }) => did !== 'changed') &&
  !reviews.some(({ by }) => by === 'concerned');

async function show(
  edges: ReviewPageEdges,
  res: ServerResponse,
  { secret, language }: Asked,
  link: FoundReviewLink,
  said: { readonly status: number; readonly notice?: Notice } = { status: 200 },
): Promise<void> {
  const told = await readExplanation(edges, link.tenant, link.approval);
  if (told === null) return showOver(res, language);
  await edges.stores.reads.note(link.tenant, {
    ...{ subject: told.approval, reader: `link ${link.link.slice(0, 12)}`, what: 'explanation', via: 'link' },
  });
  const { notice, status } = said;
  showExplanation(res, status, {
    ...{ told, language, link: secret, expiresAtMs: link.expiresAtMs, open: isOpen(told, link) },
    ...(notice === undefined ? {} : { notice }),
  });
}

/** Only shows: chats and mail follow links by themselves to draw them. */
async function look(edges: ReviewPageEdges, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const asked = askedIn(req, new URLSearchParams((req.url ?? '').split('?', 2)[1] ?? ''));
  const link = await found(edges, res, asked);
  if (link !== null) await show(edges, res, asked, link);
}

/** Was it sent from a page of ours: no other page sends a request in somebody's name. */
const isOurs = ({ origin }: ReviewPageEdges, { headers }: IncomingMessage): boolean =>
  headers.origin === origin;

/** Asks people once, in the words of the person concerned: data for people to read, never for an agent. */
async function ask(edges: ReviewPageEdges, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const language = browsersLanguage(req);
  if (!isOurs(edges, req)) {
    edges.count('refusals', { reason: 'page_origin', platform: 'page' });
    return showOver(res, language);
  }
  const read = await readBody(req, FORM_BYTES);
  if (!read.ok) {
    const { askTitle: title, tooLong } = reviewPageWordsIn(language);
    return showWords(res, read.status, language, { title, text: tooLong(LONGEST_REVIEW_WHY) });
  }
  const params = new URLSearchParams(read.body.toString('utf8'));
  const asked = askedIn(req, params);
  const link = await found(edges, res, asked);
  if (link === null) return;
  const say = reviewPageWordsIn(asked.language);
  const given = params.get('why') ?? '';
  const why = typed(given, given.length + 1);
  const again = (text: string): Promise<void> =>
    show(edges, res, asked, link, { status: 422, notice: { text, typed: why } });
  if (why === '') return again(say.reasonNeeded);
  if (why.length > LONGEST_REVIEW_WHY) return again(say.tooLong(LONGEST_REVIEW_WHY));
  const { question } = await questionOf({ ...edges, tenant: link.tenant }, link.approval, 'concerned');
  const opened = await edges.stores.concerned.ask(link, { question, why });
  if (!opened.ok && opened.reason !== 'link_over') {
    edges.log.warn({ approval: link.approval, why: opened.reason }, 'a review could not be asked for');
    await edges.stores.approvals.recordRefusal(link.tenant, {
      ...{ subject: link.approval, person: null, account: null, verb: 'review', reason: opened.reason },
    });
    return show(edges, res, asked, link, { status: 409, notice: { text: say.nobody, typed: why } });
  }
  if (!opened.ok) await recordRefused(edges, link);
  // The page of what came of it: whoever loads it anew asks for nothing again.
  const to = new URLSearchParams({ t: asked.secret, language: asked.language });
  res.writeHead(303, { location: `${REVIEW_PAGE}?${to}` }).end();
}

/** The page for the person whom a decision concerns. Whoever has the link is taken for them; it shows and asks, and decides nothing. */
export const reviewRoutes = (edges: ReviewPageEdges): Routes => ({
  [`GET ${REVIEW_PAGE}`]: withinRate(edges, (req, res) => look(edges, req, res)),
  [`POST ${REVIEW_PAGE}`]: withinRate(edges, (req, res) => ask(edges, req, res)),
});
