/// <reference lib="dom" />
import { createHash, createPrivateKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ApprovalState } from '../../core/approval/types.ts';
import { canonicalJson, type JsonObject } from '../../core/canonical-json.ts';
import type { Proof } from '../../core/proof.ts';
import type { Policy } from '../../core/policy-types.ts';
import { EXAMPLE_POLICY } from '../../local/example/example.ts';
import { createNoteSigner } from '../../platform/ledger/note.ts';
import { checkReceipt, type ReceiptJson } from '../../platform/ledger/receipt.ts';
import { forgeReceipt, otherAction } from '../../test/forge-receipt.ts';
import { startBotKit, type BotKit } from '../../test/bot-kit.ts';
import { inSlack, inTeams, type Typist } from '../../test/both-chats.ts';
import { addressIn } from '../../test/browser-kit.ts';
import { launchBrowser, seriousFindings, sidewaysPixels } from '../../test/browser.ts';
import { englishIn } from '../../test/english.ts';
import { startEntraKit, type EntraKit } from '../../test/entra-kit.ts';
import type { VerifiedStepUp } from '../../platform/stores.ts';
import { handsInSlack, handsInTeams, meetInTeams, type Hands } from '../../test/hands.ts';
import { TEAMS_PEOPLE, type TeamsKit } from '../../test/teams-kit.ts';
import { blocksOf, typeBlocks } from '../../test/typed-guide.ts';
import type { ExamplePerson } from '../../test/test-stores.ts';
import { onStepUp } from './on-step-up.ts';

/** Both chats, the bot's own pages in a real browser, and an authenticator that Chromium plays. */
let world: BotKit;
let slack: Hands;
let teams: Hands;
let typed: Typist;
let browser: Browser;
let entra: EntraKit;
let origin: string;
let version = 1;
let ada: Device;
let added: string;

/** Somebody's own device: a browser with an authenticator that verifies its person. */
interface Device {
  readonly page: Page;
  readonly cdp: CDPSession;
  readonly authenticator: string;
}

async function device(): Promise<Device> {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true },
      ...{ isUserVerified: true, automaticPresenceSimulation: true },
    },
  });
  return { page, cdp, authenticator: authenticatorId };
}

const linkIn = (said: string): string => {
  const found = /http:\/\/localhost:\d+\/link\/(?:sign|passkey)#[A-Za-z0-9_-]+/.exec(
    said.replaceAll('\\/', '/'),
  )?.[0];
  if (!found) throw new Error(`no link in: ${said.slice(0, 300)}`);
  return found;
};

const signer = createNoteSigner(
  'countersign.test',
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
);
const OTHER_KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  .publicKey.export({ type: 'spki', format: 'der' })
  .toString('base64');
let receipt: ReceiptJson;
type PasskeyProof = Extract<Proof, { kind: 'passkey' }>;

async function receiptOf({ id }: ApprovalState): Promise<ReceiptJson> {
  const { stores, tenant } = world.kit;
  await stores.checkpoints.make(tenant, signer);
  const made = await stores.checkpoints.receipt(tenant, id);
  if (typeof made === 'string') throw new Error(made);
  return made;
}

const ID = {
  ada: 'U08ADA',
  ben: 'U08BEN',
  sofia: 'U08SOFIA',
  ines: 'U08INES',
  robin: 'U08ROBIN',
  mara: 'U08MARA',
};

/** Presses Approve, and answers with what came back for those eyes only: in Slack beside the card, in Teams in their own chat. */
async function approveIn(chat: 'slack' | 'teams', who: ExamplePerson, state: ApprovalState): Promise<string> {
  if (chat === 'slack') {
    await slack.press(who, { subject: state.id }, 'Approve');
    return JSON.stringify((await world.state.slack.ephemerals(ID[who])).at(-1));
  }
  const { api, store } = world.teams as TeamsKit;
  const own = api.client.personalChat(TEAMS_PEOPLE[who].entraObject);
  const before = (await store.messages(own)).length;
  await teams.press(who, { subject: state.id }, 'Approve');
  // Notices of passkeys come into the same chat when they come.
  const told = async (): Promise<string | undefined> =>
    (await store.messages(own))
      .slice(before)
      .map((one) => JSON.stringify(one))
      .find((one) => one.includes('/link/'));
  await expect.poll(told).toBeDefined();
  return (await told()) ?? '';
}

