import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { agents } from '../../agents/index.ts';
import { prepareExample } from '../../bin/stack/example.ts';
import { digestOf, type JsonObject } from '../../core/canonical-json.ts';
import type { ApprovalId, PersonId } from '../../core/ids.ts';
import { EXAMPLE } from '../../local/example/example.ts';
import type { BotAnswer } from '../../local/workspace/teams-api/index.ts';
import { createLog } from '../../platform/log.ts';
import { openStores, type OpenStores } from '../../platform/open-store.ts';
import { openRedis } from '../../platform/redis.ts';
import { migratedDatabase, testEngines } from '../../test/engines.ts';
import { startTeamsKit, TEAMS_PEOPLE, type TeamsKit } from '../../test/teams-kit.ts';
import { cardLoader } from '../delivery.ts';
import { createGateway } from '../gateway.ts';
import { reconcile } from '../reconcile.ts';
import { Remembered } from '../remembered.ts';
import { createSendBudget } from '../send-budget.ts';
import { mountTeams, type TeamsMount } from './mount.ts';

/** Signing in Teams alone, whole: real tokens and HTTP, the SDK, the gateway, Postgres, delivery, the local Teams. */
const { tenant } = EXAMPLE;
const { robin, ada, ben, sofia, stranger } = TEAMS_PEOPLE;
const log = createLog({ level: process.env['TEST_LOG'] ?? 'silent' });
const remembered = new Remembered();
let kit: TeamsKit;
let stores: OpenStores;
let mount: TeamsMount;
let redis: ReturnType<typeof openRedis>;
let requester: PersonId;

beforeAll(async () => {
  kit = await startTeamsKit();
  const database = await migratedDatabase();
  stores = await openStores({
    ...database,
    encryptionKey: randomBytes(32).toString('base64'),
    log,
    poolWaitMs: 60_000,
  });
  await prepareExample({ appUrl: database.appUrl, stores }, kit.config.serviceUrl);
  redis = openRedis(testEngines().redisUrl);
  const options = {
    stores,
    agents,
    rehearsal: true,
    away: async () => [],
    log,
    count: () => undefined,
    keepInbox: async () => {},
    remembered,
  };
  mount = mountTeams({ gateway: createGateway(options), config: kit.config, stores, log });
  kit.serve((req, res) => void mount.handle(req, res));
  requester = await personOf(robin);
});
afterAll(async () => {
  await mount?.close();
  redis?.disconnect();
  await stores?.close();
  await kit?.close();
});

async function personOf({ entraObject }: { entraObject: string }): Promise<PersonId> {
  const account = { platform: 'teams', workspace: EXAMPLE.teams.tenant, account: entraObject } as const;
  const found = await stores.people.identify(tenant, account);
  if (!found.ok) throw new Error(found.reason);
  return found.person.id;
}

/** Every Teams copy of an approval shows the newest version, as the delivery loop does it. */
async function deliver(approval: ApprovalId): Promise<{ message: string; words: string }> {
  const budget = createSendBudget(redis, `test-${approval}`);
  const transports = { teams: mount.transport };
  const edges = {
    copies: stores.copies,
    transports,
    budget,
    loadCard: cardLoader(stores),
    remembered,
    owner: 'test',
  };
  const copies = (await stores.copies.ofSubject(tenant, approval)).filter(
    (copy) => copy.platform === 'teams',
  );
  for (const { copy } of copies) await reconcile(edges, tenant, copy);
  const [copy] = (await stores.copies.ofSubject(tenant, approval)).filter(
    ({ platform }) => platform === 'teams',
  );
  const message = copy?.message ?? '';
  const shown = await kit.store.message(kit.channel, message);
  return { message, words: JSON.stringify(shown?.card) };
}

