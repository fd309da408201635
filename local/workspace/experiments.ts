import type { JsonObject } from '../../core/canonical-json.ts';
import type { CastId } from './cast-types.ts';
import type { Actor, Control } from './control.ts';
import type { Delivery } from './slack-api/deliver.ts';
import { elementsOf } from './slack-api/elements-of.ts';
import type { SlackMessage } from './state/slack-types.ts';
import { actionsOf } from './teams-cards.ts';
import type { TeamsMessage } from './teams-api/store.ts';
import type { ExperimentId, ExperimentReport } from './wire.ts';

/** Attacks and accidents, each done for real through the chats; what is reported is what came back. */
export async function runExperiment(control: Control, what: ExperimentId): Promise<ExperimentReport> {
  const card = await openCard(control);
  if (!card) throw new Error('There is no open request to try this on. Ask for one first (step 1).');
  const report = await EXPERIMENTS[what](control, card);
  return { ...report, now: await stateNow(control, card) };
}

type Experiment = (control: Control, card: SlackMessage) => Promise<Omit<ExperimentReport, 'now'>>;

const has = (m: SlackMessage, action: string): boolean =>
  elementsOf(m.blocks).some(({ element }) => element['action_id'] === action);

/** The newest card in the channel that can still be signed; what Countersign asks about itself cannot be edited. */
async function openCard(control: Control): Promise<SlackMessage | null> {
  return (await control.messages('slack')).findLast((m) => has(m, 'approve') && has(m, 'edit')) ?? null;
}

/** The approval that a card's approve button names. */
function approvalOf(card: SlackMessage): string | null {
  const approve = elementsOf(card.blocks).find(({ element }) => element['action_id'] === 'approve');
  const value = JSON.parse(String(approve?.element['value'] ?? '{}')) as { approval?: unknown };
  return typeof value.approval === 'string' ? value.approval : null;
}

const ANSWER_MS = 4_000;
const SETTLE_MS = 400;

/** What Slack showed this person alone because of `act`. */
async function slackAnswers(
  control: Control,
  id: CastId,
  act: () => Promise<Delivery[]>,
  atLeast = 1,
): Promise<string[]> {
  const before = (await control.ephemerals(id)).length;
  const deliveries = await act();
  const refused = deliveries.filter((d) => !d.ok);
  if (refused.length === deliveries.length) return refused.map(said);
  const fresh = async (): Promise<SlackMessage[] | null> => {
    const since = (await control.ephemerals(id)).slice(before);
    return since.length >= atLeast ? since : null;
  };
  await control.until('an answer', fresh, ANSWER_MS).catch(() => null);
  await new Promise((done) => setTimeout(done, SETTLE_MS));
  const shown = (await control.ephemerals(id)).slice(before).map((m) => m.text);
  return shown.length ? shown : ['Nothing was said in private: look at the card.'];
}

const said = (d: Delivery): string =>
  d.status === null
    ? `No answer (${d.why}).`
    : `HTTP ${d.status}: turned away at the door, nobody was told anything.`;

const clickOnce =
  (id: CastId, who: string, did: string): Experiment =>
  async (control, card) => {
    const act = async (): Promise<Delivery[]> => [await control.asPerson(id).slackClick(card.ts, 'approve')];
    const answers = await slackAnswers(control, id, act);
    return { did, answers: answers.map((answer) => ({ who, answer })) };
  };

const fiveClicks: Experiment = async (control, card) => {
  const ada = control.asPerson('ada');
  const act = (): Promise<Delivery[]> =>
    Promise.all([1, 2, 3, 4, 5].map(() => ada.slackClick(card.ts, 'approve')));
  const answers = await slackAnswers(control, 'ada', act, 5);
  return {
    did: 'Ada pressed Approve five times within one instant: five signed requests at once.',
    answers: answers.map((answer, i) => ({ who: `Ada, answer ${i + 1}`, answer })),
  };
};

const forgedSignature: Experiment = async (control, card) => {
  const ada = control.asPerson('ada');
  const now = Math.floor(Date.now() / 1000);
  // Of the time that is allowed ahead some is over when a request comes.
  const tries = [
    ['signed with a guessed secret', { secret: 'guessed-secret' }],
    ['without a signature', { signature: '' }],
    ['rightly signed, 301 seconds old', { timestampSeconds: now - 301 }],
    ['rightly signed, ten minutes in the future', { timestampSeconds: now + 600 }],
  ] as const;
  const answers = [];
  for (const [who, tampering] of tries)
    answers.push({ who, answer: said(await ada.slackClick(card.ts, 'approve', { tampering })) });
  return { did: 'Four clicks in Ada’s name, as an attacker would send them.', answers };
};

const forgedButton: Experiment = async (control, card) => {
  const approve = elementsOf(card.blocks).find(({ element }) => element['action_id'] === 'approve');
  const value = JSON.parse(String(approve?.element['value'])) as JsonObject;
  const forged = JSON.stringify({ ...value, actionDigest: 'f'.repeat(64) });
  const act = async (): Promise<Delivery[]> => [
    await control.asPerson('ada').slackClick(card.ts, 'approve', { value: forged }),
  ];
  const answers = await slackAnswers(control, 'ada', act);
  return {
    did: 'Ada’s click, rightly signed by Slack, but its button was changed to name another action.',
    answers: answers.map((answer) => ({ who: 'Ada', answer })),
  };
};

