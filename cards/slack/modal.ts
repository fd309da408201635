import type { Language } from '../../core/language.ts';
import { SLACK } from '../limits.ts';
import type { Form, FormInput, Rendered, Suggestion } from '../model.ts';
import { FIELD_PREFIX, payloadOf, SUGGEST_PREFIX, type Binding } from '../payload.ts';
import { prepareBlocks } from '../prepare.ts';
import { cut, shown } from '../text.ts';
import type { Input, Option, PlainText, SlackModal } from './blocks.ts';
import { slackBlocks } from './message.ts';
import { wordsIn } from '../languages.ts';
import type { CardWords } from '../words.ts';

const plain = (say: CardWords, words: string, max: number): PlainText => ({
  type: 'plain_text',
  text: cut(say, shown(words), max) || ' ',
  emoji: false,
});

const optionsOf = (say: CardWords, options: readonly Suggestion[]): Option[] =>
  options
    .slice(0, SLACK.selectOptions)
    .map(({ value, label }) => ({ text: plain(say, label, SLACK.optionText), value }));

/** What is offered while somebody types, as the answer to `block_suggestion`. */
export const renderSlackOptions = (
  suggestions: readonly Suggestion[],
  language?: Language,
): { readonly options: Option[] } => ({ options: optionsOf(wordsIn(language), suggestions) });

/** Asked for when it is opened, so that the newest are there before a letter is typed. */
function suggesting(say: CardWords, input: FormInput, placeholder: { placeholder?: PlainText }) {
  const [chosen] = optionsOf(
    say,
    input.options.filter(({ value }) => value === input.initial),
  );
  return {
    type: 'external_select',
    action_id: `${SUGGEST_PREFIX}${input.source ?? ''}`,
    min_query_length: 0,
    ...placeholder,
    ...(chosen ? { initial_option: chosen } : {}),
  } as const;
}

function element(say: CardWords, input: FormInput): Input['element'] {
  const placeholder = input.placeholder
    ? { placeholder: plain(say, input.placeholder, SLACK.placeholder) }
    : {};
  if (input.kind === 'person') return { type: 'users_select', action_id: 'value', ...placeholder };
  if (input.kind === 'suggest') return suggesting(say, input, placeholder);
  if (input.kind === 'checks') {
    const options = input.options.slice(0, SLACK.checks);
    return {
      type: 'checkboxes',
      action_id: 'value',
      options: options.map(({ value, label }) => ({ text: plain(say, label, SLACK.optionText), value })),
    };
  }
  if (input.kind === 'select') {
    const options = optionsOf(say, input.options);
    const chosen = options.find(({ value }) => value === input.initial);
    return {
      type: 'static_select',
      action_id: 'value',
      options,
      ...placeholder,
      ...(chosen ? { initial_option: chosen } : {}),
    };
  }
  return {
    type: 'plain_text_input',
    action_id: 'value',
    multiline: input.kind === 'multiline',
    max_length: Math.min(input.maxLength, SLACK.inputLength),
    // The very letters of the value, not a visible form of them: what comes back must be able to be unchanged.
    ...(input.initial ? { initial_value: input.initial } : {}),
    ...placeholder,
  };
}

const inputBlock = (say: CardWords, input: FormInput): Input => ({
  type: 'input',
  block_id: `${FIELD_PREFIX}${input.name}`,
  label: plain(say, input.currency ? `${input.label} (${input.currency})` : input.label, SLACK.inputLabel),
  optional: !input.required,
  element: element(say, input),
  ...(input.hint ? { hint: plain(say, input.hint, SLACK.inputHint) } : {}),
});

/** What a form carries to and fro: the payload of the button that asked for it, or words of the caller's. */
export type ModalCarry = Binding | { readonly callbackId: string; readonly carry: string };

/**
 * A form as a Slack modal for `views.open` and `views.update`. `fits: false` when a value is longer than a field may be,
 * or there are too many of them.
 */
export function renderSlackModal(form: Form, carry: ModalCarry): Rendered<SlackModal> {
  const say = wordsIn(form.language);
  const own = 'carry' in carry;
  const binding: Binding = own ? { copy: null, cardDigest: null } : carry;
  const metadata = own ? carry.carry : JSON.stringify(payloadOf(form.target, carry));
  const intro = prepareBlocks(say, form.intro, 1);
  if (!intro.fits) return intro;
  const top = intro.card.flatMap((block) => slackBlocks(say, block, binding));
  const blocks = [...top, ...form.inputs.map((one) => inputBlock(say, one))];
  if (!holds(form, metadata, blocks.length)) return { fits: false };
  return {
    fits: true,
    card: {
      type: 'modal',
      callback_id: own ? carry.callbackId : form.verb,
      title: plain(say, form.title, SLACK.modalTitle),
      ...(form.submit === '' ? {} : { submit: plain(say, form.submit, SLACK.modalButton) }),
      close: plain(say, form.cancel, SLACK.modalButton),
      private_metadata: metadata,
      blocks,
    },
  };
}

const holds = (form: Form, metadata: string, blocks: number): boolean =>
  metadata.length <= SLACK.privateMetadata &&
  blocks <= SLACK.modalBlocks &&
  form.inputs.every(
    ({ initial, maxLength, name }) =>
      initial.length <= Math.min(maxLength, SLACK.inputLength) &&
      name.length + FIELD_PREFIX.length <= SLACK.id,
  );