let calls = 0;
async function ask(
  micros = 6_180_000_000,
): Promise<{ approval: ApprovalId; message: string; words: string }> {
  const [agent] = agents;
  if (!agent) throw new Error('no agent');
  const found = await stores.people.person(tenant, requester);
  if (!found) throw new Error('no requester');
  const { run } = await stores.runs.create(tenant, {
    ...{ agent, requester: found, input: { claim: 'CLM-0847' }, source: 'teams', dedupeKey: null },
    ...{ environment: 'production', rehearsal: true, origin: {} },
  });
  const amount = { currency: 'GBP', micros };
  const args = {
    claim: 'CLM-0847',
    amount,
    pay_to: 'Policyholder, account ending 4471',
    reason: 'Escape of water',
  };
  const opened = await stores.approvals.open(tenant, {
    ...{ run, callId: `call-${(calls += 1)}`, agent: agent.name, agentVersion: agent.version },
    ...{ connector: 'insurer', tool: 'settle_claim', toolSchemaHash: digestOf({ tool: 'settle_claim' }) },
    ...{ args, amount, effect: 'irreversible', lowConfidence: false, requester },
    evidence: {
      title: 'Pay £6,180.00 on claim CLM-0847',
      assessment: {
        ...{ score: 0.41, baseRate: 0.18, signals: [], confidence: 0.78, unsure: '' },
        ...{ recommendation: 'settle', ask: 'Pay the policyholder for kitchen water damage.' },
      },
      ...{ sources: [], connectorLabel: 'Insurer database', rehearsal: true },
      argumentLabels: { claim: 'Claim', amount: 'Amount', pay_to: 'Pay to', reason: 'Reason' },
    },
  });
  if (!opened.ok) throw new Error(opened.reason);
  return { approval: opened.approval, ...(await deliver(opened.approval)) };
}

interface Button {
  title: string;
  verb?: string;
  data: JsonObject;
}
async function button(message: string, title: string): Promise<Button> {
  const card = (await kit.store.message(kit.channel, message))?.card;
  const body = (card?.['body'] ?? []) as unknown as { actions?: Button[] }[];
  const found = body
    .flatMap((element) => element.actions ?? [])
    .find((action) => action.title.startsWith(title));
  if (!found) throw new Error(`no button ${title}`);
  return found;
}
const at = (message: string) => ({ conversation: kit.channel, message });
const sentence = (answer: BotAnswer): string => (answer.body as { value: string }).value;
async function press(
  who: { entraObject: string },
  message: string,
  title = 'Approve',
  from = message,
): Promise<string> {
  const { verb = '', data } = await button(from, title);
  return sentence(await kit.api.client.clickExecute(who.entraObject, { ...at(message), verb, data }));
}
/** Opens the dialog behind a button and hands it in with these words. */
async function fill(
  who: { entraObject: string },
  message: string,
  title: string,
  words: Record<string, string>,
) {
  const { data } = await button(message, title);
  const opened = (await kit.api.client.openDialog(who.entraObject, { ...at(message), data })).body as {
    task: {
      type: string;
      value: { card: { content: { body: { id?: string; value?: string }[]; actions: Button[] } } };
    };
  };
  if (opened.task.type !== 'continue') return JSON.stringify(opened.task.value);
  const { body, actions } = opened.task.value.card.content;
  const initial = body.flatMap(({ id, value }) => (id === undefined ? [] : [[id, value ?? ''] as const]));
  const typed = Object.entries(words).map(([name, value]) => [`field.${name}`, value] as const);
  const submitted = { ...actions[0]?.data, ...Object.fromEntries([...initial, ...typed]) };
  const answer = await kit.api.client.submitDialog(who.entraObject, { ...at(message), data: submitted });
  return JSON.stringify((answer.body as { task: { value: unknown } }).task.value);
}
const state = async (approval: ApprovalId) => {
  const found = await stores.approvals.get(tenant, approval);
  if (!found) throw new Error('no such approval');
  return found;
};

