import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRateLimit } from '../bot/rate-limit.ts';
import { createSendBudget } from '../bot/send-budget.ts';
import { createLog } from '../platform/log.ts';
import { enqueue, openQueues } from '../platform/outbox/queues.ts';
import { TOPICS, type Topic } from '../platform/outbox/outbox-store.ts';
import { openRedis, whyRedisIsUnfit } from '../platform/redis.ts';
import { testEngines } from '../test/engines.ts';

/** What each program may do in Redis (`redis/users.acl`), tried on a real one with keys and names of this test's own. */
const MARK = `acl${process.pid}`;
const LINES = readFileSync(join(import.meta.dirname, 'redis/users.acl'), 'utf8')
  .trim()
  .split('\n');
const rulesOf = (name: string): string[] => {
  const line = LINES.find((one) => one.startsWith(`user ${name} `));
  if (line === undefined) throw new Error(`users.acl has no ${name}`);
  return line.split(' ').slice(2);
};
const sha = (text: string): string => createHash('sha256').update(text).digest('hex');

let operator: Redis;
const opened: Redis[] = [];
const urlOf = (name: string): string => {
  const url = new URL(testEngines().redisUrl);
  Object.assign(url, { username: `${MARK}-${name}`, password: name });
  return url.href;
};
const as = (name: string): Redis => {
  const redis = openRedis(urlOf(name), { name });
  opened.push(redis);
  return redis;
};

beforeAll(async () => {
  operator = openRedis(testEngines().redisUrl);
  for (const name of ['bot', 'workers', 'health']) {
    const rules = rulesOf(name).map(
      (rule) =>
      rule.replace('~bull:', `~${MARK}-bull:`).replace('~countersign:', `~${MARK}:`).replace(/^#%[A-Z]+%$/, `#${sha(name)}`), // prettier-ignore
    );
    await operator.call('ACL', 'SETUSER', `${MARK}-${name}`, 'reset', ...rules);
  }
});
afterAll(async () => {
  for (const redis of opened) redis.disconnect();
  for (const name of ['bot', 'workers', 'health']) await operator?.call('ACL', 'DELUSER', `${MARK}-${name}`);
  operator?.disconnect();
});

/** What Redis refused to these users so far. */
async function denied(): Promise<string[]> {
  const log = (await operator.call('ACL', 'LOG', '100')) as unknown[][];
  return log
    .map(
      (entry) =>
        Object.fromEntries(entry.flatMap((key, i) => (i % 2 === 0 ? [[key, entry[i + 1]]] : []))) as Record<
          string,
          string
        >,
    ) // prettier-ignore
    .filter(({ username = '' }) => username.startsWith(MARK))
    .map(({ username, object }) => `${username?.slice(MARK.length + 1)} ${object}`);
}

const queuePrefix = `${MARK}-bull`;
const row = (topic: Topic, attempts: number) => ({
  tenant: 'harbour',
  id: 1,
  topic,
  key: `run_${topic}`,
  attempts,
});

/** One job each way: taken, failed once, come again, done. */
async function play(name: 'bot' | 'workers', topic: Topic): Promise<number> {
  let times = 0;
  const worker = new Worker(topic, async () => void (times += 1), {
    ...{ connection: as(name), prefix: queuePrefix, lockDuration: 30_000, stalledInterval: 200 },
  });
  worker.on('error', () => {});
  for (const end = Date.now() + 90_000; times < 1 && Date.now() < end;) await sleep(20);
  await sleep(300);
  await worker.close();
  return times;
}

test('what each program does in Redis is allowed to it: queues, rates, budgets, looks', async () => {
  const bot = as('bot');
  const log = createLog({ level: 'silent' });
  expect(
    await createRateLimit(bot, log, undefined, MARK)('harbour', { person: 'per_1', token: 'tok_1' }),
  ).toBe(0);
  const spend = { platform: 'slack', method: 'post', workspace: 'T1', conversation: 'C1' } as const;
  const budget = createSendBudget(bot, MARK);
  expect(await budget.take(spend)).toBe(0);
  await budget.hold(spend, 50);
  expect(await whyRedisIsUnfit(bot)).toBeNull();
  const queues = openQueues(bot, queuePrefix);
  await enqueue(
    queues,
    TOPICS.map((topic) => row(topic, 1)),
  );
  await enqueue(
    queues,
    TOPICS.map((topic) => row(topic, 2)),
  );
  expect(await play('bot', 'deliver')).toBe(1);
  for (const topic of ['intake', 'signals', 'forward'] as const) expect(await play('workers', topic)).toBe(1);
  await Promise.all(Object.values(queues).map((queue) => queue.close()));
  expect(await denied()).toEqual([]);
}, 240_000);

/** Of a queue, shared by all companies: lists of job ids, counters, and what BullMQ says happened to which job. */
const OF_QUEUE =
  /^(?:meta|id|wait|paused|active|events|delayed|marker|stalled|stalled-check|prioritized|completed|failed|pc)$/;
const COMPANIES = ['harbour', 'other'] as const;
const JOB = /^(?:run_[0-9A-Za-z]+|(?:signals|forward|deliver)-(?:harbour|other)-\d+)$/;

/** Why a key, or what lies in it, is nothing that a company may meet another's by; null: it is as it should be. */
async function whyKeyShared(key: string): Promise<string | null> {
  const rest = key.slice(MARK.length);
  if (/^:rate:\{(?:harbour|other)\}:(?:held$|(?:person|token|agent|tenant):)/.test(rest)) return null;
  // Nobody's yet: where a request came from that has shown no link.
  if (/^:rate:\{@\}:(?:held$|address:)/.test(rest)) return null;
  // A chat's own place: a workspace is one company's.
  if (/^:send:\{(?:slack|teams):[^}:]+\}:/.test(rest)) return null;
  const [, topic = '', part = ''] = /^-bull:([a-z]+):(.+)$/.exec(rest) ?? [];
  if (!TOPICS.some((one) => one === topic)) return `${key}: a kind of key that nobody vouched for`;
  if (OF_QUEUE.test(part)) {
    if (!['wait', 'active'].includes(part)) return null;
    const ids = (await operator.lrange(key, '0', '-1')).filter((id) => !JOB.test(id) && !id.startsWith('0:'));
    return ids.length === 0 ? null : `${key} holds ${ids.join()}`;
  }
  if (!JOB.test(part)) return `${key}: a kind of key that nobody vouched for`;
  const { data = '', name } = await operator.hgetall(key);
  const job = JSON.parse(data) as Record<string, unknown>;
  const own = COMPANIES.some((company) => company === job['tenant']) && typeof job['id'] === 'number';
  return own && Object.keys(job).length === 2 && name === topic ? null : `${key} holds ${data}`;
}

