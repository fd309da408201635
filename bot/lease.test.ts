import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Card } from '../cards/model.ts';
import type { CopyId } from '../core/ids.ts';
import { openTestStores, startTestRun, testApproval, type TestStores } from '../test/test-stores.ts';
import type { ChatTransport, Sent } from './chat.ts';
import { cardLoader } from './delivery.ts';
import { reconcile } from './reconcile.ts';
import { Remembered } from './remembered.ts';

/** Senders that are overtaken while they send, over the real store; the chat is a list of messages. */
let kit: TestStores;
beforeAll(async () => {
  kit = await openTestStores();
});
afterAll(() => kit.close());

async function newCopy(): Promise<CopyId> {
  const opened = await kit.stores.approvals.open(
    kit.tenant,
    testApproval(await startTestRun(kit), kit.people.robin.id),
  );
  if (!opened.ok) throw new Error(opened.reason);
  const [copy] = await kit.stores.copies.ofSubject(kit.tenant, opened.approval);
  if (!copy) throw new Error('no copy');
  return copy.copy;
}

const leaseRunsOut = async (copy: CopyId): Promise<void> => {
  const db = await kit.as('superuser');
  await db.query(`UPDATE card_copies SET lease_until = now() - interval '1 second' WHERE copy = $1`, [copy]);
};

/** A chat whose search finds nothing, as a message is not there yet; `during` happens while a post is on its way. */
function chatOf(during: (nth: number) => Promise<unknown>) {
  const messages = new Map<string, Card>();
  let posts = 0;
  const put = (id: string, card: Card): Sent => {
    messages.set(id, card);
    return { ok: true, message: id };
  };
  const transport = (platform: 'slack' | 'teams'): ChatTransport => ({
    platform,
    async post(_target, card) {
      const nth = (posts += 1);
      await during(nth);
      return put(`m${nth}`, card);
    },
    update: async (_target, id, card) =>
      messages.has(id) ? put(id, card) : { ok: false, kind: 'missing', why: 'message_not_found' },
    async remove(_target, id) {
      messages.delete(id);
      return { ok: true, message: id };
    },
    find: async () => ({ ok: true, message: null, certain: true }),
  });
  return { messages, transports: { slack: transport('slack'), teams: transport('teams') } };
}

/** `hangs`: it does not even say that it lives. */
const edgesOf = (transports: ReturnType<typeof chatOf>['transports'], owner: string, hangs = false) => ({
  copies: hangs ? { ...kit.stores.copies, renew: async () => true } : kit.stores.copies,
  ...{ transports, loadCard: cardLoader(kit.stores), owner },
  remembered: new Remembered(),
  budget: { take: async () => 0, lineUp: () => 0, hold: async () => undefined },
});

const rememberedMessage = async (copy: CopyId): Promise<string | null> => {
  const db = await kit.as('superuser');
  const { rows } = await db.query<{ message: string | null }>(
    'SELECT message FROM card_copies WHERE copy = $1',
    [copy],
  );
  return rows[0]?.message ?? null;
};

test('a sender that was overtaken while it posted takes its own message away: one card, and the remembered one', async () => {
  const copy = await newCopy();
  const chat = chatOf(async (nth) => {
    if (nth !== 1) return;
    // The first post hangs; its lease runs out, and another process sends the card meanwhile.
    await leaseRunsOut(copy);
    expect(await reconcile(edgesOf(chat.transports, 'second'), kit.tenant, copy)).toEqual({
      result: 'shown',
    });
  });
  expect(await reconcile(edgesOf(chat.transports, 'first', true), kit.tenant, copy)).toEqual({
    result: 'busy',
  });
  expect([...chat.messages.keys()]).toEqual(['m2']);
  expect(await rememberedMessage(copy)).toBe('m2');
});

test('a post that arrived late is adopted, and whoever overtook it takes theirs away', async () => {
  const copy = await newCopy();
  let first: Promise<unknown> = Promise.resolve();
  let release = (): void => {};
  const chat = chatOf(async (nth) => {
    if (nth === 1) return new Promise<void>((go) => (release = go));
    // While the second posts, the first one's answer comes in at last.
    release();
    await first;
  });
  first = reconcile(edgesOf(chat.transports, 'first', true), kit.tenant, copy);
  await expect.poll(() => release.toString()).not.toBe('() => {}');
  await leaseRunsOut(copy);
  expect(await reconcile(edgesOf(chat.transports, 'second'), kit.tenant, copy)).toEqual({ result: 'busy' });
  expect([...chat.messages.keys()]).toEqual(['m1']);
  expect(await rememberedMessage(copy)).toBe('m1');
});

test('a sender that is slow and alive keeps its lease', async () => {
  const copy = await newCopy();
  const chat = chatOf(async () => {
    const db = await kit.as('superuser');
    const held = 'SELECT lease_until > now() AS held FROM card_copies WHERE copy = $1';
    // As after seven seconds in which nobody said that it lives; its next beat is due before that.
    await leaseRunsOut(copy);
    await expect
      .poll(async () => (await db.query<{ held: boolean }>(held, [copy])).rows[0]?.held, { timeout: 90_000 })
      .toBe(true);
    expect(await reconcile(edgesOf(chat.transports, 'other'), kit.tenant, copy)).toEqual({ result: 'busy' });
  });
  expect(await reconcile(edgesOf(chat.transports, 'slow'), kit.tenant, copy)).toEqual({ result: 'shown' });
  expect([...chat.messages.keys()]).toEqual(['m1']);
});
