import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { htmlText, renderDocument } from '../../cards/document/document.ts';
import { explanationCard } from '../../cards/explanation-card.ts';
import type { Explanation } from '../../core/explanation/types.ts';
import { dateFormat } from '../../core/formats.ts';
import { LOCALES, type Language } from '../../core/language.ts';
import { LONGEST_REVIEW_WHY } from '../../core/person-question.ts';
import { REVIEW_PAGE } from './links.ts';
import { reviewPageWordsIn } from './words.ts';

/** The pages' only style; its digest is what the policy allows. Reads well on a telephone, and printed. */
const STYLE =
  'body{font:1.05rem/1.5 system-ui,sans-serif;max-width:40rem;margin:2rem auto;padding:0 1.2rem;color:#1b1b1f;background:#fff}' +
  'h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:1.6rem}main,li,p{overflow-wrap:anywhere}li{margin:.3rem 0}' +
  'textarea{box-sizing:border-box;width:100%;min-height:9rem;font:inherit;padding:.6rem;border:1px solid #767680;border-radius:.4rem}' +
  'button{font:inherit;padding:.7rem 1.2rem;border:0;border-radius:.4rem;background:#0b5c4a;color:#fff;margin-top:.6rem}' +
  'small{color:#5c5c66}[role=alert]{font-weight:600}:focus-visible{outline:3px solid #ffbf47}' +
  '@media(prefers-color-scheme:dark){body{color:#eee;background:#17171a}small{color:#aaa}textarea{background:#222226;color:#eee}a{color:#7cd0ff}}' +
  '@media print{form,nav{display:none}}';

const STYLE_DIGEST = createHash('sha256').update(STYLE).digest('base64');

/** Words of ours about what happened, above everything else. */
export interface Notice {
  readonly text: string;
  /** What was typed, so that nobody has to write it again. */
  readonly typed?: string;
}

interface Frame {
  readonly language: Language;
  readonly title: string;
  /** HTML whose texts are escaped. */
  readonly main: string;
  /** The same page in the other language. */
  readonly link: string | null;
}

const otherLanguage = (language: Language): Language => (language === 'de' ? 'en' : 'de');

function frame({ language, title, main, link }: Frame): string {
  const say = reviewPageWordsIn(language);
  const other = otherLanguage(language);
  const nav =
    link === null
      ? ''
      : `<nav><a href="${htmlText(`${REVIEW_PAGE}?t=${encodeURIComponent(link)}&language=${other}`)}" lang="${other}">${htmlText(say.other)}</a></nav>`;
  return (
    `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
    `<meta name="robots" content="noindex,nofollow"><title>${htmlText(title)}</title><style>${STYLE}</style></head>` +
    `<body>${nav}<main>${main}</main><p><small>${htmlText(say.product)}</small></p></body></html>`
  );
}

/** No script, frame or thing from elsewhere; a form may be sent to us alone, and browsers say from which page it came. */
function send(res: ServerResponse, status: number, html: string): void {
  res.setHeader('content-type', 'text/html; charset=utf-8');
  res.setHeader(
    'content-security-policy',
    `default-src 'none'; style-src 'sha256-${STYLE_DIGEST}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  );
  res.setHeader('referrer-policy', 'same-origin');
  res.setHeader('cross-origin-opener-policy', 'same-origin');
  res.setHeader('cross-origin-resource-policy', 'same-origin');
  res.setHeader('x-robots-tag', 'noindex, nofollow');
  res.writeHead(status).end(html);
}

function formOf(language: Language, link: string, notice: Notice | null): string {
  const say = reviewPageWordsIn(language);
  const alert = notice === null ? '' : `<p role="alert">${htmlText(notice.text)}</p>`;
  return (
    `<h2 id="ask">${htmlText(say.askTitle)}</h2><p>${htmlText(say.askMeans)}</p>${alert}` +
    `<form method="post" action="${REVIEW_PAGE}"><input type="hidden" name="t" value="${htmlText(link)}">` +
    `<input type="hidden" name="language" value="${language}">` +
    `<p><label for="why">${htmlText(say.label(LONGEST_REVIEW_WHY))}</label></p>` +
    `<textarea id="why" name="why" required maxlength="${LONGEST_REVIEW_WHY}">${htmlText(notice?.typed ?? '')}</textarea>` +
    `<button>${htmlText(say.send)}</button></form>`
  );
}

export interface Shown {
  readonly told: Explanation;
  readonly language: Language;
  /** The secret that the page was opened with. */
  readonly link: string;
  readonly expiresAtMs: number;
  /** A review can be asked for by this link. */
  readonly open: boolean;
  readonly notice?: Notice;
}

/** What was decided, and the way to ask for another look; or what came of having asked. */
export function showExplanation(res: ServerResponse, status: number, shown: Shown): void {
  const { told, language, link, expiresAtMs, open, notice = null } = shown;
  const say = reviewPageWordsIn(language);
  const document = renderDocument(explanationCard(told, language), 'html', 'UTC');
  const until = dateFormat(LOCALES[language], { dateStyle: 'long', timeZone: 'UTC' }).format(expiresAtMs);
  const asked = told.reviews.some(({ by }) => by === 'concerned');
  const above = asked
    ? `<p role="status"><strong>${htmlText(say.sentTitle)}.</strong> ${htmlText(say.sentMeans(until))}</p>`
    : told.status === 'pending'
      ? `<p role="status">${htmlText(say.notYet)}</p>`
      : '';
  const below = open
    ? formOf(language, link, notice)
    : notice === null
      ? ''
      : `<p role="alert">${htmlText(notice.text)}</p>`;
  const main = `${above}${document}${below}`;
  send(res, status, frame({ language, title: explanationCard(told, language).title, main, link }));
}

/** A page that says one thing. */
export function showWords(
  res: ServerResponse,
  status: number,
  language: Language,
  { title, text }: { readonly title: string; readonly text: string },
): void {
  const main = `<h1>${htmlText(title)}</h1><p>${htmlText(text)}</p>`;
  send(res, status, frame({ language, title, main, link: null }));
}