/** Opens a link on that device, presses the button there, and says what the page says then. */
async function pressOn({ page }: Device, link: string): Promise<string> {
  await page.goto('about:blank');
  await page.goto(link);
  await page.click('button[data-way=passkey]');
  return page.locator('.said').innerText();
}

/** From the chat to the directory and back, as a browser goes before a first passkey: where it ends. `as`: who signs in. */
async function signInFirst(said: string, { page }: Device, as: ExamplePerson): Promise<string> {
  entra.signsIn = { oid: TEAMS_PEOPLE[as].entraObject, claims: { acct: 0 } };
  expect(said).not.toContain('/link/passkey#');
  await page.goto(addressIn(said.replaceAll('\\/', '/')));
  await page.click('button');
  await page.waitForURL(/link\/(passkey#|callback)/);
  return page.url();
}

async function addPasskey(who: ExamplePerson, on: Device): Promise<string> {
  return pressOn(on, await signInFirst(await typed.type(who, 'passkeys add'), on, who));
}

async function withPolicy(change: (rule: Policy['rules'][number]) => Policy['rules'][number]): Promise<void> {
  version += 1;
  const rules = EXAMPLE_POLICY.rules.map((rule) =>
    change({ ...rule, require: { ...rule.require, grants: false } }),
  );
  await world.kit.stores.approvals.putPolicy(world.kit.tenant, { ...EXAMPLE_POLICY, version, rules });
}

const askPasskey = (rule: Policy['rules'][number]): Policy['rules'][number] =>
  rule.risk === 'high' ? { ...rule, require: { ...rule.require, proof: 'passkey' } } : rule;

beforeAll(async () => {
  entra = await startEntraKit();
  const bot = startBotKit({ withTeams: true, environment: entra.environment });
  [world, browser] = await Promise.all([bot, launchBrowser()]);
  [slack, teams, typed] = [handsInSlack(world), handsInTeams(world), inSlack(world)];
  origin = `http://localhost:${new URL(world.url).port}`;
  await (await world.kit.as('superuser')).query(`UPDATE people SET language = 'de' WHERE name LIKE 'Ines%'`);
  await meetInTeams(world, 'robin', 'ada', 'ben', 'sofia', 'mara', 'ines');
  ada = await device();
  added = await addPasskey('ada', ada);
  await withPolicy(askPasskey);
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
  await entra?.close();
});

describe('a signature with a passkey', () => {
  test('is given on the page, shown in both chats, and proved offline', async () => {
    expect(added).toContain('Your passkey was added');
    const state = await world.ask();
    expect(await slack.card({ subject: state.id })).toMatch(/each with a passkey/);
    const told = await approveIn('slack', 'ada', state);
    expect(told).toMatch(/asks for your passkey/);
    expect((await world.approval(state.id)).signatures).toEqual([]);
    const link = linkIn(told);
    await ada.page.goto(link);
    expect(await ada.page.locator('h1').innerText()).toContain('CLM-0847');
    expect(await seriousFindings(ada.page)).toEqual([]);
    expect(await sidewaysPixels(ada.page)).toBe(0);
    expect(await pressOn(ada, link)).toMatch(/Recorded\./);
    const signed = await world.approval(state.id);
    expect(signed.status).not.toBe('pending');
    expect(signed.signatures).toMatchObject([{ via: 'page', proof: { kind: 'passkey' } }]);
    for (const hands of [slack, teams]) expect(await hands.card({ subject: state.id })).toMatch(/by passkey/);
    receipt = await receiptOf(signed);
    const checked = checkReceipt(JSON.stringify(receipt), signer.verifierKey);
    expect(checked).toMatchObject({
      ok: true,
      passkeys: [
        expect.stringMatching(
          /^Ada Okafor \(approver\) signed the digest of this very action with a passkey/,
        ),
      ],
    });
  });

  test('is checked with openssl and jq by what the guides say', async () => {
    const steps = ['check-a-receipt', 'passkeys'].flatMap((page) => blocksOf(page, 'sh'));
    const byHand = (text: string): Promise<string> =>
      typeBlocks(steps, { 'receipt.json': text, 'key.txt': signer.verifierKey });
    expect(await byHand(JSON.stringify(receipt))).toContain('Verified OK');
    const otherPerson = (value: JsonObject): JsonObject =>
      'credential' in value ? { ...value, publicKey: OTHER_KEY } : value;
    await expect(byHand(forgeReceipt(receipt, signer, otherPerson))).rejects.toThrow();
  });

  test('does not verify for one bit of the action changed, whatever else was forged around it', () => {
    const broken = (forged: string): string => {
      const checked = checkReceipt(forged, signer.verifierKey);
      return checked.ok ? 'holds' : checked.broken;
    };
    expect(broken(forgeReceipt(receipt, signer, (value) => value))).toBe('holds');
    const amount = (args: JsonObject): JsonObject => {
      const { currency, micros } = args['amount'] as { currency: string; micros: number };
      // An even number: its last bit, and no other.
      return { ...args, amount: { currency, micros: micros + 1 } };
    };
    const { change, digest } = otherAction(receipt, amount);
    expect(broken(forgeReceipt(receipt, signer, change))).toMatch(/names another actionDigest/);
    const inProof = (value: JsonObject, more: (proof: PasskeyProof) => JsonObject): JsonObject =>
      'proof' in value ? { ...value, proof: more(value['proof'] as unknown as PasskeyProof) } : value;
    const restate = (proof: PasskeyProof): PasskeyProof => ({
      ...proof,
      statement: canonicalJson({ ...(JSON.parse(proof.statement) as JsonObject), actionDigest: digest }),
    });
    const restated = (value: JsonObject) =>
      inProof(change(value), (proof) => ({ ...restate(proof) }) as never);
    expect(broken(forgeReceipt(receipt, signer, restated))).toMatch(/authenticator signed something else/);
    const rechallenged = (value: JsonObject) =>
      inProof(change(value), (proof) => {
        const now = restate(proof);
        const said = JSON.parse(
          Buffer.from(proof.assertion.clientData, 'base64url').toString(),
        ) as JsonObject;
        const challenge = createHash('sha256').update(now.statement).digest('base64url');
        const clientData = Buffer.from(JSON.stringify({ ...said, challenge })).toString('base64url');
        return { ...now, assertion: { ...now.assertion, clientData } } as never;
      });
    expect(broken(forgeReceipt(receipt, signer, rechallenged))).toMatch(/not by the registered key/);
    const without = JSON.parse(forgeReceipt(receipt, signer, (value) => value)) as { passkeys: unknown };
    expect(broken(JSON.stringify({ ...without, passkeys: [] }))).toMatch(/lacks the entry that registered/);
  });
});

describe('breaking the glass where the policy asks for a passkey', () => {
  const REASON = 'Das Dach ist offen und sonst ist niemand zu erreichen.';
  let own: Device;

  /** `data`: what stands there in other people's words. */
  const german = (said: string, words: readonly string[], data: readonly string[] = []): void => {
    for (const one of words) expect(said).toContain(one);
    expect(englishIn(said, data), said).toEqual([]);
  };
  const textsIn = (value: unknown): string[] =>
    typeof value === 'string'
      ? [value]
      : typeof value === 'object' && value !== null
        ? Object.entries(value).flatMap(([name, inner]) => [name, ...textsIn(inner)])
        : [];

  /** Opens a link on her device, and reads what the page says before anything is pressed. */
  async function readOn({ page }: Device, link: string): Promise<string> {
    await page.goto('about:blank');
    await page.goto(link);
    await page.locator('main button, main .said').first().waitFor();
    return page.locator('main').innerText();
  }

  beforeAll(async () => {
    await withPolicy((rule) => {
      const asking = askPasskey(rule);
      return { ...asking, require: { ...asking.require, breakGlass: true } };
    });
    own = await device();
  });

  test('a passkey is added in German, from the page to the notice', async () => {
    const link = await signInFirst(await typed.type('ines', 'passkeys add'), own, 'ines');
    german(await readOn(own, link), ['Passkey hinzufügen', 'im Namen von Ines Vogel']);
    german(await pressOn(own, link), ['Ihr Passkey wurde hinzugefügt']);
    german(await readOn(own, link), ['Nicht erledigt', 'Dieser Link wurde schon benutzt']);
    const [passkey] = await passkeysOf('ines');
    const spot = { subject: `passkey/${passkey?.passkey}`, of: 'ines' } as const;
    for (const hands of [slack, teams])
      expect(await hands.card(spot)).toContain('Für Sie wurde ein Passkey hinzugefügt');
  });

  test.each(['slack', 'teams'] as const)(
    'the passkey of the one Admin is asked for, in %s and in German',
    async (chat) => {
      const hands = chat === 'slack' ? slack : teams;
      const state = await world.ask();
      await hands.press('ines', { subject: state.id }, 'Break glass…');
      const told = await hands.fillIn('ines', { reason: REASON, confirmation: 'NOTFALL' });
      expect(told).toContain('verlangt hier Ihren Passkey');
      expect(await world.approval(state.id)).toMatchObject({ status: 'pending', breakGlass: null });
      const link = linkIn(told);
      const view = await world.kit.stores.approvals.view(world.kit.tenant, state.id);
      const says = ['Das geben Sie allein frei', REASON, 'Mit Passkey unterschreiben'];
      german(await readOn(own, link), says, textsIn(view));
      german(await pressOn(own, link), ['Erfasst.']);
      expect(await world.approval(state.id)).toMatchObject({
        status: 'approved',
        breakGlass: { person: world.kit.people.ines.id, reason: REASON, proof: { kind: 'passkey' } },
      });
      german(await readOn(own, link), ['Nicht erledigt']);
    },
    60_000,
  );
});

/** What Ada's authenticator holds, so that it can be made to lie. */
interface Key {
  readonly credential: string;
  readonly privateKey: KeyObject;
  counter: number;
}
let key: Key;

const LIES = {
  none: {},
  'user not verified': { flags: 1 },
  'counter going back': { counter: 0 },
  'another origin': { origin: 'https://countersign.example.com' },
  'another host': { rpId: 'countersign.example.com' },
  'another challenge': { challenge: 'A'.repeat(43) },
  'a page in a frame of elsewhere': { crossOrigin: true },
} as const;

/** An assertion by Ada's key, true but for what is said otherwise. */
function assertion(
  challenge: string,
  lie: {
    flags?: number;
    counter?: number;
    origin?: string;
    rpId?: string;
    challenge?: string;
    crossOrigin?: boolean;
  } = {},
): object {
  key.counter += 10;
  const { flags = 5, counter = key.counter, rpId = 'localhost', crossOrigin = false } = lie;
  const said = {
    type: 'webauthn.get',
    challenge: lie.challenge ?? challenge,
    origin: lie.origin ?? origin,
    crossOrigin,
  };
  const clientData = Buffer.from(JSON.stringify(said));
  const count = Buffer.alloc(4);
  count.writeUInt32BE(counter);
  const sha256 = (bytes: Buffer | string): Buffer => createHash('sha256').update(bytes).digest();
  const data = Buffer.concat([sha256(rpId), Buffer.of(flags), count]);
  const signature = sign('sha256', Buffer.concat([data, sha256(clientData)]), key.privateKey);
  const { credential: id } = key;
  const [clientDataJSON, authenticatorData] = [clientData.toString('base64url'), data.toString('base64url')];
  return {
    ...{ id, rawId: id, type: 'public-key', clientExtensionResults: {} },
    response: { clientDataJSON, authenticatorData, signature: signature.toString('base64url') },
  };
}

interface Posted {
  readonly status: number;
  readonly body: { readonly text?: string; readonly options?: { readonly challenge: string } };
}

async function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Posted> {
  const response = await fetch(`${world.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin, ...headers },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Posted['body'] };
}

/** Ben has a passkey of his own, on a device of his own. */
async function bensLink(state: ApprovalState): Promise<string> {
  await addPasskey('ben', await device());
  expect((await passkeysOf('ben')).length).toBe(1);
  return approveIn('slack', 'ben', state);
}

const passkeysOf = (who: ExamplePerson) =>
  world.kit.stores.passkeys.of(world.kit.tenant, world.kit.people[who].id);

const secretOf = (link: string): string => link.split('#')[1] ?? '';
const linkFor = async (state: ApprovalState, chat: 'slack' | 'teams' = 'slack'): Promise<string> =>
  secretOf(linkIn(await approveIn(chat, 'ada', state)));
const challengeOf = async (link: string): Promise<string> =>
  (await post('/link/sign/open', { link })).body.options?.challenge ?? '';

/** Nothing was signed, and `entries` refusals stand in the ledger that say so. */
async function nothingSigned(
  state: ApprovalState,
  act: () => Promise<unknown>,
  entries: number,
): Promise<void> {
  const before = await world.counts();
  await act();
  expect((await world.approval(state.id)).signatures).toEqual(state.signatures);
  expect((await world.counts()).refused - before.refused).toBe(entries);
}

describe('the doors of the page', () => {
  let state: ApprovalState;
  beforeAll(async () => {
    state = await world.ask();
    const { credentials } = await ada.cdp.send('WebAuthn.getCredentials', {
      authenticatorId: ada.authenticator,
    });
    const [held] = credentials;
    if (!held) throw new Error('Ada has no passkey');
    const der = Buffer.from(held.privateKey, 'base64');
    key = {
      credential: Buffer.from(held.credentialId, 'base64').toString('base64url'),
      privateKey: createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }),
      counter: held.signCount,
    };
  });

  test('attack: a link is looked at by a preview, in a frame, from elsewhere, or guessed', async () => {
    const link = await linkFor(state);
    await nothingSigned(
      state,
      async () => {
        const shell = await fetch(`${world.url}/link/sign`);
        expect(shell.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
        expect(shell.headers.get('content-security-policy')).toContain("script-src 'self'");
        expect([shell.headers.get('x-frame-options'), shell.headers.get('referrer-policy')]).toEqual([
          'DENY',
          'no-referrer',
        ]);
        expect(await shell.text()).not.toContain('CLM-0847');
        const answer = assertion(await challengeOf(link));
        const foreign: Record<string, string>[] = [
          { origin: 'https://evil.example' },
          { origin: 'null' },
          { 'sec-fetch-site': 'cross-site' },
          { 'content-type': 'text/plain' },
        ];
        for (const headers of foreign)
          expect((await post('/link/sign/passkey', { link, answer }, headers)).status).toBe(403);
        const guessed = [`${link.slice(0, -1)}${link.endsWith('A') ? 'B' : 'A'}`, 'x', link.slice(5)];
        for (const one of guessed)
          expect((await post('/link/sign/passkey', { link: one, answer })).status).toBe(404);
        expect((await post('/link/sign/passkey', { link, answer, more: 1 })).status).toBe(400);
      },
      0,
    );
    expect((await post('/link/sign/open', { link })).status).toBe(200);
  }, 240_000);

  test.each(Object.entries(LIES).slice(1))(
    'attack: an authenticator that tells of %s signs nothing, and uses the link up',
    async (_, lie) => {
      const link = await linkFor(state);
      const challenge = await challengeOf(link);
      await nothingSigned(
        state,
        async () => {
          const refused = await post('/link/sign/passkey', { link, answer: assertion(challenge, lie) });
          expect(refused).toMatchObject({
            status: 403,
            body: { text: expect.stringContaining('not accepted') as string },
          });
          const again = await post('/link/sign/passkey', { link, answer: assertion(challenge) });
          expect(again).toMatchObject({
            status: 403,
            body: { text: expect.stringContaining('used already') as string },
          });
        },
        2,
      );
    },
  );

  test('attack: a passkey’s signature for one request is none for another, nor in the hands of another person', async () => {
    const { stores, people, tenant } = world.kit;
    const link = await linkFor(state);
    const answer = assertion(await challengeOf(link));
    const signed = await stores.passkeys.sign(link, answer, { origin, rpId: 'localhost' });
    if (!signed.ok) throw new Error(signed.why);
    const other = await world.ask();
    const hand = async (who: 'ada' | 'ben', { id, actionDigest }: ApprovalState): Promise<void> => {
      const account = ID[who];
      const said = await world.bot.gateway.decide({
        ...{ message: null, requestKey: `proof ${who} ${id}`, caller: { ...signed.link.caller, account } },
        place: { conversation: '', thread: null, kind: 'personal' },
        payload: { v: 1, approval: id, version: 0, actionDigest, copy: null },
        choice: { verb: 'approve', comment: null, seen: 'whole', proof: signed.proof },
      });
      expect(said).toMatchObject({ done: false, text: expect.stringContaining('not accepted') as string });
    };
    expect(people.ada.id).not.toBe(people.ben.id);
    await nothingSigned(other, () => hand('ada', other), 1);
    await nothingSigned(state, () => hand('ben', state), 1);
    expect((await stores.approvals.get(tenant, state.id))?.status).toBe('pending');
  });

  test('attack: what was signed was edited meanwhile: the page shows it no more, and its signature counts for nothing', async () => {
    const asked = await world.ask();
    const [shown, unseen] = [await linkFor(asked), await linkFor(asked)];
    const challenge = await challengeOf(unseen);
    await world.kit.stores.approvals.edit(world.kit.tenant, asked.id, {
      ...{ by: world.kit.people.ben.id, via: 'slack', actionDigest: asked.actionDigest, cardDigest: null },
      args: { ...asked.action.args, reason: 'Escape of water, kitchen' },
      ...{ comment: null, successorAmount: asked.amount },
    });
    const edited = await world.approval(asked.id);
    expect(edited.status).toBe('superseded');
    const opened = await post('/link/sign/open', { link: shown });
    expect(opened).toMatchObject({
      status: 403,
      body: { text: expect.stringContaining('was edited') as string },
    });
    const signed = await post('/link/sign/passkey', { link: unseen, answer: assertion(challenge) });
    expect(signed.body.text).toMatch(/This request was edited/);
    const successor = await world.approval(edited.supersededBy ?? asked.id);
    // An edit is no signature where a proof is asked for.
    expect(successor.signatures).toEqual([]);
  }, 240_000);

  test('attack: a link of another person, an expired one, one that was used, and a passkey that was removed', async () => {
    const robbed = secretOf(linkIn(await bensLink(state)));
    const late = await linkFor(state);
    const superuser = await world.kit.as('superuser');
    await nothingSigned(
      state,
      async () => {
        const byAda = assertion(await challengeOf(robbed));
        expect((await post('/link/sign/passkey', { link: robbed, answer: byAda })).status).toBe(403);
        const challenge = await challengeOf(late);
        await superuser.query(
          `UPDATE sign_links SET expires_at = now() - interval '1 second' WHERE used_at IS NULL`,
        );
        expect((await post('/link/sign/passkey', { link: late, answer: assertion(challenge) })).status).toBe(
          403,
        );
      },
      2,
    );
    const link = await linkFor(state, 'teams');
    const answer = assertion(await challengeOf(link));
    const both = await Promise.all([1, 2].map(() => post('/link/sign/passkey', { link, answer })));
    expect(both.map(({ status }) => status).sort()).toEqual([200, 403]);
    expect((await world.approval(state.id)).signatures).toMatchObject([{ via: 'page' }]);
    const asked = await world.ask();
    const after = await linkFor(asked);
    const open = await challengeOf(after);
    const [passkey] = await world.kit.stores.passkeys.of(world.kit.tenant, world.kit.people.ada.id);
    expect(await typed.type('ben', `passkeys remove ${passkey?.passkey}`)).toContain(
      'There is no such thing here',
    );
    expect(await typed.type('ada', `passkeys remove ${passkey?.passkey}`)).toContain('Removed.');
    await nothingSigned(asked, () => post('/link/sign/passkey', { link: after, answer: assertion(open) }), 1);
    expect(await slack.press('ada', { subject: asked.id }, 'Approve')).toContain('asks for your passkey');
  }, 240_000);
});

describe('a passkey', () => {
  test('is told of to its person in both chats, and a second one wants the first', async () => {
    const [passkey] = await passkeysOf('ben');
    const spot = { subject: `passkey/${passkey?.passkey}`, of: 'ben' } as const;
    for (const hands of [slack, teams]) expect(await hands.card(spot)).toMatch(/A passkey was added to you/);
    const stranger = await device();
    const link = linkIn(await typed.type('ben', 'passkeys add'));
    await stranger.page.goto(link);
    await stranger.page.getByText('You have a passkey already').waitFor();
    const secret = secretOf(link);
    const { body } = await post('/link/passkey/open', { link: secret });
    // A new key on another device, made as it should be, but without a word of the first.
    const answer = await stranger.page.evaluate(async (options) => {
      const read = (globalThis as unknown as { PublicKeyCredential: Reads }).PublicKeyCredential;
      interface Reads {
        parseCreationOptionsFromJSON(given: unknown): PublicKeyCredentialCreationOptions;
      }
      const made = await navigator.credentials.create({
        publicKey: read.parseCreationOptionsFromJSON(options),
      });
      return (made as unknown as { toJSON(): unknown }).toJSON();
    }, body.options);
    expect((await post('/link/passkey/add', { link: secret, answer, by: null })).status).toBe(403);
    expect(await passkeysOf('ben')).toEqual([expect.objectContaining({ passkey: passkey?.passkey })]);
    expect(await typed.type('ben', 'passkeys')).toContain('1 passkey');
  }, 240_000);

  test.each([
    ['slack', 'mara'],
    ['teams', 'sofia'],
  ] as const)(
    'attack: the first one, with their account in %s and no sign-in of theirs',
    async (chat, who) => {
      const { stores, tenant, people } = world.kit;
      const type = chat === 'slack' ? typed.type : inTeams(world).type;
      const own = await device();
      const before = await world.counts();
      expect(await signInFirst(await type(who, 'passkeys add'), own, 'ben')).toContain('/link/callback');
      expect(await own.page.locator('main').innerText()).toMatch(/somebody else than the person who asked/);
      // A link as it came of the chat alone before, or while they still had a passkey.
      const caller = {
        platform: 'slack',
        workspace: 'T08HARBOUR',
        account: 'U08X',
        homeWorkspace: null,
      } as const;
      const asked = { person: people[who].id, caller, language: 'en' } as const;
      const secret = await stores.passkeys.askToRegister(tenant, asked);
      for (const path of ['open', 'add']) {
        const refused = await post(`/link/passkey/${path}`, { link: secret, answer: {}, by: null });
        expect([refused.status, JSON.stringify(refused.body)]).toEqual([
          403,
          expect.stringContaining('after a fresh sign-in'),
        ]);
      }
      expect((await world.counts()).refused).toBe(before.refused + 3);
      expect(await passkeysOf(who)).toEqual([]);
      const link = await signInFirst(await type(who, 'passkeys add'), own, who);
      expect(await pressOn(own, link)).toContain('Your passkey was added');
      const [passkey] = await passkeysOf(who);
      const { rows } = await (
        await world.kit.as('superuser')
      ).query<{ body: string }>(
        `SELECT b.body FROM ledger_entries e JOIN ledger_bodies b USING (tenant, seq) WHERE e.subject = $1`,
        [`passkey/${passkey?.passkey}`],
      );
      expect(rows.map(({ body }) => JSON.parse(body) as unknown)).toMatchObject([
        { signedInAtMs: expect.any(Number) as number },
      ]);
      expect(passkey && (await stores.passkeys.remove(tenant, passkey.passkey, people[who].id))).toBe(true);
      await own.page.context().close();
    },
    240_000,
  );

  test('is wanted by a policy only where enough people have one', async () => {
    await expect(
      withPolicy((rule) => {
        const { require } = askPasskey(rule);
        const stages = require.stages.map((stage) => ({ ...stage, quorum: 2 }));
        return rule.risk === 'high' ? { ...rule, require: { ...require, stages } } : rule;
      }),
    ).rejects.toThrow(/needs 2 with a passkey, and 1 of those who may sign have one/);
  });
});

describe.each(['slack', 'teams'] as const)('in %s, where a fresh sign-in is asked for', (chat) => {
  /** From the page to the directory and back, as a browser goes; what the last page says. */
  async function signInFrom(link: string, who: 'ben' | 'sofia'): Promise<string> {
    entra.signsIn = { oid: TEAMS_PEOPLE[who].entraObject, claims: { acct: 0 } };
    const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
    const page = await context.newPage();
    await page.goto(link);
    await page.click('button[data-way=sign-in]');
    await page.waitForURL(/link\/start/);
    await page.click('button');
    await page.waitForURL(/link\/callback/);
    const said = await page.locator('main').innerText();
    await context.close();
    return said;
  }

  beforeAll(() =>
    withPolicy((rule) =>
      rule.risk === 'high' ? { ...rule, require: { ...rule.require, proof: 'sign-in' } } : rule,
    ),
  );

  test('a click gets the way to it in private and signs nothing; the sign-in does, once, for this action and person alone', async () => {
    const state = await world.ask();
    const said = await approveIn(chat, 'ben', state);
    expect(said).toMatch(/asks for a fresh sign-in/);
    const link = linkIn(said);
    expect(await signInFrom(link, 'sofia')).toMatch(/You were not signed in/);
    expect((await world.approval(state.id)).signatures).toEqual([]);
    expect(await signInFrom(link, 'ben')).toMatch(/Recorded/);
    expect((await world.approval(state.id)).signatures).toMatchObject([
      { person: world.kit.people.ben.id, via: 'page', proof: { kind: 'sign-in' } },
    ]);
    const again = await browser.newPage();
    await again.goto(link);
    expect(await again.locator('.said').innerText()).toMatch(/used|over/);
    await again.close();
  }, 240_000);

  test('attack: a sign-in for another action than the page showed signs nothing', async () => {
    const state = await world.ask();
    linkIn(await approveIn(chat, 'ben', state));
    const { tenant, people } = world.kit;
    const verified: VerifiedStepUp = {
      ...{ tenant, person: people.ben.id, approval: state.id, language: 'en' },
      actionDigest: '0'.repeat(64) as typeof state.actionDigest,
      account: { platform: 'slack', workspace: 'T08HARBOUR', account: ID.ben },
      ...{ tid: '7a6f', oid: '1b2c', authTimeMs: Date.now() },
    };
    expect(await onStepUp(world.kit.stores, () => world.bot.gateway)(verified)).toMatchObject({
      done: false,
    });
    expect((await world.approval(state.id)).signatures).toEqual([]);
  });
});
