import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Language } from '../core/language.ts';
import { EXAMPLE } from '../local/example/example.ts';
import { startBotKit, type BotKit } from '../test/bot-kit.ts';
import { handsInSlack, handsInTeams, meetInTeams, type Hands } from '../test/hands.ts';
import { commands } from './commands/index.ts';
import { cardLoader } from './delivery.ts';
import { askIn, helpIn, sayIn } from './languages.ts';
import { HELP_GERMAN } from './words-german.ts';

/** A German company with one reader of English, over both real wires. */
let world: BotKit;
let chats: Readonly<Record<'Slack' | 'Teams', Hands>>;
const { channel, team } = EXAMPLE.slack;

beforeAll(async () => {
  world = await startBotKit({ withTeams: true });
  const superuser = await world.kit.as('superuser');
  await superuser.query(`UPDATE tenants SET language = 'de'`);
  await superuser.query(`UPDATE people SET language = CASE WHEN name LIKE 'Ben%' THEN 'en' ELSE 'de' END`);
  chats = { Slack: handsInSlack(world), Teams: handsInTeams(world) };
  await meetInTeams(world, 'robin', 'ada', 'ben');
});
afterAll(() => world?.close());

describe.each(['Slack', 'Teams'] as const)('a German approver in %s', (name) => {
  test('reads the card, signs, and is told so in German; a reader of English in English', async () => {
    const chat = chats[name];
    const { id } = await world.ask();
    const card = await chat.card({ subject: id });
    for (const words of [
      'Freigeben',
      'Ablehnen…',
      'Nach Freigabe',
      'Wartet auf 2 weitere Unterschriften',
      'Protokoll',
    ])
      expect(card).toContain(words);
    expect(card).toMatch(/6\.180,00.£/);
    expect(card).not.toMatch(/Approve|Decide by|Who may sign/);
    expect(await chat.press('ada', { subject: id }, 'Freigeben')).toMatch(
      /^Erfasst\. Unterschrieben, 1 von 2\. Protokoll #\d+\.$/,
    );
    expect(await chat.press('ben', { subject: id }, 'Freigeben')).toMatch(
      /^Recorded\. Signed, 2 of 2: approved\. Ledger #\d+\.$/,
    );
    expect((await world.approval(id)).status).toBe('approved');
    expect(await chat.card({ subject: id })).toContain('Freigegeben, noch nicht ausgeführt');
  });

  test('is refused in German', async () => {
    const { id } = await world.ask();
    expect(await chats[name].press('robin', { subject: id }, 'Freigeben')).toBe(
      'Sie haben das selbst angefragt, daher muss jemand anderes entscheiden. Die Karte nennt, wer unterschreiben darf.',
    );
  });

  test('declines by a form in German', async () => {
    const chat = chats[name];
    const { id } = await world.ask();
    const form = await chat.press('ada', { subject: id }, 'Ablehnen…');
    for (const words of ['Anfrage ablehnen', 'Begründung', 'Alle, die die Karte sehen'])
      expect(form).toContain(words);
    expect(await chat.fillIn('ada', { reason: 'Rechnung fehlt' })).toContain(
      'Erfasst. Abgelehnt. Protokoll #',
    );
    expect(await world.approval(id)).toMatchObject({
      status: 'declined',
      declined: { reason: 'Rechnung fehlt' },
    });
    expect(await chat.card({ subject: id })).toContain('„Rechnung fehlt“');
  });

  test('edits an amount as it is written in German, and not as in English', async () => {
    const chat = chats[name];
    const { id } = await world.ask();
    expect(await chat.press('ada', { subject: id }, 'Ändern…')).toContain('6180,00');
    expect(await chat.fillIn('ada', { 'argument.amount': '5830.00' })).toContain('einen Betrag wie 5.830,00');
    expect(await chat.fillIn('ada', { 'argument.amount': '5.830' })).toContain('Erfasst. Geändert;');
    const { supersededBy } = await world.approval(id);
    if (supersededBy === null) throw new Error('nothing took its place');
    expect((await world.approval(supersededBy)).action.args['amount']).toEqual({
      currency: 'GBP',
      micros: 5_830_000_000,
    });
  });
});

