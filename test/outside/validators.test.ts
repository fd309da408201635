import { expect, test } from 'vitest';
import { everyCard, everyForm } from '../../cards/gallery.ts';
import type { Rendered } from '../../cards/model.ts';
import { renderSlackMessage } from '../../cards/slack/message.ts';
import { renderSlackModal } from '../../cards/slack/modal.ts';
import { renderTeamsDialog } from '../../cards/teams/dialog.ts';
import { renderTeamsMessage } from '../../cards/teams/message.ts';
import { refusedBy, type Sent } from './python.ts';

const fitting = <T>(rendered: Rendered<T>): T => {
  if (!rendered.fits) throw new Error('a card of the gallery does not fit');
  return rendered.card;
};

const everythingSent = (): Sent[] => [
  ...everyCard().flatMap(([name, card]): Sent[] => [
    { chat: 'slack', kind: 'message', name, body: fitting(renderSlackMessage(card, { copy: null })) },
    {
      chat: 'teams',
      kind: 'message',
      name,
      body: fitting(renderTeamsMessage(card, { copy: null, timeZone: 'Europe/London', refreshUsers: [] }))
        .card,
    },
  ]),
  ...everyForm().flatMap(([name, form]): Sent[] => [
    {
      chat: 'slack',
      kind: 'modal',
      name,
      body: fitting(renderSlackModal(form, { callbackId: form.verb, carry: '{}' })),
    },
    {
      chat: 'teams',
      kind: 'message',
      name,
      body: fitting(renderTeamsDialog(form, { copy: null, cardDigest: null }, 'UTC')).card,
    },
  ]),
];

test('every card and form passes validators that are not ours', async () => {
  expect(await refusedBy(everythingSent())).toEqual([]);
}, 180_000);

test('a card over a limit, of an unknown block or off the schema is refused by them', async () => {
  const section = (text: string) => ({ blocks: [{ type: 'section', text: { type: 'plain_text', text } }] });
  const bad: Sent[] = [
    { chat: 'slack', kind: 'message', name: 'long', body: section('x'.repeat(3001)) },
    { chat: 'slack', kind: 'message', name: 'unknown', body: { blocks: [{ type: 'hologram' }] } },
    {
      chat: 'teams',
      kind: 'message',
      name: 'off',
      body: { type: 'AdaptiveCard', version: '1.5', body: [{ type: 'TextBlock' }] },
    },
  ];
  expect((await refusedBy(bad)).map((line) => (JSON.parse(line) as Sent).name)).toEqual([
    'long',
    'unknown',
    'off',
  ]);
}, 180_000);
