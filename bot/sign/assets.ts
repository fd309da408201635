import { join } from 'node:path';
import { build } from 'esbuild';

/** The page has no words of its own: they come with what is signed, in its reader's language. */
export const shellOf = (name: 'sign' | 'passkey'): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Countersign</title>
<link rel="stylesheet" href="/link/page.css">
<script type="module" src="/link/page.js"></script>
</head>
<body data-page="${name}">
<main id="page" aria-live="polite" aria-busy="true"></main>
<noscript><p>JavaScript signs here. / Zum Unterschreiben wird JavaScript gebraucht.</p></noscript>
</body>
</html>
`;

export const PAGE_STYLE = `:root { color-scheme: light dark; --ink: #1d1c1d; --paper: #ffffff; --soft: #5b5a5c; --line: #d5d4d6; --mark: #fff4d6;
  --mark-line: #a15c00; --act: #0b5c43; --act-ink: #ffffff; }
@media (prefers-color-scheme: dark) { :root { --ink: #f1f0f1; --paper: #19181a; --soft: #b7b5b9; --line: #454348;
  --mark: #3a2c0c; --mark-line: #f0b64a; --act: #8fdcc0; --act-ink: #06281d; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 42rem; margin: 0 auto; padding: 1.25rem 1rem 3rem; overflow-wrap: anywhere; }
h1 { font-size: 1.35rem; line-height: 1.3; margin: .25rem 0 .5rem; }
h2 { font-size: 1rem; margin: 1.5rem 0 .25rem; }
p { margin: .5rem 0; }
.kicker { color: var(--soft); font-weight: 600; margin: 0; }
.effect { font-weight: 600; }
dl { margin: .5rem 0 0; border-top: 1px solid var(--line); }
dl > div { padding: .5rem 0; border-bottom: 1px solid var(--line); }
dt { color: var(--soft); font-size: .875rem; }
dd { margin: 0; font-weight: 600; white-space: pre-wrap; }
ul { margin: .25rem 0; padding-left: 1.2rem; }
.about dd, .digest { font-weight: 400; }
.digest { font-family: ui-monospace, "Cascadia Mono", Menlo, monospace; font-size: .875rem; }
.soft { color: var(--soft); font-size: .875rem; }
.warning { background: var(--mark); border-left: 4px solid var(--mark-line); padding: .5rem .75rem; font-weight: 600; }
.acts { display: grid; gap: .5rem; padding: .75rem 0; }
button { font: inherit; font-weight: 700; min-height: 3rem; padding: .5rem 1rem; border: 0; border-radius: .5rem;
  background: var(--act); color: var(--act-ink); cursor: pointer; }
button + button { background: transparent; color: var(--ink); border: 2px solid var(--line); }
button:disabled { opacity: .6; cursor: default; }
button:focus-visible { outline: 3px solid var(--mark-line); outline-offset: 2px; }
.said { border-left: 4px solid var(--line); padding: .5rem .75rem; font-weight: 600; }
.said.done { border-color: var(--act); }
.said.not { border-color: var(--mark-line); }
`;

let script: Promise<string> | undefined;

/** One script, bundled at its first use from our page and what it imports. */
export function bundleScript(): Promise<string> {
  script ??= build({
    ...{ entryPoints: [join(import.meta.dirname, 'page/main.ts')], bundle: true, write: false, minify: true },
    ...{ format: 'esm', target: 'es2022', legalComments: 'none', logLevel: 'silent' },
  })
    .then(({ outputFiles }) => outputFiles[0]?.text ?? '')
    .catch((error: unknown) => {
      script = undefined;
      throw error;
    });
  return script;
}
