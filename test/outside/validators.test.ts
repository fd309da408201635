import { expect, test } from 'vitest';
import { everyCard, everyForm } from '../../cards/gallery.ts';
import { grantFields } from '../../bot/own/grant-form.ts';
import { policyFields } from '../../bot/own/policy-form.ts';
import { commandForm } from '../../cards/command-form.ts';
import { wordsIn } from '../../cards/languages.ts';
import type { Card, Form, Rendered } from '../../cards/model.ts';
import { approvalView } from '../../cards/samples.ts';
import { renderSlackHome, renderSlackMessage } from '../../cards/slack/message.ts';
import { renderSlackModal } from '../../cards/slack/modal.ts';
import { renderTeamsDialog } from '../../cards/teams/dialog.ts';
import { renderTeamsMessage } from '../../cards/teams/message.ts';
import { LANGUAGES, type Language } from '../../core/language.ts';
import { EXAMPLE_POLICY } from '../../local/example/example.ts';
import { refusedBy, type Sent } from './python.ts';

const fitting = <T>(rendered: Rendered<T>): T => {
  if (!rendered.fits) throw new Error('a card of the gallery does not fit');
  return rendered.card;
};

/** What "Always allow like this…" and `policy change` ask, built by the very code that opens them. */
function ownForms(language: Language): [string, Form][] {
  const { own } = wordsIn(language);
  const shared = { words: 'new', means: own.formMeans, submit: own.ask };
  const policy = policyFields(EXAMPLE_POLICY, 1, language);
  if (policy === null) throw new Error('a rule of the example does not fit a form');
  return [
    [
      'grant',
      commandForm(
        { ...shared, command: 'grants', title: 'Grant', fields: grantFields(approvalView(), language) },
        language,
      ),
    ],
    ['policy', commandForm({ ...shared, command: 'policy', title: 'Policy', fields: policy }, language)],
  ];
}

/** App Home is a view and not a message: other limits hold for it. */
const homes = (cards: readonly [string, Card][]): Sent[] =>
  cards
    .filter(([, card]) => card.kind === 'inbox')
    .map(([name, card]) => ({
      ...{ chat: 'slack', kind: 'home', name: `${name}, as App Home` },
      body: fitting(renderSlackHome(card, { copy: null })),
    }));

const everythingSent = (language: Language): Sent[] => [
  ...homes(everyCard(language)),
  ...everyCard(language).flatMap(([name, card]): Sent[] => [
    { chat: 'slack', kind: 'message', name, body: fitting(renderSlackMessage(card, { copy: null })) },
    {
      chat: 'teams',
      kind: 'message',
      name,
      body: fitting(renderTeamsMessage(card, { copy: null, timeZone: 'Europe/London', refreshUsers: [] }))
        .card,
    },
  ]),
  ...[...everyForm(language), ...ownForms(language)].flatMap(([name, form]): Sent[] => [
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

test.each(LANGUAGES)(
  'every card, form and App Home passes validators that are not ours, in %s',
  async (language) => {
    const sent = everythingSent(language);
    expect(sent.filter(({ kind }) => kind === 'home').length).toBeGreaterThan(1);
    expect(await refusedBy(sent)).toEqual([]);
  },
  180_000,
);

test('a card over a limit, of an unknown block or off the schema is refused by them', async () => {
  const section = (text: string) => ({ blocks: [{ type: 'section', text: { type: 'plain_text', text } }] });
  const bad: Sent[] = [
    { chat: 'slack', kind: 'message', name: 'long', body: section('x'.repeat(3001)) },
    { chat: 'slack', kind: 'home', name: 'home', body: { type: 'nowhere', ...section('x') } },
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
    'home',
    'unknown',
    'off',
  ]);
});
