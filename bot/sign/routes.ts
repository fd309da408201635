import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { signWords } from '../../cards/sign-words.ts';
import { pageDigest, signPage } from '../../cards/sign-page.ts';
import { addingText, statementDigest } from '../../core/passkey.ts';
import type { ProofKind } from '../../core/proof.ts';
import type { RefusalReason } from '../../core/approval/types.ts';
import type { TenantId } from '../../core/ids.ts';
import { refusalSentence } from '../../core/sentences.ts';
import type { Refusal } from '../../core/views.ts';
import type { Log } from '../../platform/log.ts';
import type { FoundLink, NoLink, NotSignedIn, PasskeyRefused, Site, Stores } from '../../platform/stores.ts';
import type { Handler, Routes } from '../api/http.ts';
import type { Count } from '../api/metrics.ts';
import { readBody } from '../api/read-body.ts';
import type { Gateway, Outcome } from '../chat.ts';
import type { SignInLinks } from '../link/sign-in.ts';
import { whyClosed } from '../open-form.ts';
import { refusal } from '../words.ts';
import { bundleScript, PAGE_STYLE, shellOf } from './assets.ts';
import { toAdd, toSign } from './options.ts';
import { recordSigned } from './record.ts';

export interface SignEdges {
  readonly stores: Stores;
  readonly gateway: Pick<Gateway, 'decide'>;
  readonly site: Site;
  readonly links: SignInLinks;
  /** Somebody can sign in afresh here. */
  readonly signsIn: boolean;
  readonly log: Log;
  readonly count: Count;
}

/** Scripts and styles of this origin alone, nothing in a frame, nothing from elsewhere, no markup out of texts. */
const PAGE_HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; " +
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'publickey-credentials-get=(self), publickey-credentials-create=(self)',
} as const;

const MOST_BYTES = 100_000;

const give = (res: ServerResponse, type: string, body: string): void => {
  for (const [name, value] of Object.entries(PAGE_HEADERS)) res.setHeader(name, value);
  res.writeHead(200, { 'content-type': `${type}; charset=utf-8` }).end(body);
};
const answer = (res: ServerResponse, status: number, body: object): void => {
  res.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
};

const Posted = z.strictObject({
  link: z.string().min(1).max(600),
  answer: z.unknown().optional(),
  by: z.unknown().optional(),
});
type Posted = z.infer<typeof Posted>;

/** Only our own page posts here, and only as a script: no form, frame or page of elsewhere can. */
function whyForeign({ headers }: IncomingMessage, { origin }: Site): string | null {
  if (headers.origin !== origin) return 'origin';
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') return 'site';
  return headers['content-type'] === 'application/json' ? null : 'type';
}

type Act = (edges: SignEdges, posted: Posted) => Promise<{ readonly status?: number; readonly body: object }>;

const posts =
  (edges: SignEdges, act: Act): Handler =>
  async (req, res) => {
    const foreign = whyForeign(req, edges.site);
    if (foreign !== null) {
      edges.count('refusals', { reason: `page_${foreign}`, platform: 'page' });
      return answer(res, 403, {});
    }
    const read = await readBody(req, MOST_BYTES);
    if (!read.ok) return answer(res, read.status, {});
    const parsed = Posted.safeParse(jsonOf(read.body));
    if (!parsed.success) return answer(res, 400, {});
    const { status = 200, body } = await act(edges, parsed.data);
    answer(res, status, body);
  };

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch {
    return null;
  }
}

/** What is said where there is no link, or an answer that does not count: the same words in any case, and an entry where it is ours. */
function turnAway(edges: SignEdges, why: NoLink | PasskeyRefused | NotSignedIn): Promise<Refused> {
  if (why.why === 'sign-in')
    return refuse(edges, why.link, refusal('sign_in_refused', { why: 'sign-in-first-passkey' }));
  const reason: RefusalReason = why.why === 'passkey' ? 'passkey_refused' : 'link_over';
  if (why.why === 'passkey')
    edges.log.warn({ why: why.log, link: why.link.purpose }, 'a passkey was refused');
  return refuse(edges, 'link' in why ? why.link : null, refusal(reason));
}

