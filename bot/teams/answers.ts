import type { AdaptiveCardActionResponse, TaskModuleResponse } from '@microsoft/teams.api';
import type { IAdaptiveCard } from '@microsoft/teams.cards';
import type { Card } from '../../cards/model.ts';
import { plainSummary } from '../../cards/plain/plain.ts';
import { renderTeamsDialog } from '../../cards/teams/dialog.ts';
import { renderTeamsMessage, type TeamsCard } from '../../cards/teams/message.ts';
import type { FormToOpen, Outcome } from '../chat.ts';
import type { Language } from '../../core/language.ts';
import { sayIn } from '../languages.ts';

/** Times that Teams cannot print in the reader's own zone are printed in this one, and say so. */
const TIME_ZONE = 'UTC';
const CARD_TYPE = 'application/vnd.microsoft.card.adaptive';

/** The SDK's card types are its own builders'; ours is the same JSON. */
const asSdkCard = (card: TeamsCard): IAdaptiveCard => card as unknown as IAdaptiveCard;

/** A card nobody keeps a copy of; null when it does not fit. An answer that cannot wait for pictures has their words. */
export function privateCard(card: Card, pictures?: ReadonlyMap<string, string>): TeamsCard | null {
  const shown = pictures === undefined ? {} : { pictures };
  const rendered = renderTeamsMessage(card, {
    ...{ copy: null, timeZone: TIME_ZONE, refreshUsers: [], ...shown },
  });
  return rendered.fits ? rendered.card.card : null;
}

/** A form as dialog card, or null when it does not fit. */
export function formCard({ form, binding }: FormToOpen): { title: string; card: TeamsCard } | null {
  const rendered = renderTeamsDialog(form, binding, TIME_ZONE);
  return rendered.fits ? rendered.card : null;
}

/** One line that says what came of it. */
export function sentenceOf(outcome: Outcome, language: Language | undefined): string {
  switch (outcome.kind) {
    case 'card':
      return plainSummary(outcome.card);
    case 'text':
      return outcome.text;
    case 'invalid':
      return outcome.text || Object.values(outcome.fieldErrors).join(' ');
    case 'form':
      return sayIn(outcome.form.language).formTooLong;
    case 'nothing':
      return sayIn(language).answeredBefore;
  }
}

export const executeMessage = (text: string): AdaptiveCardActionResponse => ({
  statusCode: 200,
  type: 'application/vnd.microsoft.activity.message',
  value: text,
});

const executeCard = (card: TeamsCard): AdaptiveCardActionResponse => ({
  statusCode: 200,
  type: CARD_TYPE,
  value: asSdkCard(card),
});

/**
 * The answer to Action.Execute. A card in it takes the place of the clicked one, so only the approval itself, the inbox or
 * a form may be one; a refusal must not wipe out what was to be signed.
 * @see https://learn.microsoft.com/adaptive-cards/authoring-cards/universal-action-model#response-format
 */
export function executeAnswer(outcome: Outcome, language: Language | undefined): AdaptiveCardActionResponse {
  const replaces =
    outcome.kind === 'card' && outcome.done && ['approval', 'inbox'].includes(outcome.card.kind);
  const card = replaces
    ? privateCard(outcome.card)
    : outcome.kind === 'form'
      ? formCard(outcome)?.card
      : null;
  return card ? executeCard(card) : executeMessage(sentenceOf(outcome, language));
}

export const dialogMessage = (text: string): TaskModuleResponse => ({
  task: { type: 'message', value: text },
});

const dialogCard = (title: string, card: TeamsCard): TaskModuleResponse => ({
  task: {
    type: 'continue',
    value: {
      title,
      width: 'medium',
      height: 'medium',
      card: { contentType: CARD_TYPE, content: asSdkCard(card) },
    },
  },
});

/** The answer to task/fetch and task/submit: a form or a card in the dialog, or one sentence that closes it. */
export function dialogAnswer(outcome: Outcome, language: Language | undefined): TaskModuleResponse {
  if (outcome.kind === 'form') {
    const form = formCard(outcome);
    return form ? dialogCard(form.title, form.card) : dialogMessage(sayIn(outcome.form.language).formTooLong);
  }
  if (outcome.kind === 'card' && outcome.card.kind !== 'refusal' && outcome.card.kind !== 'notice') {
    const card = privateCard(outcome.card);
    if (card && outcome.card.kind !== 'approval') return dialogCard(outcome.card.title.slice(0, 64), card);
  }
  return dialogMessage(sentenceOf(outcome, language));
}

/** The form again with what was typed and what is wrong with it on top. */
export function dialogAgain(
  { form, binding }: FormToOpen,
  fields: Readonly<Record<string, string>>,
  invalid: Extract<Outcome, { kind: 'invalid' }>,
): TaskModuleResponse {
  const line = (text: string) => ({ kind: 'paragraph', spans: [{ kind: 'strong', text }] }) as const;
  const wrong = form.inputs.flatMap(({ name, label }) => {
    const error = invalid.fieldErrors[name];
    return error === undefined ? [] : [line(`${label}: ${error}`)];
  });
  const inputs = form.inputs.map((input) => ({ ...input, initial: fields[input.name] ?? input.initial }));
  const above = wrong.length > 0 || invalid.text === '' ? wrong : [line(invalid.text)];
  const intro = [...above, ...form.intro];
  return dialogAnswer({ kind: 'form', form: { ...form, intro, inputs }, binding }, form.language);
}
