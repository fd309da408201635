import type { WebClient } from '@slack/web-api';
import { beforeEach, expect, test } from 'vitest';
import { TenantId } from '../../core/ids.ts';
import { createLog } from '../../platform/log.ts';
import type { Identified } from '../../platform/stores.ts';
import type { Caller, Gateway, Outcome } from '../chat.ts';
import { createReaderLanguage, speaking } from './reader-language.ts';

const ADA: Caller = { platform: 'slack', workspace: 'T1', account: 'U1', homeWorkspace: null };
const log = createLog({ level: 'silent' });
let asked: unknown[] = [];
let kept: unknown[] = [];
let locale: string | undefined = 'de-DE';
let known = true;
let nowMs = 0;

beforeEach(() => {
  [asked, kept, locale, known, nowMs] = [[], [], 'de-DE', true, 0];
});

const readers = () =>
  createReaderLanguage({
    clientsFor: async () => ({
      usual: {
        users: {
          info: async (args: unknown) => {
            asked.push(args);
            if (locale === undefined) throw new Error('Slack is away');
            return { ok: true, user: { locale } };
          },
        },
      } as unknown as WebClient,
      quick: {} as WebClient,
    }),
    people: {
      tenantOf: async () => TenantId.parse('harbour-mutual'),
      identify: async () => (known ? { ok: true } : { ok: false, reason: 'identity_unlinked' }) as Identified,
      rememberLanguage: async (_tenant, account, language) => void kept.push([account.account, language]),
    },
    log,
    now: () => nowMs,
  });

test('asks Slack once a day, keeps what it says, and knows it from then on', async () => {
  const { of, learn } = readers();
  expect(of(ADA)).toBeNull();
  await Promise.all([learn(ADA), learn(ADA)]);
  expect(asked).toEqual([{ user: 'U1', include_locale: true }]);
  expect(kept).toEqual([['U1', 'de']]);
  expect(of(ADA)).toBe('de');
  nowMs = 25 * 3_600_000;
  locale = 'fr-FR';
  await learn(ADA);
  expect(kept.at(-1)).toEqual(['U1', null]);
  expect(of(ADA)).toBeNull();
});

test('asks nothing of strangers, and again after Slack was away', async () => {
  const { of, learn } = readers();
  known = false;
  await learn(ADA);
  expect(asked).toEqual([]);
  const second = readers();
  known = true;
  locale = undefined;
  await second.learn(ADA);
  locale = 'de-DE';
  await second.learn(ADA);
  expect(second.of(ADA)).toBe('de');
  expect(of(ADA)).toBeNull();
});

test('the gateway is told what is known, and learns beside the answer', async () => {
  const heard: (string | null | undefined)[] = [];
  const answer: Outcome = { kind: 'nothing' };
  const command: Gateway['command'] = async ({ caller }) => {
    heard.push(caller.language);
    return answer;
  };
  const later: Promise<void>[] = [];
  const gateway = speaking({ command } as Gateway, readers(), (work) => void later.push(work));
  const place = { conversation: 'C1', thread: null, kind: 'channel' } as const;
  const request = { caller: ADA, place, requestKey: '1', verb: 'help', words: '' };
  expect(await gateway.command(request)).toBe(answer);
  await Promise.all(later);
  await gateway.command(request);
  expect(heard).toEqual([null, 'de']);
});
