import { parseArgs } from 'node:util';
import { slackManifest } from '../bot/slack/app-manifest.ts';

export const USAGE = `countersign slack-manifest --url https://bot.example.com > slack-manifest.json
countersign slack-manifest --socket > slack-manifest.json
With --socket the bot opens the connection itself, and nothing reaches it from outside. Otherwise the address is the one under which Slack reaches the bot; docs/guides/connect-slack.md says what to do with the file.`;

/** `countersign slack-manifest`: the Slack app of this installation, ready to paste. Nothing secret is in it. */
export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { url: { type: 'string' }, socket: { type: 'boolean' } } });
  if (Boolean(values.url) === Boolean(values.socket)) {
    console.error(USAGE);
    return 2;
  }
  console.log(JSON.stringify(slackManifest(values.url ? { url: values.url } : { socket: true }), null, 2));
  return 0;
}
