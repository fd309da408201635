import { isRoot } from './home.ts';
import { findProgram, install } from './program.ts';
import { withProgress, type Say } from './progress.ts';

const names = ['chromium', 'chromium-browser', 'google-chrome'] as const;

/**
 * A browser for the page's tests and pictures; the product itself needs none.
 * @throws Error that says what to install
 */
export async function chromiumProgram(say: Say): Promise<string> {
  const here = findProgram(...names);
  if (here) return here;
  if (findProgram('apt-get') && isRoot())
    await withProgress(say, 'Installing Chromium', () =>
      install(
        say,
        'Chromium',
        [
          ['apt-get', 'update', '-q'],
          ['apt-get', 'install', '-yq', '--no-install-recommends', 'chromium'],
        ],
        { needsRoot: true, env: { DEBIAN_FRONTEND: 'noninteractive' } },
      ),
    );
  const found = findProgram(...names);
  if (found) return found;
  throw new Error('The page’s tests need Chromium: install it (Debian: apt-get install chromium).');
}

/** Arguments for a headless run that asks nothing of the network beyond the page. */
export const CHROMIUM_ARGS: readonly string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