interface Refused {
  readonly status: number;
  readonly body: object;
}

/** A sentence in the reader's language, and a ledger entry where the link is known to be ours. */
async function refuse({ stores, count }: SignEdges, link: FoundLink | null, why: Refusal): Promise<Refused> {
  count('refusals', { reason: why.reason, platform: 'page' });
  if (link !== null) {
    const { platform, workspace, account } = link.caller;
    await stores.approvals.recordRefusal(link.tenant, {
      subject: link.purpose === 'sign' ? link.approval : 'passkey',
      ...{ person: link.person, account: { platform, workspace, account } },
      ...{ verb: link.purpose, reason: why.reason },
    });
  }
  const language = link?.language ?? 'en';
  const text = refusalSentence(why, { language });
  return { status: link === null ? 404 : 403, body: { language, done: false, text, ...wordsFor(language) } };
}

const wordsFor = (language: FoundLink['language']) => ({ words: clientWords(language) });

/** What the script says by itself. */
function clientWords(language: FoundLink['language']) {
  const { working, cancelled, unable, done, notDone, close } = signWords(language).page;
  return { working, cancelled, unable, done, notDone, close };
}

const told = (outcome: Outcome, { language }: FoundLink): object => ({
  language,
  done: outcome.kind === 'text' && outcome.done,
  text: outcome.kind === 'text' ? outcome.text : refusalSentence(refusal('not_confirmed'), { language }),
  ...wordsFor(language),
});

/** The page of a link: what is signed, and by which proofs it can be. */
const showSign: Act = async (edges, posted) => {
  const { stores, site, signsIn } = edges;
  const looked = await stores.passkeys.look(posted.link);
  if (!looked.ok) return turnAway(edges, looked);
  const { link } = looked;
  if (link.purpose !== 'sign') return turnAway(edges, { ok: false, why: 'unknown' });
  const { tenant, person, statement, language, words } = link;
  const view = await stores.approvals.view(tenant, link.approval);
  const closed = view && whyClosed(view.state);
  if (closed) return refuse(edges, link, closed);
  const page = view && signPage(view, statement.decision, language);
  // Superseded by an edit, or told otherwise since: what was bound to the link cannot be shown any more.
  if (
    view === null ||
    page === null ||
    view.state.actionDigest !== statement.actionDigest ||
    pageDigest(page) !== statement.pageDigest
  )
    return turnAway(edges, { ok: false, why: 'expired', link });
  const signer = await stores.people.person(tenant, person);
  const credentials = await stores.passkeys.credentials(tenant, person);
  const wanted = await wantedOf(stores, link);
  const say = signWords(language).page;
  const ways: ProofKind[] = [
    ...(credentials.length > 0 ? (['passkey'] as const) : []),
    ...(signsIn && wanted === 'sign-in' ? (['sign-in'] as const) : []),
  ];
  await stores.approvals.recordRead(tenant, {
    ...{ approval: link.approval, person, what: 'open', page: 1, via: link.caller.platform },
  });
  const typed = words.comment ?? words.reason ?? null;
  return {
    body: {
      ...{ language, page, options: toSign(site, statementDigest(statement), credentials) },
      says: {
        ...{ heading: say.heading[statement.decision], whole: say.whole, why: say.why },
        ...{ signsAs: say.signsAs(signer?.name ?? ''), digest: say.digest, digestMeans: say.digestMeans },
        ...{ comment: say.comment, typed },
      },
      ways: ways.map((kind) => ({ kind, label: say.sign[kind] })),
      ...wordsFor(language),
    },
  };
};

/** A sign-in is offered only where it would do: the machine judges it again. */
async function wantedOf(
  stores: Stores,
  link: Extract<FoundLink, { purpose: 'sign' }>,
): Promise<ProofKind | undefined> {
  const state = await stores.approvals.get(link.tenant, link.approval);
  return state?.policy.requirement.proof === 'passkey' ? 'passkey' : 'sign-in';
}

