import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BREAK_GLASS, questionSubject } from '../core/approval/card-subjects.ts';
import type { ApprovalState } from '../core/approval/types.ts';
import type { Sha256 } from '../core/canonical-json.ts';
import { ApprovalId, GrantId, type PersonId, type RunId } from '../core/ids.ts';
import { ASK_PERSON } from '../core/person-question.ts';
import { EXAMPLE, EXAMPLE_POLICY } from '../local/example/example.ts';
import type { NewApproval } from '../platform/stores.ts';
import { openAdmin } from '../platform/tenants.ts';
import { inSlack, inTeams, type Typist } from '../test/both-chats.ts';
import { startBotKit, type BotKit } from '../test/bot-kit.ts';
import { englishPartsIn } from '../test/english.ts';
import { handsInSlack, handsInTeams, meetInTeams, type Hands } from '../test/hands.ts';
import { inboxInSlack, inboxInTeams, type InboxHands } from '../test/inbox-hands.ts';
import { startTestRun, TEST_AGENT, testApproval, type ExamplePerson } from '../test/test-stores.ts';

/** What a German company reads of the newest parts, in Slack and in Teams, over both real wires: German, and all of it. */
let world: BotKit;
interface Chat {
  readonly hands: Hands;
  readonly typist: Typist;
  readonly inbox: InboxHands;
}
let chats: Readonly<Record<'Slack' | 'Teams', Chat>>;

beforeAll(async () => {
  world = await startBotKit({ withTeams: true });
  const db = await world.kit.as('superuser');
  await db.query(`UPDATE tenants SET language = 'de'`);
  await db.query(`UPDATE people SET language = 'de'`);
  await db.query(`UPDATE people SET roles = roles || '{admin}' WHERE name LIKE 'Sofia%'`);
  const rules = EXAMPLE_POLICY.rules.map((rule) => ({
    ...rule,
    require: {
      ...rule.require,
      breakGlass: rule.when.effect !== 'reversible',
      grants: rule.when.effect === 'reversible',
    },
  }));
  await world.kit.stores.approvals.putPolicy(world.kit.tenant, { ...EXAMPLE_POLICY, version: 2, rules });
  chats = {
    Slack: { hands: handsInSlack(world), typist: inSlack(world), inbox: inboxInSlack(world) },
    Teams: { hands: handsInTeams(world), typist: inTeams(world), inbox: inboxInTeams(world) },
  };
  await meetInTeams(world, 'robin', 'ada', 'ben', 'sofia', 'mara', 'ines');
});
afterAll(() => world?.close());

const SCHEMA = 'b'.repeat(64) as Sha256;
const REFERRAL: Partial<NewApproval> = {
  ...{ tool: 'refer_to_siu', toolSchemaHash: SCHEMA, effect: 'reversible', amount: null },
  args: { claim: 'CLM-0847', reason: 'Two phones', share: 0.25 },
};

/** What came is German: it says this, and no sentence of the English catalogues. */
function german(said: string, ...words: (string | RegExp)[]): void {
  for (const one of words) {
    if (typeof one === 'string') expect(said).toContain(one);
    else expect(said).toMatch(one);
  }
  expect(englishPartsIn(said), said.slice(0, 400)).toEqual([]);
}

/** Types a command that opens a form, and reads the form: Slack opens it beside the answer, Teams puts it into the chat. */
async function opens(name: 'Slack' | 'Teams', who: ExamplePerson, words: string): Promise<string> {
  const said = await chats[name].typist.type(who, words);
  if (name === 'Teams') return said;
  const view = (await world.state.slack.openViews(`U08${who.toUpperCase()}`)).at(-1);
  if (view === undefined) throw new Error('Slack shows no form');
  return JSON.stringify(view.content);
}

const QUESTION = 'Welcher Betrag gilt für CLM-0860?';
const asksPerson = (args: Record<string, unknown>): Promise<ApprovalState> =>
  world.ask({
    ...ASK_PERSON,
    evidence: { ...testApproval('' as RunId, '' as PersonId).evidence, title: QUESTION },
    args: { to: 'claims', question: QUESTION, why: 'Zwei Beträge.', citations: [], ...args } as never,
    ...{ effect: 'reversible', amount: null, answeredBy: [{ kind: 'group', group: 'claims' }] },
  });

const end = (run: RunId, status: 'done' | 'refused', summary: string): Promise<void> =>
  world.kit.stores.runs.close(world.kit.tenant, run, { status, summary, output: null });

