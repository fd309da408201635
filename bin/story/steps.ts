import type { JsonObject } from '../../core/canonical-json.ts';
import type { ApprovalId, RunId } from '../../core/ids.ts';
import type { Story, StoryStep } from './story.ts';
import { CLAIM, expect, need, wordsOf } from './world.ts';

/** What the steps hand on to each other. */
interface Plot {
  run?: RunId;
  asked?: ApprovalId;
  edited?: ApprovalId;
  /** The card's blocks while it could still be signed, as a screen that sleeps goes on showing them. */
  lastPending?: readonly JsonObject[];
}

type Step = StoryStep<Plot>;

const ask: Step = {
  title: `Robin types /countersign run fraud-review ${CLAIM} in Slack`,
  play: async ({ control, runIn, ephemeralsSince }, plot) => {
    const robin = control.asPerson('robin');
    const delivery = await robin.slackCommand(`/countersign run fraud-review ${CLAIM}`);
    expect(delivery.ok, `Slack got no answer to the command (${delivery.status}).`);
    plot.run = runIn(delivery.body + (await ephemeralsSince('robin')));
    return plot.run;
  },
};

const cards: Step = {
  title: 'The card appears in Slack and in Teams',
  play: async (world, plot) => {
    const id = (plot.asked = await world.cardsOf(need(plot.run)));
    for (const card of [wordsOf(await world.slackCard(id)), wordsOf(await world.teamsCard(id))]) {
      expect(card.includes('6,180.00'), 'The card does not show the amount.');
      expect(card.includes('rehearsal') === world.rehearsal, 'The card does not say which model it was.');
    }
    return `${id}, the amount and the reasons are on both`;
  },
};

const stranger: Step = {
  title: 'Sam, whom nobody here knows, presses Approve in Slack and is refused',
  play: async (world, plot) => {
    const id = need(plot.asked);
    const before = await world.approval(id);
    await world.control.asPerson('sam').slackClick((await world.slackCard(id)).ts, 'approve');
    const told = await world.until('a private refusal for Sam', () => world.ephemeralsSince('sam'));
    expect(
      (await world.approval(id)).version === before.version,
      'The stranger’s click changed the approval.',
    );
    return told;
  },
};

const requester: Step = {
  title: 'Robin, who asked, presses Approve in Teams and is refused',
  play: async (world, plot) => {
    const id = need(plot.asked);
    const outcome = await world.control.asPerson('robin').teamsClick(await world.teamsCard(id), 'approve');
    expect(outcome.said, 'Robin was told nothing.');
    expect((await world.approval(id)).signatures.length === 0, 'The requester’s own signature counted.');
    return outcome.said.text;
  },
};

const first: Step = {
  title: 'Ada signs in Slack: 1 of 2, and Teams shows it too',
  play: async (world, plot) => {
    const id = need(plot.asked);
    await world.control.asPerson('ada').slackClick((await world.slackCard(id)).ts, 'approve');
    expect((await world.approval(id)).signatures.length === 1, 'Ada’s signature is not recorded.');
    await world.until('Ada’s signature on the card in Teams', async () =>
      wordsOf((await world.teamsCard(id)).card).includes('Ada Okafor'),
    );
    return 'recorded, 1 of 2';
  },
};

const edit: Step = {
  title: 'Sofia takes the £350 excess off in Teams: new digest, Ada’s signature no longer counts',
  play: async (world, plot) => {
    const id = need(plot.asked);
    const sofia = world.control.asPerson('sofia');
    const dialog = await sofia.teamsClick(await world.teamsCard(id), 'edit');
    expect(dialog.dialog, 'No dialog opened for the edit.');
    const answer = await sofia.teamsSubmit(dialog, {
      'field.argument.amount': '5830.00',
      'field.comment': 'The £350 excess was not taken off.',
    });
    const old = await world.approval(id);
    expect(
      old.status === 'superseded' && old.supersededBy,
      `The edit did not supersede the first approval: ${JSON.stringify(answer.answer.body).slice(0, 900)}`,
    );
    const next = await world.approval((plot.edited = old.supersededBy));
    expect(next.actionDigest !== old.actionDigest, 'The digest did not change with the amount.');
    // Handing the edit in is Sofia's own signature on the new amount; Ada's was on the old one.
    expect(
      next.signatures.length === 1 && next.editors.length === 1,
      'A signature on the old amount was carried over.',
    );
    await world.until('the changed amount in Slack', async () => {
      const words = wordsOf(await world.slackCard(next.id).catch(() => null));
      return words.includes('5,830.00') && words.includes('6,180.00');
    });
    return '£6,180.00 → £5,830.00 on both cards';
  },
};

