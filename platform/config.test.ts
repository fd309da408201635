import { expect, test } from 'vitest';
import type { ConfigError } from './config-error.ts';
import { loadConfig } from './config.ts';
import { createLog, withoutSecrets } from './log.ts';
import { newEncryptionKey } from './seal.ts';

const complete = {
  DATABASE_URL: 'postgres://app:pw@db/countersign',
  DATABASE_DISPATCHER_URL: 'postgres://dispatcher:pw@db/countersign',
  REDIS_URL: 'redis://redis:6379',
  COUNTERSIGN_ENCRYPTION_KEY: newEncryptionKey(),
  SLACK_SIGNING_SECRET: 'shh-1',
  SLACK_BOT_TOKEN: 'xoxb-1',
};
const problemsOf = (env: NodeJS.ProcessEnv, program: Parameters<typeof loadConfig>[1]): readonly string[] => {
  try {
    loadConfig(env, program);
    return [];
  } catch (error) {
    return (error as ConfigError).problems;
  }
};

test('a complete environment is read once, with its defaults', () => {
  const config = loadConfig(complete, 'bot');
  expect(config).toMatchObject({
    host: '127.0.0.1',
    botPort: 3000,
    workspacePort: 4400,
    logLevel: 'info',
    teams: null,
    secrets: 'env',
  });
  expect(config.slack).toMatchObject({ signingSecret: 'shh-1', botToken: 'xoxb-1' });
  expect(loadConfig({}).slack).toBeNull();
});

test('everything that is missing or wrong is said in one message, and no value is', () => {
  const env = {
    ...complete,
    DATABASE_URL: undefined,
    REDIS_URL: 'http://redis',
    BOT_PORT: '99999',
    COUNTERSIGN_ENCRYPTION_KEY: 'c2VjcmV0LXZhbHVl',
    LOG_LEVEL: 'loud',
  };
  const problems = problemsOf(env, 'bot');
  for (const name of ['DATABASE_URL', 'REDIS_URL', 'BOT_PORT', 'COUNTERSIGN_ENCRYPTION_KEY', 'LOG_LEVEL'])
    expect(problems.filter((p) => p.startsWith(`${name}:`))).toHaveLength(1);
  expect(problems.join()).not.toContain('c2VjcmV0LXZhbHVl');
});

test('an empty signing secret refuses to start', () => {
  expect(problemsOf({ ...complete, SLACK_SIGNING_SECRET: '' }, 'bot')).toEqual([
    'SLACK_SIGNING_SECRET: is set but empty',
  ]);
  expect(problemsOf({ ...complete, SLACK_SIGNING_SECRET: undefined }, 'bot').join()).toContain(
    'SLACK_SIGNING_SECRET',
  );
});

test('unauthenticated Teams works only in start, on loopback', () => {
  const open = { ...complete, TEAMS_ALLOW_UNAUTHENTICATED: '1' };
  expect(problemsOf(open, 'none')).toEqual([]);
  expect(problemsOf(open, 'bot').join()).toContain('TEAMS_ALLOW_UNAUTHENTICATED');
  expect(problemsOf({ ...open, HOST: '0.0.0.0' }, 'none').join()).toContain('TEAMS_ALLOW_UNAUTHENTICATED');
});

test('chats are given more time for their answers on this machine alone', () => {
  const patient = { ...complete, COUNTERSIGN_CHATS_WAIT_MS: '60000' };
  expect(loadConfig({ ...patient, SLACK_API_URL: 'http://127.0.0.1:4400/slack/api' }).chatsWaitMs).toBe(
    60_000,
  );
  for (const elsewhere of [{}, { SLACK_API_URL: 'https://slack.example/api' }])
    expect(problemsOf({ ...patient, ...elsewhere }, 'bot').join()).toMatch(/CHATS_WAIT_MS: works only/);
  expect(problemsOf({ ...patient, COUNTERSIGN_CHATS_WAIT_MS: '600' }, 'bot').join()).toMatch(/3000 to 60000/);
});

test('logs hold no secret, neither by name nor inside a sentence', () => {
  const lines: string[] = [];
  const log = createLog({ destination: { write: (line: string) => void lines.push(line) } });
  log.info(
    { headers: { authorization: 'Bearer abc.def' }, slack: { botToken: 'xoxb-12-34' } },
    'sent with xoxb-12-34-abc',
  );
  log.error(
    {
      err: new Error('connect postgres://app:hunter2@db/x failed', {
        cause: new Error('Bearer eyJhbGciOi.e30.sig'),
      }),
    },
    'away',
  );
  const text = lines.join('');
  for (const secret of ['abc.def', 'xoxb-12', 'hunter2', 'eyJhbGciOi']) expect(text).not.toContain(secret);
  expect(withoutSecrets('redis://:pw@host and sk-ant-api03-x')).toBe(
    'redis://:[redacted]@host and [redacted]',
  );
});