describe.each(['Slack', 'Teams'] as const)('in German, in %s', (name) => {
  test('a snooze: its form, its receipt, and the inbox of whoever snoozed', async () => {
    const { hands, typist } = chats[name];
    const { id } = await world.ask();
    const form = await hands.press('ada', { subject: id }, 'Zurückstellen…');
    german(form, 'Morgen früh', '4 Stunden, bis');
    const until = /"value":"(\d{13})"/.exec(form)?.[1] ?? '';
    german(
      await hands.fillIn('ada', { until }),
      /Erfasst\. Zurückgestellt bis (?:Mo|Di|Mi|Do|Fr|Sa|So)\., \d{1,2}\. .+, \d\d:\d\d: bis dahin keine Erinnerungen; die Frist bleibt\. Protokoll #\d+/,
    );
    german(await typist.type('ada', 'inbox'), 'zurückgestellt bis');
  });

  test('a delegation window: in German words, told to the delegate, listed, ended, refused', async () => {
    const { hands, typist } = chats[name];
    const { stores, tenant, people } = world.kit;
    german(await typist.type('ada', 'delegate @Sofia bis morgen 18:00'), 'Gilt jetzt');
    const [window] = (await stores.delegations.of(tenant, people.ada.id)).mine;
    german(await hands.card({ subject: window?.id ?? '', of: 'sofia' }), 'Sie vertreten Ada Okafor');
    german(await typist.type('ada', 'delegate'), 'Beenden');
    german(await typist.type('ada', 'delegate @Niemand bis Freitag'), 'Niemand hier heißt „');
    german(await typist.type('ada', 'delegate @Ben bis irgendwann'), 'ist nicht zu verstehen');
    german(await typist.type('ada', 'delegate end'), 'Niemand vertritt Sie');
  });

  test('a grant: the form, what is wrong in it, the card that is signed, its use and its end', async () => {
    const { hands, typist } = chats[name];
    const model = await world.ask(REFERRAL);
    const open = { 'bound.reason': 'any', 'bound.claim': 'any', uses: '2', days: '7', why: 'Jeden Tag' };
    const share = { 'bound.share': 'between', 'value.share': '0,1; 0,5' };
    const press = () => hands.press('mara', { subject: model.id }, 'So immer erlauben…');
    german(await press(), 'CLM-0847', '0,25');
    german(
      await hands.fillIn('mara', { ...open, ...share, 'value.share': '0.1; 0.5' }),
      'Dieser Wert passt nicht zum Argument.',
    );
    await press();
    german(await hands.fillIn('mara', { ...open, ...share, days: '0' }), 'eine ganze Zahl von 1 bis 365');
    await press();
    const asked = await hands.fillIn('mara', { ...open, ...share });
    german(asked, 'Angefragt: ');
    const id = ApprovalId.parse(/apr_[0-9A-Z]{26}/.exec(asked)?.[0]);
    german(await hands.card({ subject: id }), 'von 0,1 bis 0,5', 'jeder');
    german(await hands.press('ines', { subject: id }, 'Freigeben'), 'Unterschrieben, 1 von 1: freigegeben.');
    const { actionDigest } = await world.approval(id);
    const begin = { kind: 'execute-begin', actionDigest, preconditionsHold: true } as const;
    await world.kit.stores.approvals.transition(world.kit.tenant, id, begin);
    german(await hands.card({ subject: id }), 'unterschreibt ab jetzt.');
    const grant = GrantId.parse((await world.approval(id)).execution?.reference);
    german(await typist.type('ada', 'grants'), grant);
    const signed = await world.ask(REFERRAL);
    german(await hands.card({ subject: signed.id }), 'Durch Dauerfreigabe freigegeben');
    german(await typist.type('mara', `grants revoke ${grant}`), `Widerrufen. ${grant}`);
    german(await typist.type('ines', `verify ${id}`), 'Das Protokoll ist unversehrt');
    const { lines } = await world.kit.stores.ledger.verify(world.kit.tenant, id, { language: 'de' });
    german(
      lines.map(({ sentence }) => sentence).join('\n'),
      'Ines Vogel: Unterschrieben, 1 von 1: freigegeben.',
      'Countersign: Die Aktion wurde ausgeführt.',
    );
  });

  test('the policy: shown, its form, and everything that can be wrong with what was typed', async () => {
    const { typist } = chats[name];
    german(await typist.type('ada', 'policy'), 'Regel 1');
    const change = async (rules: string): Promise<string> => {
      german(
        await opens(name, 'ines', 'policy change 2'),
        'Ein anderer Admin muss die Änderung unterschreiben',
      );
      return typist.fillIn('ines', { rules, why: 'Probe' });
    };
    const rule = (await world.kit.stores.approvals.policy(world.kit.tenant))?.rules[1];
    if (rule === undefined) throw new Error('the example has no second rule');
    german(await change('{'), 'Das ist keine Richtlinie', 'ist kein JSON');
    german(await change('{"a":1,"a":2}'), 'ist doppelt angegeben');
    german(await change('{"risk":"medium"}'), 'rules[2].when fehlt', 'muss eines davon sein');
    german(await change(JSON.stringify(rule)), 'Es wurde nichts geändert.');
    const nobody = { ...rule.require, escalateTo: [{ kind: 'group', group: 'piraten' }] };
    german(
      await change(JSON.stringify({ ...rule, require: nobody })),
      'Die Richtlinie ist nicht erfüllt. #2: Die Eskalation nennt die Gruppe „piraten“, und niemand hier ist das.',
    );
    german(await typist.type('robin', 'policy'), 'Ihre Rollen erlauben das nicht');
  });

  test('break-glass: its form, its receipt, every card and the notice', async () => {
    const { hands } = chats[name];
    const state = await world.ask();
    const here = { subject: state.id };
    const form = await hands.press('ines', here, 'Notfallfreigabe…');
    german(form, 'NOTFALL');
    german(
      await hands.fillIn('ines', { reason: 'Das Dach ist offen.', confirmation: 'NOTFALL' }),
      /Erfasst\. Von einem Admin allein freigegeben, als Notfallfreigabe\. Protokoll #\d+/,
    );
    german(await hands.card(here), 'Das Dach ist offen.', 'Notfallfreigabe');
    const notice = questionSubject({ approval: state.id, question: BREAK_GLASS });
    german(await hands.card({ subject: notice }), 'Das Dach ist offen.');
  });

  test('a blocking question: its card, its form, a wrong answer, the right one', async () => {
    const { hands, typist } = chats[name];
    const current = { currency: 'GBP', micros: 9_480_000_000 };
    const field = { label: 'Betrag', type: 'amount', current, least: 1, most: 240_000 };
    const state = await asksPerson({ kind: 'correct_field', field });
    const here = { subject: state.id };
    german(await hands.card(here), QUESTION, 'Wartet auf eine Antwort', /9\.480,00.£/);
    german(await hands.press('ada', here, 'Antworten…'), '9480,00');
    german(await hands.fillIn('ada', { value: '3480.00' }), 'einen Betrag in GBP wie 5.830,00');
    german(await hands.fillIn('ada', { value: '300.000' }), 'zwischen 1 GBP und 240.000 GBP');
    german(
      await hands.fillIn('ada', { value: '3.480,00' }),
      /Erfasst\. Beantwortet; der Lauf geht weiter\. Protokoll #\d+/,
    );
    german(await hands.card(here), 'Beantwortet von Ada Okafor', /3\.480,00.£/);
    german(await typist.type('ada', `verify ${state.id}`), /Ada Okafor hat geantwortet: 3\.480,00.£/);
  });

  test('the inbox: what waits, the whole request, several at once, and what became of each', async () => {
    const { inbox } = chats[name];
    const [first, second] = [await world.ask(REFERRAL), await world.ask(REFERRAL)];
    german(await inbox.open('ben'), 'warten auf Sie');
    german(await inbox.press('ben', 'Öffnen…', first), 'Two phones', 'Die ganze Anfrage');
    german(await inbox.press('ben', 'Mehrere freigeben…'), 'freigeben');
    german(await inbox.handIn('ben', { 'chosen.1': `${first.id},${second.id}` }), 'Lesen Sie jede.');
    german(await inbox.handIn('ben'), 'unterschrieben');
  });

  test('a replay, its trace and its refusals', async () => {
    const { typist } = chats[name];
    const { stores, tenant } = world.kit;
    const run = await startTestRun(world.kit);
    const step = { parent: null, ok: true, latencyMs: 5, startedAtMs: 1, costMicros: 47_600 } as const;
    await stores.runs.recordStep(tenant, run, {
      ...{ ...step, key: 'guard-in', kind: 'guard', name: 'guard in', label: 'pass' },
    });
    await stores.runs.recordStep(tenant, run, {
      ...{ ...step, key: 'ask-1-a', kind: 'approval', name: 'settle_claim', label: 'asks people to sign' },
    });
    await end(run, 'done', 'The run failed.');
    german(await typist.type('robin', `trace ${run}`), 'bestanden', /bittet\sum\sU/, '0,0476');
    german(await typist.type('robin', `replay ${run}`), `Wiederholung von ${run}`);
    german(await typist.type('robin', `replay ${run} from 2`), 'Sandbox');
    german(await typist.type('robin', `replay ${run} from 9`), 'keinen Schritt „9“');
    german(await typist.type('robin', `trace ${run}`), 'Wiederholt als');
    german(
      await typist.type('robin', `verify ${run}`),
      'hat den Lauf als',
      'Der Lauf ist zu Ende (fertig). Der Lauf ist gescheitert.',
    );
  });

  test('dead letters: listed, tried again, discarded with a reason, and told in the ledger', async () => {
    const { typist } = chats[name];
    const { stores, tenant } = world.kit;
    const run = await startTestRun(world.kit);
    await end(run, 'refused', 'The agent could not do this. A person has to look at it.');
    const letters = await stores.deadLetters.open(tenant);
    const letter = letters.find(({ subject }) => subject === run)?.letter ?? '';
    german(
      await typist.type('mara', 'dead-letters'),
      'Ein Lauf wurde einem Menschen übergeben',
      'Der Agent konnte das nicht. Ein Mensch muss es ansehen.',
    );
    german(await opens(name, 'mara', `dead-letters discard ${letter}`), 'Verwerfen');
    german(
      await typist.fillIn('mara', { reason: 'Zurückgezogen' }),
      /Erfasst\. Es bleibt aufbewahrt, als verworfen markiert\. Protokoll #\d+/,
    );
    german(await typist.type('mara', `dead-letters replay ${letter}`), 'bereits verworfen');
    german(await typist.type('ines', `verify ${run}`), 'hat Unzustellbares (Lauf) verworfen: Zurückgezogen');
  });

  test('a rating, by a click and by a form', async () => {
    const { hands } = chats[name];
    const { stores, tenant, people } = world.kit;
    const place =
      name === 'Slack'
        ? { platform: 'slack', workspace: EXAMPLE.slack.team, conversation: EXAMPLE.slack.channel }
        : { platform: 'teams', workspace: EXAMPLE.teams.tenant, conversation: EXAMPLE.teams.channel };
    const { run } = await stores.runs.create(tenant, {
      ...{ agent: TEST_AGENT, input: { claim: 'CLM-0847' }, requester: people.robin, source: 'slack' },
      ...{ dedupeKey: null, environment: 'production', rehearsal: true },
      origin: { ...place, thread: null } as never,
    });
    await end(run, 'done', 'Bezahlt.');
    const spot = { subject: run };
    german(await hands.card(spot), 'Bezahlt.');
    german(await hands.press('robin', spot, '👍 Gut'), /Erfasst: 👍 gut\. Protokoll #\d+/);
    german(await hands.press('robin', spot, '👍 Gut'), 'Das haben Sie schon gesagt');
    german(await hands.press('robin', spot, 'Mehr dazu…'), 'Was halten Sie davon?');
  });

  test('a place in the line, and a line that is full', async () => {
    const { typist } = chats[name];
    const { tenant } = world.kit;
    const admin = openAdmin({ appUrl: world.kit.urls.appUrl });
    try {
      await admin.setLimits(tenant, { working: 1, waiting: 1_000, personWaiting: 1_000 });
      await startTestRun(world.kit);
      await startTestRun(world.kit);
      german(await typist.type('sofia', 'run fraud-review CLM-0812'), /Platz \d|Wartet|Erfasst/);
      german(await typist.type('mara', 'runs'), 'Läufe');
      german(await typist.type('mara', 'agents'), 'fraud-review');
      await admin.setLimits(tenant, { personWaiting: 1 });
      german(await typist.type('sofia', 'run fraud-review CLM-0812'), 'Von Ihnen warten schon', 'line_full');
      german(await typist.type('sofia', 'run fraud-review Unfug'), 'Das ist nicht zu verstehen', 'CLM-0847');
    } finally {
      await admin.setLimits(tenant, { working: null, waiting: null, personWaiting: null });
      await admin.close();
    }
  });
});