const sign: Step = {
  title: 'Ada signs the new amount in Slack: the quorum of two, one in each chat',
  play: async (world, plot) => {
    const id = need(plot.edited);
    expect((await world.approval(id)).status === 'pending', 'The editor alone sufficed.');
    const card = await world.slackCard(id);
    plot.lastPending = card.blocks;
    await world.control.asPerson('ada').slackClick(card.ts, 'approve');
    const signers = (await world.approval(id)).signatures.map((s) => s.via);
    expect(signers.join() === 'teams,slack', `The signatures came by ${signers.join(' and ')}.`);
    return '2 of 2';
  },
};

const executed: Step = {
  title: 'The payment runs, exactly once',
  play: async (world, plot) => {
    const id = need(plot.edited);
    const done = await world.until('the action to run', async () => {
      const state = await world.approval(id);
      return state.status === 'executed' ? state : null;
    });
    const payments = await world.payments(CLAIM);
    expect(payments.length === 1, `The insurer paid ${payments.length} times.`);
    expect(payments[0]?.micros === 5_830_000_000, 'The insurer paid another amount.');
    return `${done.execution?.summary ?? ''}, ${done.execution?.reference ?? ''}`;
  },
};

const late: Step = {
  title:
    'Ben, whose screen slept, presses Approve five times afterwards: told the truth, nothing more happens',
  play: async (world, plot) => {
    const id = need(plot.edited);
    const { ts } = await world.slackCard(id);
    const onScreen = need(plot.lastPending);
    for (let i = 0; i < 5; i++) await world.control.asPerson('ben').slackClick(ts, 'approve', { onScreen });
    const told = await world.until('an answer for Ben', () => world.ephemeralsSince('ben'));
    expect((await world.payments(CLAIM)).length === 1, 'A late click paid again.');
    return told;
  },
};

const copies: Step = {
  title: 'Every copy shows the outcome',
  play: async (world, plot) => {
    const id = need(plot.edited);
    await world.until('both cards to show that it was executed', async () => {
      const both = [wordsOf(await world.slackCard(id)), wordsOf((await world.teamsCard(id)).card)];
      return both.every((words) => words.includes('Approved with an edit, then executed'));
    });
    return 'Approved with an edit, then executed';
  },
};

const ended: Step = {
  title: 'The run ends and its trace can be read in Slack',
  play: async (world, plot) => {
    const run = need(plot.run);
    const view = await world.until('the run to end', async () => {
      const now = await world.stores.runs.view(world.tenant, run);
      return now?.finishedAtMs ? now : null;
    });
    expect(view.status === 'done', `The run ended as ${view.status}.`);
    const answer = await world.control.asPerson('robin').slackCommand(`/countersign trace ${run}`);
    const words = answer.body + (await world.ephemeralsSince('robin'));
    expect(words.includes('settle_claim'), 'The trace does not show the action.');
    return `${view.steps.length} steps, US$${(view.costMicros / 1e6).toFixed(4)}`;
  },
};

const verified: Step = {
  title: 'The ledger verifies, from the store and by Robin’s command',
  play: async (world, plot) => {
    const all = await world.stores.ledger.verify(world.tenant);
    expect(all.ok, all.broken ?? 'The ledger does not verify.');
    const kinds = await world.ledgerKinds();
    expect(kinds.filter((k) => k === 'refused').length >= 2, 'The refusals are not in the ledger.');
    const answer = await world.control
      .asPerson('robin')
      .slackCommand(`/countersign verify ${need(plot.run)}`);
    expect(answer.ok, 'The verify command was not answered.');
    return `${all.entries} entries, head ${all.head.slice(0, 12)}…`;
  },
};

/** The main job, as people do it. */
export const RUN_STORY: Story<Plot> = {
  name: 'run',
  env: (own) => own,
  begin: () => ({}),
  steps: [ask, cards, stranger, requester, first, edit, sign, executed, late, copies, ended, verified],
};