test('what two companies leave in Redis: keys that name one of them or a chat’s place, and jobs of a company and a number', async () => {
  const log = createLog({ level: 'silent' });
  const limit = createRateLimit(operator, log, undefined, MARK);
  const budget = createSendBudget(operator, MARK);
  const queues = openQueues(operator, queuePrefix);
  const leaveAll = async (): Promise<void> => {
    await limit(null, { address: '203.0.113.9' });
    for (const [at, tenant] of COMPANIES.entries()) {
      await limit(tenant, { person: 'per_1', token: 'tok_1', agent: 'fraud-review' });
      const spend = { platform: at === 0 ? 'slack' : 'teams', method: 'post', workspace: `T${at}` } as const;
      await budget.take({ ...spend, conversation: 'C1' });
      await budget.hold({ ...spend, conversation: 'C1' }, 50);
      const rows = TOPICS.map((topic) => ({ ...row(topic, 1), tenant, id: at + 7, key: `run_of${at}` }));
      await enqueue(queues, rows);
    }
  };
  const signs = [
    ':rate:{harbour}',
    ':rate:{other}',
    ':rate:{@}:address:203.0.113.9',
    ':send:{teams:T1}',
    '-bull:deliver:deliver-other-8',
    '-bull:intake:run_of0',
  ];
  let keys: string[] = [];
  // What counts requests is gone within a second or two: a slow machine leaves it again until one look finds all of it.
  const missing = async (): Promise<string[]> => {
    await leaveAll();
    keys = await operator.keys(`${MARK}*`);
    return signs.filter((sign) => !keys.some((key) => key.startsWith(`${MARK}${sign}`)));
  };
  await expect.poll(missing).toEqual([]);
  const faults = (await Promise.all(keys.map(whyKeyShared))).filter((fault) => fault !== null);
  expect(faults).toEqual([]);
  // A key of a new kind, and a job that says more than it should, are found.
  await operator.set(`${MARK}:cache:last-claim`, 'CLM-0847');
  await operator.hset(`${queuePrefix}:deliver:deliver-other-9`, {
    name: 'deliver',
    data: '{"tenant":"other","id":9,"text":"x"}',
  });
  const found = await Promise.all((await operator.keys(`${MARK}*`)).map(whyKeyShared));
  expect(found.filter((fault) => fault !== null)).toHaveLength(2);
  await Promise.all(
    Object.values(queues).map((queue) => queue.obliterate({ force: true }).then(() => queue.close())),
  );
  await operator.del(`${MARK}:cache:last-claim`);
});

