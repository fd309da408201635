import { resolve } from 'node:path';
import express, { type Router } from 'express';
import { bundlePage, type Bundle } from './bundle.ts';

const ROOT = resolve(import.meta.dirname, '../..');

const html = (hash: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="description" content="Ask an agent, sign in Slack, countersign in Teams: all on this machine.">
<title>Countersign</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/${hash}.css">
<script type="module" src="/assets/${hash}.js"></script>
</head>
<body><div id="root"><p class="loading">Opening the workspace…</p></div>
<noscript>This page needs JavaScript.</noscript></body>
</html>
`;

const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#16324f"/>' +
  '<g fill="none" stroke-width="3.2" stroke-linecap="round" stroke-linejoin="round">' +
  '<path d="M7 17l4.5 4.5L20.5 11" stroke="#7fd1ae"/><path d="M13.5 19.5l2 2L25 11" stroke="#fff"/></g></svg>';

/** Only what this page brings along may run; inline styles are React's and the card renderer's. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The page and its two assets. Bundling begins at once; the first request waits for it. */
export function servePage(cacheDir?: string): Router {
  const home = cacheDir ?? resolve(ROOT, process.env['COUNTERSIGN_HOME'] ?? '.countersign', 'workspace');
  const bundle: Promise<Bundle> = bundlePage(home);
  // A failure is told to whoever asks for the page, not to nobody.
  bundle.catch(() => {});
  const router = express.Router();
  router.use((_req, res, next) => {
    res.set({
      'content-security-policy': POLICY,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    });
    next();
  });
  router.get('/', async (_req, res) => {
    const { hash } = await bundle;
    res.set('cache-control', 'no-store').type('html').send(html(hash));
  });
  router.get('/assets/icon.svg', (_req, res) => void res.type('image/svg+xml').send(ICON));
  router.get('/assets/:name', async (req, res) => {
    const { hash, script, style } = await bundle;
    res.set('cache-control', 'public, max-age=31536000, immutable');
    if (req.params.name === `${hash}.js`) return void res.type('text/javascript').send(script);
    if (req.params.name === `${hash}.css`) return void res.type('text/css').send(style);
    res.set('cache-control', 'no-store').status(404).send('Reload the page.');
  });
  return router;
}