/** The Teams copy of the same approval. */
async function teamsCopy(control: Control, card: SlackMessage): Promise<TeamsMessage | null> {
  const approval = approvalOf(card);
  const copies = (await control.messages('teams')).filter(
    (m) => !m.deleted && m.card && approval !== null && JSON.stringify(m.card).includes(approval),
  );
  return copies.at(-1) ?? null;
}

const verbOf = (m: TeamsMessage, verb: string): string => {
  const action = actionsOf(m.card ?? {}).find(
    (a) => (a['data'] as JsonObject | undefined)?.['verb'] === verb,
  );
  return String(action?.['title'] ?? verb);
};

async function declineInTeams(actor: Actor, copy: TeamsMessage): Promise<() => Promise<string>> {
  const opened = await actor.teamsClick(copy, verbOf(copy, 'decline'));
  if (!opened.dialog) return async () => opened.said?.text ?? `HTTP ${opened.answer.status}`;
  const inputs = JSON.stringify(opened.dialog.card).match(/"id":"(field\.[^"]+)"/g) ?? [];
  const values = Object.fromEntries(
    inputs.map((i) => [i.slice('"id":"'.length, -1), 'The invoice does not show the excess.']),
  );
  return async () => {
    const outcome = await actor.teamsSubmit(opened, values);
    return (
      outcome.said?.text ||
      outcome.said?.card?.['fallbackText']?.toString() ||
      `HTTP ${outcome.answer.status}`
    );
  };
}

const bothAtOnce: Experiment = async (control, card) => {
  const copy = await teamsCopy(control, card);
  if (!copy) throw new Error('The card is not in Teams yet. Try again in a moment.');
  const decline = await declineInTeams(control.asPerson('sofia'), copy);
  let declined = '';
  const approved = await slackAnswers(control, 'ben', async () => {
    const [delivery, words] = await Promise.all([
      control.asPerson('ben').slackClick(card.ts, 'approve'),
      decline(),
    ]);
    declined = words;
    return [delivery];
  });
  return {
    did: 'In the same instant Ben pressed Approve in Slack and Sofia handed in Decline in Teams.',
    answers: [
      ...approved.map((answer) => ({ who: 'Ben, in Slack', answer })),
      { who: 'Sofia, in Teams', answer: declined },
    ],
  };
};

const HOSTILE = '<!channel> <https://evil.example|Approve> *SIGNED* \u202Eexe.tnuoma `</script>` @here';

const hostileEdit: Experiment = async (control, card) => {
  const ben = control.asPerson('ben');
  const before = (await control.ephemerals('ben')).length;
  await ben.slackClick(card.ts, 'edit');
  const view = await control.until('the edit form', async () => (await ben.slackViews()).at(-1), ANSWER_MS);
  const reason = elementsOf(view.content['blocks'] as JsonObject[])
    .map(({ block }) => String(block['block_id']))
    .find((id) => /reason/i.test(id));
  if (!reason) throw new Error('The edit form has no reason to change.');
  const submitted = await ben.slackSubmit(view, { [reason]: HOSTILE });
  await new Promise((done) => setTimeout(done, SETTLE_MS));
  const shown = (await control.ephemerals('ben')).slice(before).map((m) => m.text);
  const words = submitted.ok ? shown : Object.values(submitted.errors);
  if (!submitted.ok) await ben.slackClose(view.id).catch(() => null);
  return {
    did: `Ben edited the reason to: ${HOSTILE.replace('\u202E', '[right-to-left mark]')}`,
    answers: (words.length ? words : ['Taken as an edit: read the new card.']).map((answer) => ({
      who: 'Ben',
      answer,
    })),
  };
};

const EXPERIMENTS: Readonly<Record<ExperimentId, Experiment>> = {
  stranger: clickOnce('sam', 'Sam, whom nobody here knows', 'Sam pressed Approve in the channel.'),
  requester: clickOnce('robin', 'Robin, who asked', 'Robin pressed Approve on the own request.'),
  'five-clicks': fiveClicks,
  'both-at-once': bothAtOnce,
  'forged-signature': forgedSignature,
  'forged-button': forgedButton,
  'hostile-edit': hostileEdit,
};

/** The state line and the tally that the card shows now. */
async function stateNow(control: Control, card: SlackMessage): Promise<string> {
  await new Promise((done) => setTimeout(done, 1_200));
  const now = (await control.messages('slack')).find((m) => m.ts === card.ts);
  const words = JSON.stringify(now?.blocks ?? []);
  const tally = /[●○]+ (\d+ of \d+)/.exec(words)?.[1];
  return [now?.text ?? 'The card is gone.', tally ? `Signed ${tally}.` : ''].filter(Boolean).join(' ');
}
