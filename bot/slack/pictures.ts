import { createHash } from 'node:crypto';
import type { WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import type { Card } from '../../cards/model.ts';
import { picturesOf } from '../../cards/pictures.ts';
import { drawChart } from '../../platform/charts/draw-chart.ts';
import { failureOf } from './web-api.ts';

/** Files that this process remembers having put into a workspace; what is forgotten is put there once more. */
const REMEMBERED = 500;
const UPLOAD_TIMEOUT_MS = 10_000;
/** Where Slack takes the bytes, besides the place that we were told to find Slack at. */
const SLACK_FILES = 'https://files.slack.com';

export interface SlackPictures {
  /** The ids of a card's pictures in this workspace; one that could not be put there is missing. */
  of(client: WebClient, workspace: string, card: Card): Promise<ReadonlyMap<string, string>>;
  /** The copy shows these from now on: what it showed before, and no other does, is taken away. */
  shown(client: WebClient, copy: string, ids: ReadonlyMap<string, string>): Promise<void>;
  /** No message will show them: they are taken away, unless another one does. */
  drop(client: WebClient, workspace: string, card: Card): Promise<void>;
}

/**
 * Puts charts into a workspace as files that nobody but the app holds and shows them on its cards
 * (https://docs.slack.dev/reference/block-kit/composition-objects/slack-file-object): nothing of a company's figures has a
 * public address, and it works in socket mode, where the bot has none.
 */
export function createSlackPictures(log: Logger): SlackPictures {
  const known = new Map<string, string>();
  const shownBy = new Map<string, ReadonlySet<string>>();
  const nameIn = (workspace: string, key: string): string => `${workspace} ${key}`;
  /** Only what this process put there, and shows nowhere. What Slack keeps all the same harms nobody. */
  async function takeAway(client: WebClient, id: string): Promise<void> {
    if ([...shownBy.values()].some((ids) => ids.has(id))) return;
    for (const [name, file] of known) if (file === id) known.delete(name);
    await client.files.delete({ file: id }).catch((error: unknown) => {
      log.warn({ why: failureOf(error).why }, 'a picture that nothing shows could not be taken out of Slack');
    });
  }
  return {
    async of(client, workspace, card) {
      const ids = new Map<string, string>();
      for (const [key, chart] of picturesOf(card)) {
        const name = nameIn(workspace, key);
        try {
          const id =
            known.get(name) ?? (await upload(client, await drawChart(chart, card.language), chart.title));
          known.delete(name);
          known.set(name, id);
          ids.set(key, id);
        } catch (error) {
          log.warn(
            { why: failureOf(error).why },
            'a picture could not be put into Slack; its words stand instead',
          );
        }
      }
      for (const oldest of [...known.keys()].slice(0, Math.max(0, known.size - REMEMBERED)))
        known.delete(oldest);
      return ids;
    },
    async shown(client, copy, ids) {
      const before = shownBy.get(copy) ?? new Set<string>();
      shownBy.delete(copy);
      if (ids.size > 0) shownBy.set(copy, new Set(ids.values()));
      for (const oldest of [...shownBy.keys()].slice(0, Math.max(0, shownBy.size - REMEMBERED)))
        shownBy.delete(oldest);
      for (const id of before) await takeAway(client, id);
    },
    async drop(client, workspace, card) {
      const names = [...picturesOf(card).keys()].map((key) => nameIn(workspace, key));
      for (const id of names.map((name) => known.get(name))) if (id !== undefined) await takeAway(client, id);
      for (const name of names) known.delete(name);
    },
  };
}

/** The address came from Slack's own answer; still, bytes go to Slack alone. */
function assertSlack(address: string, client: WebClient): void {
  const { origin } = new URL(address);
  if (origin !== SLACK_FILES && origin !== new URL(client.slackApiUrl).origin)
    throw new Error('Slack named an upload address that is not its own');
}

/** https://docs.slack.dev/messaging/working-with-files#uploading_files */
async function upload(
  client: WebClient,
  { png, alt }: { readonly png: Buffer; readonly alt: string },
  title: string,
): Promise<string> {
  const digest = createHash('sha256').update(png).digest('hex').slice(0, 12);
  const begun = await client.files.getUploadURLExternal({
    filename: `chart-${digest}.png`,
    length: png.length,
    alt_text: alt,
  });
  if (begun.upload_url === undefined || begun.file_id === undefined)
    throw new Error('Slack named no upload address');
  assertSlack(begun.upload_url, client);
  const answer = await fetch(begun.upload_url, {
    method: 'POST',
    body: new Uint8Array(png),
    redirect: 'error',
    signal: AbortSignal.timeout(UPLOAD_TIMEOUT_MS),
    headers: { 'content-type': 'application/octet-stream' },
  });
  if (!answer.ok) throw new Error(`Slack took no bytes: ${answer.status}`);
  await client.files.completeUploadExternal({ files: [{ id: begun.file_id, title: title.slice(0, 200) }] });
  return begun.file_id;
}
