import type { IncomingMessage, ServerResponse } from 'node:http';
import { languageOf, type Language } from '../../core/language.ts';
import { refusalSentence } from '../../core/sentences.ts';
import type { Refusal } from '../../core/views.ts';
import { FRESH_SECONDS, newSecrets, type Redeemed } from '../../platform/identity/entra.ts';
import { DirectoryAwayError } from '../../platform/identity/graph.ts';
import type { SignInEnded, SignInFound } from '../../platform/stores.ts';
import type { Routes } from '../api/http.ts';
import { readBody } from '../api/read-body.ts';
import { refusal } from '../words.ts';
import { completeLink } from './complete-link.ts';
import { askPage, showPage } from './pages.ts';
import type { SignInSaid } from './sign-in.ts';
import type { SignInEdges } from './edges.ts';
import { pagesIn } from './words.ts';

export const CALLBACK = '/link/callback';
const FORM_BYTES = 2_000;
const LASTS_SECONDS = 600;

/** What a browser says that it reads, where no link of ours tells. */
const browsersLanguage = (req: IncomingMessage): Language =>
  languageOf((req.headers['accept-language'] ?? '').split(/[,;]/u)[0]) ?? 'en';

/** Where the browser believes that it is; whatever host the request itself names. */
function urlOf({ publicUrl }: SignInEdges, req: IncomingMessage): URL {
  const [path = '/', query = ''] = (req.url ?? '/').split('?', 2);
  const url = new URL(path.startsWith('/') ? path : '/', publicUrl());
  url.search = query;
  return url;
}

/** Only over TLS may a cookie have the prefix that keeps other hosts from setting it. */
const cookieName = (publicUrl: string): string =>
  publicUrl.startsWith('https://') ? '__Host-countersign-sign-in' : 'countersign-sign-in';

function cookieOf(publicUrl: string, req: IncomingMessage): string | null {
  const name = cookieName(publicUrl);
  const found = (req.headers.cookie ?? '')
    .split(';')
    .map((one) => one.trim().split('='))
    .filter(([key]) => key === name);
  // Two of that name: one of them is not ours.
  return found.length === 1 ? (found[0]?.[1] ?? null) : null;
}

function setCookie(publicUrl: string, value: string, seconds: number): string {
  const secure = publicUrl.startsWith('https://') ? '; Secure' : '';
  return `${cookieName(publicUrl)}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${seconds}${secure}`;
}

function refusePage(res: ServerResponse, language: Language, said: Refusal, status = 403): void {
  showPage(res, status, {
    language,
    title: pagesIn(language).notDoneTitle,
    text: refusalSentence(said, { language }),
  });
}

/** A refused sign-in is an entry of its own, where it is known whose it was. */
async function turnAway(
  { stores, count }: SignInEdges,
  res: ServerResponse,
  signIn: SignInFound | null,
  language: Language,
  said: Refusal,
): Promise<void> {
  count('refusals', { reason: said.reason, platform: signIn?.account.platform ?? 'unknown' });
  if (signIn !== null) {
    const { tenant, person, account, purpose, id } = signIn;
    const key = `sign-in ${id.slice(0, 16)} ${String(said.detail['why'])}`;
    if (await stores.seen.firstTime(tenant, account.platform, key))
      await stores.approvals.recordRefusal(tenant, {
        ...{ subject: purpose.kind === 'step-up' ? purpose.approval : 'sign-in', person, account },
        ...{ verb: purpose.kind, reason: said.reason },
      });
  }
  refusePage(res, signIn?.language ?? language, said);
}

const why = (reason: string): Refusal => refusal('sign_in_refused', { why: reason });

/** Only shows what a link is for: chats follow links by themselves to draw them. */
async function lookAt(edges: SignInEdges, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const link = urlOf(edges, req).searchParams.get('t') ?? '';
  const signIn = await edges.signIns.look(link);
  if (signIn === null) return refusePage(res, browsersLanguage(req), why('sign-in-unknown'), 404);
  showPage(res, 200, askPage(signIn, link), [edges.directoryOrigin, edges.siteOrigin]);
}

/**
 * Was it pressed on a page of ours. A page of somebody else's that posts here could have its reader, who is signed in with the
 * directory anyway, link a stranger's account without ever being asked.
 */
const isOurs = ({ publicUrl }: SignInEdges, req: IncomingMessage): boolean =>
  req.headers.origin === new URL(publicUrl()).origin;