test('nothing else is: no other keys, no administration, nobody without a password', async () => {
  const tries: readonly (readonly ['bot' | 'workers' | 'health', string, ...string[]])[] = [
    ['bot', 'GET', 'somebody-elses'],
    ['workers', 'GET', `${MARK}:rate:{harbour}:person:per_1`],
    ['workers', 'DEL', `${MARK}:send:{slack:T1}:post`],
    ['workers', 'LRANGE', `${queuePrefix}:deliver:wait`, '0', '-1'],
    ['workers', 'EVAL', `return redis.call('GET', KEYS[1])`, '1', 'somebody-elses'],
    ...(
      [
        'FLUSHALL',
        'KEYS *',
        'CONFIG GET *',
        'ACL WHOAMI',
        'SHUTDOWN NOSAVE',
        'MONITOR',
        'SCRIPT FLUSH',
        'CLIENT LIST',
        'REPLICAOF evil 6379',
        'SUBSCRIBE news',
      ] as const
    ).flatMap((words) =>
      // prettier-ignore
      (['bot', 'workers'] as const).map((name) => [name, ...words.split(' ')] as ['bot', string]),
    ),
    ['health', 'GET', 'anything'],
    ['health', 'INFO'],
  ];
  for (const [name, command, ...args] of tries)
    await expect(as(name).call(command, ...args), `${name} ${command}`).rejects.toThrow(/NOPERM|ACL/);
  expect(await as('health').ping()).toBe('PONG');
  expect(rulesOf('default')).toContain('off');
  expect(rulesOf('operator')).toContain('#%OPERATOR%');
});

test('every command of every script of the installed BullMQ is among them: an upgrade that needs more is told here', () => {
  const folder = join(dirname(createRequire(import.meta.url).resolve('bullmq')), '../esm/scripts');
  const scripts = readdirSync(folder).filter((file) => file.endsWith('.js'));
  const used = new Set(
    scripts.flatMap(
      (file) =>
      [...readFileSync(join(folder, file), 'utf8').matchAll(/(?:rcall|redis\.p?call)\(['"]([A-Za-z]+)['"]/g)].map(([, command = '']) => command.toLowerCase()), // prettier-ignore
    ),
  );
  expect(used.size).toBeGreaterThan(40);
  for (const name of ['bot', 'workers'])
    expect(
      [...used].filter((command) => !rulesOf(name).includes(`+${command}`)),
      name,
    ).toEqual([]);
});

test('start.sh puts hashes where passwords were meant', () => {
  const script = readFileSync(join(import.meta.dirname, 'redis/start.sh'), 'utf8');
  const own = script
    .replace('/etc/countersign/users.acl', join(import.meta.dirname, 'redis/users.acl'))
    .replace(/ > \/run\/countersign\/users\.acl/, '')
    .replace(/^exec .*$/m, '');
  const env = {
    ...process.env,
    REDIS_OPERATOR_PASSWORD: 'o',
    REDIS_BOT_PASSWORD: 'b',
    REDIS_WORKERS_PASSWORD: 'w',
  };
  const made = execFileSync('sh', ['-c', own], { env, encoding: 'utf8' });
  expect(made).toContain(`user bot on #${sha('b')} `);
  expect(made).toContain(`user workers on #${sha('w')} `);
  expect(made).not.toContain('%');
});
