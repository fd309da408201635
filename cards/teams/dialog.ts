import type { Form, FormInput, Rendered, Suggestion } from '../model.ts';
import type { Language } from '../../core/language.ts';
import { TEAMS } from '../limits.ts';
import { FIELD_PREFIX, payloadOf, type Binding } from '../payload.ts';
import { prepareBlocks } from '../prepare.ts';
import { cut, shown } from '../text.ts';
import { plainString, type TeamsElement } from './elements.ts';
import { teamsElements, type TeamsCard } from './message.ts';
import { wordsIn } from '../languages.ts';
import type { CardWords } from '../words.ts';

const words = (say: CardWords, value: string, max: number): string =>
  plainString(cut(say, shown(value), max));

const choicesOf = (say: CardWords, options: readonly Suggestion[]): { title: string; value: string }[] =>
  options.map(({ value, label }) => ({ title: words(say, label, 75), value }));

/** What is offered while somebody types, as the results of `application/search`. */
export const renderTeamsChoices = (
  suggestions: readonly Suggestion[],
  language?: Language,
): { title: string; value: string }[] =>
  choicesOf(wordsIn(language), suggestions.slice(0, TEAMS.foundChoices));

function inputElement(say: CardWords, input: FormInput): TeamsElement {
  const label = input.currency ? `${input.label} (${input.currency})` : input.label;
  const shared = {
    id: `${FIELD_PREFIX}${input.name}`,
    label: words(say, input.hint ? `${label}. ${input.hint}` : label, 400),
    isRequired: input.required,
    ...(input.required ? { errorMessage: say.fieldNeeded } : {}),
    ...(input.placeholder ? { placeholder: words(say, input.placeholder, 150) } : {}),
    // The very letters, so that an untouched value comes back unchanged.
    ...(input.initial ? { value: input.initial } : {}),
  };
  const choices = choicesOf(say, input.options);
  if (input.kind === 'checks')
    return {
      type: 'Input.ChoiceSet',
      ...shared,
      isMultiSelect: true,
      style: 'expanded',
      wrap: true,
      choices,
    };
  // The newest are in the card itself, for a client that does not ask while somebody types.
  if (input.kind === 'suggest')
    return {
      type: 'Input.ChoiceSet',
      ...shared,
      style: 'filtered',
      choices,
      'choices.data': { type: 'Data.Query', dataset: input.source ?? '' },
    };
  if (input.kind === 'select' || input.kind === 'person')
    return {
      type: 'Input.ChoiceSet',
      ...shared,
      choices,
    };
  return {
    type: 'Input.Text',
    ...shared,
    isMultiline: input.kind === 'multiline',
    maxLength: input.maxLength,
  };
}

/**
 * A form as the Adaptive Card of a Teams dialog (task module). Its submitted data is `{verb, payload}` with the fields
 * beside it. `fits: false` when it is larger than a card may be.
 */
export function renderTeamsDialog(
  form: Form,
  binding: Binding,
  timeZone: string,
): Rendered<{ readonly title: string; readonly card: TeamsCard }> {
  const say = wordsIn(form.language);
  const data = { verb: form.verb, payload: payloadOf(form.target, binding) };
  const intro = prepareBlocks(say, form.intro, 1);
  if (!intro.fits || form.inputs.some(({ initial, maxLength }) => initial.length > maxLength))
    return { fits: false };
  const top = intro.card.flatMap((block) => teamsElements(say, block, binding, timeZone));
  const submit = { title: words(say, form.submit, TEAMS.buttonText), style: 'positive', data };
  const card: TeamsCard = {
    type: 'AdaptiveCard',
    version: '1.5',
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    body: [...top, ...form.inputs.map((one) => inputElement(say, one))],
    ...(form.submit === '' ? {} : { actions: [{ type: 'Action.Submit', ...submit }] }),
  };
  const size = new TextEncoder().encode(JSON.stringify(card)).length;
  return size <= TEAMS.cardBytes
    ? { fits: true, card: { title: words(say, form.title, 64), card } }
    : { fits: false };
}
