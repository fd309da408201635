import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { slackManifest } from './app-manifest.ts';
import { EVENTS_WITHOUT_SCOPE, NEEDS_NO_SCOPE, SLACK_PERMISSIONS, slackEvents } from './permissions.ts';

const manifest = slackManifest({ url: 'https://bot.example.com/' });
const sources = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .map((file) => readFileSync(join(import.meta.dirname, file), 'utf8'))
  .join('\n');

/** Calls like `client.chat.postMessage(`. */
const CALL =
  /\.((?:apps|auth|chat|conversations|files|pins|reactions|team|usergroups|users|views)(?:\.[a-zA-Z]+)+)\(/g;

test('every Web API call has its scope in the table, and no scope is asked for in vain', () => {
  const called = new Set([...sources.matchAll(CALL)].map(([, method = '']) => method));
  const covered = new Set([...SLACK_PERMISSIONS.flatMap((p) => p.methods), ...NEEDS_NO_SCOPE]);
  expect([...called].filter((method) => !covered.has(method))).toEqual([]);
  for (const { scope, methods, events } of SLACK_PERMISSIONS) {
    expect(
      methods.filter((m) => !called.has(m)),
      scope,
    ).toEqual([]);
    expect(scope === 'commands' || methods.length + events.length > 0, scope).toBe(true);
  }
  expect(called.size).toBeGreaterThan(5);
});

test('every event that is listened to is subscribed, and no other', () => {
  const heard = [...sources.matchAll(/app\.event\(\s*'([a-z_.]+)'/g)].map(([, event = '']) => event);
  // `app.message` and a listener of `message` stand for several subscriptions, such as message.im.
  const subscribed = slackEvents().map((event) => event.replace(/^message\..*$/, 'message'));
  expect(new Set(subscribed)).toEqual(new Set(heard));
  expect(EVENTS_WITHOUT_SCOPE.filter((e) => SLACK_PERMISSIONS.some((p) => p.events.includes(e)))).toEqual([]);
});

test('the manifest keeps to what Slack documents (https://docs.slack.dev/reference/app-manifest)', () => {
  const { display_information: about, features, settings, oauth_config: oauth } = manifest;
  expect(about.name.length).toBeLessThanOrEqual(35);
  expect(about.description?.length).toBeLessThanOrEqual(140);
  expect(about.long_description?.length).toBeGreaterThanOrEqual(174);
  expect(about.long_description?.length).toBeLessThanOrEqual(4_000);
  expect(about.background_color).toMatch(/^#[0-9a-f]{6}$/);
  expect(features?.bot_user?.display_name).toMatch(/^[a-z0-9._-]{1,80}$/);
  for (const command of features?.slash_commands ?? []) {
    expect(command.command).toMatch(/^\/[a-z-]{1,31}$/);
    expect(command.description.length).toBeLessThanOrEqual(2_000);
    expect(command.usage_hint?.length).toBeLessThanOrEqual(1_000);
    expect(command.url).toBe('https://bot.example.com/slack/events');
  }
  // Without socket mode, events and interactivity need an address (apps.manifest.validate, "invalid_manifest").
  expect(settings?.socket_mode_enabled).toBe(false);
  expect(settings?.event_subscriptions?.request_url).toBe('https://bot.example.com/slack/events');
  expect(settings?.interactivity).toEqual({
    is_enabled: true,
    request_url: 'https://bot.example.com/slack/events',
    message_menu_options_url: 'https://bot.example.com/slack/events',
  });
  expect(new Set(oauth?.scopes?.bot).size).toBe(SLACK_PERMISSIONS.length);
  expect(oauth?.scopes?.user).toBeUndefined();
});

test('in socket mode no address is named, and nothing else differs', () => {
  const socket = slackManifest({ socket: true });
  expect(JSON.stringify(socket)).not.toMatch(/https?:/);
  expect(socket.settings?.socket_mode_enabled).toBe(true);
  expect(socket.settings?.interactivity).toEqual({ is_enabled: true });
  expect(socket.settings?.event_subscriptions?.bot_events).toEqual(
    manifest.settings?.event_subscriptions?.bot_events,
  );
  expect(socket.oauth_config).toEqual({ scopes: manifest.oauth_config?.scopes });
  expect(manifest.oauth_config?.redirect_urls).toEqual([
    expect.stringMatching(/^https:.*\/slack\/oauth_redirect$/),
  ]);
  expect(socket.features?.slash_commands?.map(({ command }) => command)).toEqual(['/countersign', '/cs']);
});

test.each([
  'http://bot.example.com',
  'bot.example.com',
  'https://u:p@bot.example.com',
  'https://b.example?x=1',
  '',
])('an address that Slack would refuse is refused first: %s', (url) => {
  expect(() => slackManifest({ url })).toThrow(/https/);
});

test('the guide shows every scope with its reason', () => {
  const guide = readFileSync(
    join(import.meta.dirname, '../../docs/guides/connect-slack.md'),
    'utf8',
  ).replaceAll(/\s+/g, ' ');
  for (const { scope, reason } of SLACK_PERMISSIONS) expect(guide).toContain(`| \`${scope}\` | ${reason} |`);
});
