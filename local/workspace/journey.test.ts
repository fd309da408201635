import { expect, test } from 'vitest';
import { approvalCard } from '../../cards/approval-card.ts';
import type { Card } from '../../cards/model.ts';
import { ownApprovals } from '../../cards/own-samples.ts';
import { questionCards } from '../../cards/question-samples.ts';
import { approvalView, executedState } from '../../cards/samples.ts';
import { renderSlackMessage } from '../../cards/slack/message.ts';
import { readJourney } from './page/journey.ts';
import type { Snapshot } from './wire.ts';

/** Which step the page says a visitor is at, read from real cards as Slack shows them, the newest last. */
const CHANNEL = 'C08CLAIMSAPPROVALS';

function at(...cards: readonly Card[]): ReturnType<typeof readJourney> {
  const messages = cards.map((card, i) => {
    const rendered = renderSlackMessage(card, { copy: null });
    if (!rendered.fits) throw new Error('the card does not fit');
    const { text, blocks } = rendered.card;
    return { ts: `17000000${10 + i}.000100`, channel: CHANNEL, visibleTo: null, text, blocks };
  });
  const slack = { channel: { id: CHANNEL }, messages };
  const teams = { channel: { id: '19:here@thread.tacv2' }, messages: [] };
  return readJourney({ slack, teams } as unknown as Snapshot);
}
const questions = questionCards();
/** What Countersign asks about itself, whoever signs it. */
const own = ownApprovals().filter(([name]) => !name.includes('by a grant'));

test('nothing yet: ask; a request: sign; run: done', () => {
  expect(at().stage).toBe('ask');
  expect(at(approvalCard(approvalView())).stage).not.toBe('ask');
  expect(at(approvalCard(approvalView(executedState()))).stage).toBe('done');
});

test.each([...questions, ...own])(
  '%s is no step: alone one still asks, after a request that goes on',
  (_name, card) => {
    expect(at(card).stage).toBe('ask');
    const request = approvalCard(approvalView());
    expect(at(request, card)).toEqual(at(request));
  },
);

test('what a grant signed is the story’s still: done', () => {
  const signed = ownApprovals().filter(([name]) => name.includes('by a grant'));
  expect(signed.map(([, card]) => at(card).stage)).toEqual(['done']);
});