describe('whose language it is', () => {
  const account = { platform: 'slack', workspace: team, account: 'U08BEN' } as const;
  const reads = async (said?: Language) => {
    const found = await world.kit.stores.people.identify(world.kit.tenant, {
      ...account,
      ...(said ? { language: said } : {}),
    });
    return found.ok ? found.person.language : null;
  };

  test("the person's before the chat's, the chat's of now before that of then, and the company's last", async () => {
    const superuser = await world.kit.as('superuser');
    expect(await reads('de')).toBe('en');
    await superuser.query(`UPDATE people SET language = NULL WHERE name LIKE 'Ben%'`);
    await world.kit.stores.people.rememberLanguage(world.kit.tenant, account, null);
    expect(await reads()).toBe('de');
    await world.kit.stores.people.rememberLanguage(world.kit.tenant, account, 'en');
    expect(await reads()).toBe('en');
    expect(await reads('de')).toBe('de');
    await world.kit.stores.people.rememberLanguage(world.kit.tenant, account, null);
    await superuser.query(`UPDATE people SET language = 'en' WHERE name LIKE 'Ben%'`);
  });

  test("a direct message is its one reader's, a card in a channel the company's", async () => {
    const { id } = await world.ask();
    const load = cardLoader(world.kit.stores);
    const nobody = { page: null, person: null };
    const at = { platform: 'slack', workspace: team } as const;
    const languageAt = async (conversation: string) =>
      (await load(world.kit.tenant, id, { ...at, conversation, ...nobody }))?.card.language;
    expect(await languageAt(channel)).toBe('de');
    expect(await languageAt('U08ADA')).toBe('de');
    expect(await languageAt('U08BEN')).toBe('en');
    // Teams names the chat with a person by an id of its own.
    const inTeams = { platform: 'teams', workspace: EXAMPLE.teams.tenant, conversation: 'a:1Ben' } as const;
    const bens = await load(world.kit.tenant, id, {
      ...{ ...inTeams, ...nobody, person: world.kit.people.ben.id },
    });
    expect(bens?.card.language).toBe('en');
  });
});

const GERMAN: Readonly<Record<string, RegExp>> = {
  run: /Lauf starten/,
  runs: /Läufe/,
  trace: /Ablauf eines Laufs/,
  replay: /Lauf wiederholen/,
  rate: /Ergebnis bewerten/,
  'dead-letters': /Alles konnte verarbeitet werden|Unzustellbares/,
  costs: /Kosten: die letzten 7 Tage/,
  digest: /Ihre Woche.*was Sie erbeten haben/,
  inbox: /Eingang/,
  cancel: /Lauf abbrechen/,
  agents: /Alle Agenten dürfen starten/,
  pause: /Agenten anhalten|Rollen erlauben das nicht/,
  rollback: /Agenten zurücksetzen/,
  review: /Prüfung erbitten/,
  explain: /Entscheidung erklären/,
  reads: /Rollen erlauben das nicht/,
  eval: /Rollen erlauben das nicht/,
  ready: /Rollen erlauben das nicht/,
  candidates: /Rollen erlauben das nicht/,
  resume: /Fortsetzen|Rollen erlauben das nicht/,
  stop: /Rollen erlauben das nicht/,
  oncall: /Bereitschaft/,
  ack: /Übernehmen.*Vorfall/,
  escalate: /Weitergeben.*Vorfall/,
  note: /Notiz zum Vorfall/,
  silence: /Rollen erlauben das nicht/,
  resolve: /Beenden.*Vorfall/,
  delegate: /Rollen erlauben das nicht/,
  grants: /Rollen erlauben das nicht/,
  policy: /Rollen erlauben das nicht/,
  roles: /Wer was darf/,
  verify: /Prüfen|Lauf oder Freigabe/,
  whoami: /Sie sind Robin Reyes/,
  passkeys: /Ihre Passkeys/,
  link: /Anmeldung ist in dieser Installation nicht eingerichtet/,
  help: /Das können Sie hier eingeben/,
};

test.each(commands.map(({ name }) => [name]))('%s answers in German', async (name) => {
  const { body } = await world.slack.client.command('U08ROBIN', channel, `/countersign ${name}`);
  const view = (await world.state.slack.openViews('U08ROBIN')).at(-1);
  expect(`${body} ${JSON.stringify(view ?? '')}`).toMatch(GERMAN[name] ?? /no German words for this command/);
});

describe('the catalogues of the bot', () => {
  test('name every command in German, with what follows it', () => {
    expect(Object.keys(HELP_GERMAN).sort()).toEqual(commands.map(({ name }) => name).sort());
    for (const command of commands) {
      expect(helpIn('de', command).purpose).not.toBe(command.purpose);
      expect(helpIn('en', command)).toMatchObject({ purpose: command.purpose });
      expect(helpIn('de', command).takes === '').toBe(command.takes === '');
    }
  });

  test('have another sentence for each in German', () => {
    const texts = (value: object): string[] =>
      Object.values(value).map((one) => (typeof one === 'function' ? one('a', 'b', 'c', 'd') : String(one)));
    const [en, de] = [texts(sayIn('en')), texts(sayIn('de'))];
    expect(de).toHaveLength(en.length);
    for (const [i, words] of de.entries()) expect(words).not.toBe(en[i]);
    for (const title of [askIn('de').run, askIn('de').trace, askIn('de').cancel, askIn('de').pause])
      expect(title.length).toBeLessThanOrEqual(24);
  });
});