const signWithPasskey: Act = async (edges, posted) => {
  const { stores, site, gateway } = edges;
  const signed = await stores.passkeys.sign(posted.link, posted.answer, site);
  if (!signed.ok) return turnAway(edges, signed);
  const { link, proof } = signed;
  if (link.purpose !== 'sign') return turnAway(edges, { ok: false, why: 'unknown' });
  return { body: told(await recordSigned(gateway, link, proof), link) };
};

/** Leads to the directory; what comes back from there is `onStepUp`. */
const beginSignIn: Act = async (edges, posted) => {
  const { stores, links } = edges;
  const looked = await stores.passkeys.look(posted.link);
  if (!looked.ok) return turnAway(edges, looked);
  const { link } = looked;
  const person = await stores.people.person(link.tenant, link.person);
  if (link.purpose !== 'sign' || person === null) return turnAway(edges, { ok: false, why: 'unknown' });
  const { platform, workspace, account, homeWorkspace } = link.caller;
  const url = await links.toStepUp(link.tenant, {
    ...{ person, approval: link.approval, actionDigest: link.statement.actionDigest },
    account: { platform, workspace: homeWorkspace ?? workspace, account },
  });
  return url === null ? turnAway(edges, { ok: false, why: 'expired', link }) : { body: { url } };
};

/** A first passkey wants a sign-in wherever one can be had. */
const firstBySignIn =
  ({ stores, signsIn }: SignEdges) =>
  async (tenant: TenantId): Promise<boolean> =>
    signsIn && (await stores.identity.entraTenants(tenant)).length > 0;

const showAdd: Act = async (edges, posted) => {
  const { stores, site } = edges;
  const looked = await stores.passkeys.look(posted.link);
  if (!looked.ok) return turnAway(edges, looked);
  const { link } = looked;
  const { tenant, language } = link;
  const person = await stores.people.person(tenant, link.person);
  if (link.purpose !== 'register' || person === null) return turnAway(edges, { ok: false, why: 'unknown' });
  const credentials = await stores.passkeys.credentials(tenant, person.id);
  const say = signWords(language).page;
  const first = credentials.length > 0;
  if (!first && link.signedInAtMs === null && (await firstBySignIn(edges)(tenant)))
    return turnAway(edges, { ok: false, why: 'sign-in', link });
  return {
    body: {
      language,
      options: toAdd(site, addingText('new', link), { tenant, person, credentials }),
      by: first ? toSign(site, addingText('by', link), credentials) : null,
      says: {
        ...{ heading: say.addHeading, signsAs: say.addFor(person.name), means: say.addMeans },
        first: first ? say.addFirst : null,
      },
      ways: [{ kind: 'passkey', label: say.add }],
      ...wordsFor(language),
    },
  };
};

const add: Act = async (edges, posted) => {
  const { stores, site } = edges;
  const made = { made: posted.answer, by: posted.by };
  const added = await stores.passkeys.register(posted.link, made, site, firstBySignIn(edges));
  if (!added.ok) return turnAway(edges, added);
  const { language } = added.link;
  return { body: { language, done: true, text: signWords(language).page.added, ...wordsFor(language) } };
};

/** The pages behind the links that people are given in their chats. Opening one decides nothing: only a proof posted back does. */
export function signRoutes(edges: SignEdges): Routes {
  const shell =
    (name: 'sign' | 'passkey'): Handler =>
    (_req, res) =>
      give(res, 'text/html', shellOf(name));
  return {
    'GET /link/sign': shell('sign'),
    'GET /link/passkey': shell('passkey'),
    'GET /link/page.js': async (_req, res) => give(res, 'text/javascript', await bundleScript()),
    'GET /link/page.css': (_req, res) => give(res, 'text/css', PAGE_STYLE),
    'POST /link/sign/open': posts(edges, showSign),
    'POST /link/sign/passkey': posts(edges, signWithPasskey),
    'POST /link/sign/sign-in': posts(edges, beginSignIn),
    'POST /link/passkey/open': posts(edges, showAdd),
    'POST /link/passkey/add': posts(edges, add),
  };
}
