import { strToU8, zipSync } from 'fflate';
import { colorIcon, outlineIcon } from './icons.ts';
import { teamsManifest, TeamsAppOptions } from './manifest.ts';

export { TeamsAppOptions } from './manifest.ts';

/** The same options make the same bytes. */
const UNCHANGING = { mtime: new Date(1980, 0, 1), level: 9 } as const;

/**
 * The app package that Teams takes: three files at the top of a zip
 * (https://learn.microsoft.com/microsoftteams/platform/concepts/build-and-test/apps-package).
 */
export function teamsPackage(options: TeamsAppOptions): Uint8Array {
  const manifest = teamsManifest(TeamsAppOptions.parse(options));
  return zipSync({
    'manifest.json': [strToU8(`${JSON.stringify(manifest, null, 2)}\n`), UNCHANGING],
    'color.png': [colorIcon(), UNCHANGING],
    'outline.png': [outlineIcon(), UNCHANGING],
  });
}
