import { isObject } from './check.ts';
import type { ApiContext } from './context.ts';

/** How long a file is worked on after it is complete; until then no message may show it. */
export const WORKED_ON_MS = 300;

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** png, jpg, jpeg and gif are shown, by what they are and not by their name. */
function isPicture(file: Uint8Array): boolean {
  const bytes = Buffer.from(file.subarray(0, 8));
  const jpeg = bytes[0] === 0xff && bytes[1] === 0xd8;
  return bytes.equals(PNG) || jpeg || bytes.subarray(0, 4).toString('latin1') === 'GIF8';
}

/**
 * What Slack refuses about pictures in blocks, in its words
 * (https://docs.slack.dev/reference/block-kit/composition-objects/slack-file-object): a file that the app has no access to, is
 * no picture or still worked on; both or neither of two ways to name it; an address that Slack could not fetch.
 */
export async function whyNoPictures(blocks: unknown, { app, store }: ApiContext): Promise<string[]> {
  const errors: string[] = [];
  for (const [i, block] of (Array.isArray(blocks) ? blocks : []).entries()) {
    if (!isObject(block) || block['type'] !== 'image') continue;
    const at = `/blocks/${i}`;
    const { slack_file: file, image_url: address } = block;
    if ((file === undefined) === (address === undefined)) {
      errors.push(`must provide either image_url or slack_file [json-pointer:${at}]`);
    } else if (file === undefined) {
      if (!String(address).startsWith('https://'))
        errors.push(`downloading image failed [json-pointer:${at}/image_url]`);
    } else if (!isObject(file) || (file['id'] === undefined) === (file['url'] === undefined)) {
      errors.push(`invalid slack file [json-pointer:${at}/slack_file]`);
    } else {
      const kept = await store.file(String(file['id'] ?? ''));
      const ready = kept?.completedAtMs != null && Date.now() - kept.completedAtMs >= WORKED_ON_MS;
      if (!kept || kept.owner !== app.botUser || !ready || kept.bytes === null || !isPicture(kept.bytes))
        errors.push(`invalid slack file [json-pointer:${at}/slack_file]`);
    }
  }
  return errors;
}