test('two people sign; the requester and a stranger are refused; a second click of one is one signature', async () => {
  const { approval, message, words } = await ask();
  expect(words).toContain('CLM');
  expect(await press(stranger, message)).toMatch(/link/i);
  await press(robin, message);
  expect((await state(approval)).signatures).toEqual([]);
  expect(await press(ada, message)).toMatch(/1 of 2/);
  await press(ada, message);
  expect(await state(approval)).toMatchObject({ status: 'pending', signatures: [{ via: 'teams' }] });
  const now = await deliver(approval);
  expect(now.message).toBe(message);
  expect(now.words).toContain('Ada Okafor');
  await press(ben, message);
  expect(await state(approval)).toMatchObject({ status: 'approved', signatures: [{}, {}] });
  await deliver(approval);
  await expect(button(message, 'Approve')).rejects.toThrow('no button');
  expect((await stores.ledger.verify(tenant)).ok).toBe(true);
});

test('a decline needs a reason, and the dialog says so', async () => {
  const { approval, message } = await ask();
  expect(await fill(ada, message, 'Decline', { reason: ' ' })).toMatch(/reason/i);
  expect(await state(approval)).toMatchObject({ status: 'pending' });
  await fill(ada, message, 'Decline', { reason: 'The invoice is not theirs' });
  expect(await state(approval)).toMatchObject({
    status: 'declined',
    declined: { reason: 'The invoice is not theirs' },
  });
  expect((await deliver(approval)).words).toContain('The invoice is not theirs');
});

test('an edit makes a new request on the same message; the old button refuses, and nothing is signed by it', async () => {
  const { approval, message } = await ask();
  const old = await button(message, 'Approve');
  await press(ada, message);
  expect(await fill(sofia, message, 'Edit', { 'argument.amount': 'junk' })).toContain('Amount');
  await fill(sofia, message, 'Edit', { 'argument.amount': '5,000.00' });
  const before = await state(approval);
  expect(before).toMatchObject({ status: 'superseded' });
  const successor = before.supersededBy as ApprovalId;
  expect((await state(successor)).action.args).toMatchObject({
    amount: { currency: 'GBP', micros: 5_000_000_000 },
  });
  const click = { ...at(message), verb: old.verb ?? '', data: old.data };
  expect(sentence(await kit.api.client.clickExecute(ben.entraObject, click))).toMatch(/edit/i);
  expect((await state(successor)).signatures.map(({ person }) => person)).not.toContain(await personOf(ben));
  const now = await deliver(successor);
  expect(now.message).toBe(message);
  expect(now.words).toContain('5,000.00');
  await press(ben, message);
  expect((await state(successor)).signatures.map(({ person }) => person)).toContain(await personOf(ben));
});

test('attack 60: of a posting that was never confirmed nothing is left to press, so that one card alone is live', async () => {
  kit.api.faults.add({ on: 'create', status: 504, afterwards: true, times: 1 });
  const { approval, message } = await ask();
  expect(message).toBe('');
  const orphan = (await kit.store.messages(kit.channel)).at(-1)?.id ?? '';
  await expect(button(orphan, 'Approve')).rejects.toThrow('no button');
  await expect.poll(async () => (await deliver(approval)).message, { timeout: 90_000 }).not.toBe('');
  const { message: live } = await deliver(approval);
  expect(live).not.toBe(orphan);
  expect(await press(ada, live)).toMatch(/1 of 2/);
  expect((await deliver(approval)).words).toContain('Ada Okafor');
  const about = (await kit.store.messages(kit.channel)).filter(
    ({ card }) => card && JSON.stringify(card).includes(approval) && JSON.stringify(card).includes('Execute'),
  );
  expect(about.map(({ id }) => id)).toEqual([live]);
});

test('whoami and a wrong verb, asked in a channel, are answered to the asker', async () => {
  const chat = kit.api.client.personalChat(ada.entraObject);
  await kit.api.client.sendMessage(ada.entraObject, '@Countersign whoami', { conversation: kit.channel });
  await mount.close();
  expect(JSON.stringify(await kit.store.messages(chat))).toContain('Ada Okafor');
  await kit.api.client.sendMessage(ada.entraObject, 'whoamy', { conversation: chat });
  await mount.close();
  expect(JSON.stringify((await kit.store.messages(chat)).at(-1))).toContain('whoami');
});
