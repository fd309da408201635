import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { htmlText } from '../../cards/document/document.ts';
import type { Language } from '../../core/language.ts';
import type { SignInFound } from '../../platform/stores.ts';
import { pagesIn } from './words.ts';

/** The page's only style; its digest is what the policy allows. */
const STYLE =
  'body{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:12vh auto;padding:0 1.5rem;color:#1b1b1f;background:#fff}' +
  'h1{font-size:1.5rem}button{font:inherit;padding:.6rem 1.2rem;border:0;border-radius:.4rem;background:#0b5c4a;color:#fff}' +
  'small{color:#5c5c66}button:focus-visible{outline:3px solid #ffbf47}' +
  '@media(prefers-color-scheme:dark){body{color:#eee;background:#17171a}small{color:#aaa}}';

const STYLE_DIGEST = createHash('sha256').update(STYLE).digest('base64');

interface Page {
  readonly language: Language;
  readonly title: string;
  readonly text: string;
  /** Where a press of the button goes on to, and with what. */
  readonly form?: { readonly action: string; readonly label: string; readonly link: string };
}

function html({ language, title, text, form }: Page): string {
  const { product, over } = pagesIn(language);
  const button =
    form === undefined
      ? `<p>${htmlText(over)}</p>`
      : `<form method="post" action="${htmlText(form.action)}"><input type="hidden" name="t" value="${htmlText(form.link)}"><button>${htmlText(form.label)}</button></form>`;
  return `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex"><title>${htmlText(title)}</title><style>${STYLE}</style></head><body><main><h1>${htmlText(title)}</h1><p>${htmlText(text)}</p>${button}</main><p><small>${htmlText(product)}</small></p></body></html>`;
}

/** `formTo`: origins that the form may end at: a redirect counts as where a form goes. */
export function showPage(
  res: ServerResponse,
  status: number,
  page: Page,
  formTo: readonly string[] = [],
): void {
  const forms = page.form === undefined ? `'none'` : [`'self'`, ...formTo].join(' ');
  res.setHeader('content-type', 'text/html; charset=utf-8');
  res.setHeader(
    'content-security-policy',
    `default-src 'none'; style-src 'sha256-${STYLE_DIGEST}'; form-action ${forms}; base-uri 'none'; frame-ancestors 'none'`,
  );
  // Without it a browser does not say from which page a form of ours was sent.
  res.setHeader('referrer-policy', 'same-origin');
  res.writeHead(status).end(html(page));
}

/** What somebody is about to do, before anything leaves for the directory. */
export function askPage(signIn: SignInFound, link: string): Page {
  const { language, purpose, account } = signIn;
  const say = pagesIn(language);
  const form = { action: '/link/start', label: say.goOn, link };
  if (purpose.kind === 'step-up')
    return { language, title: say.stepUpTitle, text: say.stepUpMeans(purpose.approval), form };
  if (purpose.kind === 'passkey') return { language, title: say.passkeyTitle, text: say.passkeyMeans, form };
  const text = say.linkMeans(say.chats[account.platform], account.account, account.workspace);
  return { language, title: say.linkTitle, text, form };
}