/** A person went on: this browser takes the sign-in up, and leaves for the directory. */
async function begin(edges: SignInEdges, req: IncomingMessage, res: ServerResponse): Promise<void> {
  if (!isOurs(edges, req)) return refusePage(res, browsersLanguage(req), why('sign-in-unknown'));
  const read = await readBody(req, FORM_BYTES);
  const link = read.ok ? (new URLSearchParams(read.body.toString('utf8')).get('t') ?? '') : '';
  const signIn = await edges.signIns.look(link);
  const language = signIn?.language ?? browsersLanguage(req);
  if (signIn === null) return refusePage(res, language, why('sign-in-unknown'), 404);
  const [tid] = await edges.identity.entraTenants(signIn.tenant);
  if (tid === undefined) return turnAway(edges, res, signIn, language, why('sign-in-no-directory'));
  const secrets = newSecrets();
  const begun = await edges.signIns.begin(link, secrets);
  if (begun === null) return refusePage(res, language, why('sign-in-unknown'), 404);
  try {
    const to = { tid, redirectUri: `${edges.publicUrl()}${CALLBACK}`, state: begun.state, ...secrets };
    const url = await edges.entra.authorizeUrl({ ...to, fresh: signIn.purpose.kind !== 'link' });
    res.setHeader('set-cookie', setCookie(edges.publicUrl(), begun.browser, LASTS_SECONDS));
    res.writeHead(303, { location: url.href }).end();
  } catch (error) {
    if (!(error instanceof DirectoryAwayError)) throw error;
    await turnAway(edges, res, signIn, language, why('sign-in-away'));
  }
}

const ENDED: Readonly<Record<Extract<SignInEnded, { ok: false }>['why'], string>> = {
  unknown: 'sign-in-unknown',
  expired: 'sign-in-expired',
  used: 'sign-in-used',
  'other-browser': 'sign-in-other-browser',
};

const REDEEMED: Readonly<Record<Extract<Redeemed, { ok: false }>['why'], string>> = {
  away: 'sign-in-away',
  declined: 'sign-in-declined',
  refused: 'sign-in-not-believed',
};

type Ended = Extract<SignInEnded, { ok: true }>;
type Who = Extract<Redeemed, { ok: true }>['who'];

/** The same person as asked, in the company's own tenant, and asked for their password just now. `to`: where they go on. */
async function completeFresh(
  edges: SignInEdges,
  { signIn }: Ended,
  who: Who,
): Promise<SignInSaid | Refusal | { readonly to: string }> {
  const { tenant, person, purpose, account, language } = signIn;
  if (purpose.kind === 'link' || person === null) return why('sign-in-unknown');
  const { tid, oid, authTimeMs } = who;
  if (authTimeMs === null || authTimeMs < Date.now() - FRESH_SECONDS * 1000) return why('sign-in-not-fresh');
  if (!(await edges.identity.entraTenants(tenant)).includes(tid)) return why('sign-in-other-tenant');
  if (!(await edges.identity.isTheirs(tenant, person, who))) return why('sign-in-somebody-else');
  const verified = { tenant, person, account, tid, oid, authTimeMs, language };
  if (purpose.kind === 'passkey') return { to: await edges.onFirstPasskey(verified) };
  return edges.onStepUp({ ...verified, approval: purpose.approval, actionDigest: purpose.actionDigest });
}

/** The directory sent the browser back. Whatever comes of it, this sign-in is over. */
async function comeBack(edges: SignInEdges, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const url = urlOf(edges, req);
  const state = url.searchParams.get('state') ?? '';
  const ended = await edges.signIns.end(state, cookieOf(edges.publicUrl(), req));
  const language = ended.signIn?.language ?? browsersLanguage(req);
  if (!ended.ok) return turnAway(edges, res, ended.signIn, language, why(ENDED[ended.why]));
  res.setHeader('set-cookie', setCookie(edges.publicUrl(), '', 0));
  const { signIn, nonce, verifier } = ended;
  const [tid = ''] = await edges.identity.entraTenants(signIn.tenant);
  const fresh = signIn.purpose.kind !== 'link';
  const redeemed = await edges.entra.redeem(url, { tid, state, nonce, verifier, fresh });
  if (!redeemed.ok) {
    edges.log.warn({ why: redeemed.log, purpose: signIn.purpose.kind }, 'a sign-in was refused');
    return turnAway(edges, res, signIn, language, why(REDEEMED[redeemed.why]));
  }
  const said = fresh
    ? await completeFresh(edges, ended, redeemed.who)
    : await completeLink(edges, signIn, redeemed.who);
  if ('to' in said) return void res.writeHead(303, { location: said.to }).end();
  if ('reason' in said) return turnAway(edges, res, signIn, language, said);
  const say = pagesIn(language);
  const done = signIn.purpose.kind === 'link' ? say.linkedTitle : say.doneTitle;
  showPage(res, said.done ? 200 : 403, {
    language,
    title: said.done ? done : say.notDoneTitle,
    text: said.text,
  });
}

/** The pages of a sign-in; none where this installation has no directory. */
export const signInRoutes = (edges: SignInEdges): Routes => ({
  'GET /link/start': (req, res) => lookAt(edges, req, res),
  'POST /link/start': (req, res) => begin(edges, req, res),
  [`GET ${CALLBACK}`]: (req, res) => comeBack(edges, req, res),
});
