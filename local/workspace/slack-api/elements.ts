import { boolean, byType, integer, list, matching, object, oneOf, string, url, type Check } from './check.ts';
import { LIMITS } from './limits.ts';

/** Text objects and the elements that stand inside blocks: https://docs.slack.dev/reference/block-kit/block-elements. */
export const id = string(1, LIMITS.id);

const plainShape = (max: number) => ({ required: { text: string(1, max) }, optional: { emoji: boolean } });
export const plain = (max: number): Check => byType({ plain_text: plainShape(max) });
export const text = (max: number): Check => {
  const either = byType({
    plain_text: plainShape(max),
    mrkdwn: { required: { text: string(1, max) }, optional: { verbatim: boolean } },
  });
  return (value, at, report) => {
    const inner = { errors: [] as string[] };
    either(value, at, inner);
    if (inner.errors.length) report.errors.push(`failed to match all allowed schemas [json-pointer:${at}]`);
    report.errors.push(...inner.errors);
  };
};

const confirm = object({
  required: {
    title: plain(LIMITS.confirmTitle),
    text: text(LIMITS.confirmText),
    confirm: plain(LIMITS.confirmButton),
    deny: plain(LIMITS.confirmButton),
  },
  optional: { style: oneOf('primary', 'danger') },
});

const optionShape = (words: Check, extra: Record<string, Check> = {}) =>
  object({
    required: { text: words, value: string(1, LIMITS.optionValue) },
    optional: { description: plain(LIMITS.optionText), ...extra },
  });
export const option = optionShape(plain(LIMITS.optionText));
const choice = optionShape(text(LIMITS.optionText));
export const group = object({
  required: { label: plain(LIMITS.optionText), options: list(option, 1, LIMITS.selectOptions) },
});

const common = { action_id: id, confirm, focus_on_load: boolean };
const placeholder = { placeholder: plain(LIMITS.placeholder) };
const day = matching(/^\d{4}-\d{2}-\d{2}$/, 'date');
const clock = matching(/^([01]\d|2[0-3]):[0-5]\d$/, 'time');
const numberText = matching(/^-?\d+(\.\d+)?$/, 'number');

const select = {
  optional: {
    ...common,
    ...placeholder,
    options: list(option, 1, LIMITS.selectOptions),
    option_groups: list(group, 1, LIMITS.selectOptions),
    initial_option: option,
  },
};
const picker = (initial: string) => ({
  optional: { ...common, ...placeholder, [initial]: id, response_url_enabled: boolean, filter: object({}) },
});
const textEntry = {
  ...common,
  ...placeholder,
  initial_value: string(0, LIMITS.inputValue),
  dispatch_action_config: object({
    optional: { trigger_actions_on: list(oneOf('on_enter_pressed', 'on_character_entered'), 1, 2) },
  }),
};

export const imageElement = {
  required: { alt_text: string(1, LIMITS.altText) },
  optional: { image_url: url(LIMITS.url), slack_file: object({ optional: { id, url: url(LIMITS.url) } }) },
};

const button = {
  required: { text: plain(LIMITS.buttonText) },
  optional: {
    action_id: id,
    url: url(LIMITS.url),
    value: string(0, LIMITS.buttonValue),
    style: oneOf('primary', 'danger'),
    confirm,
    accessibility_label: string(1, LIMITS.accessibilityLabel),
  },
};
const overflow = {
  required: {
    options: list(
      optionShape(plain(LIMITS.optionText), { url: url(LIMITS.url) }),
      LIMITS.overflowMin,
      LIMITS.overflowMax,
    ),
  },
  optional: { action_id: id, confirm },
};

/** Elements that an actions block, a section's accessory and an input block share. */
const choosers = {
  static_select: select,
  external_select: {
    optional: {
      ...common,
      ...placeholder,
      initial_option: option,
      min_query_length: integer(0, LIMITS.inputValue),
    },
  },
  users_select: picker('initial_user'),
  conversations_select: picker('initial_conversation'),
  channels_select: picker('initial_channel'),
  multi_static_select: {
    optional: {
      ...select.optional,
      initial_options: list(option, 1, LIMITS.selectOptions),
      max_selected_items: integer(1, LIMITS.selectOptions),
    },
  },
  datepicker: { optional: { ...common, ...placeholder, initial_date: day } },
  timepicker: { optional: { ...common, ...placeholder, initial_time: clock, timezone: id } },
  datetimepicker: { optional: { ...common, initial_date_time: integer(0, 9_999_999_999) } },
  radio_buttons: {
    required: { options: list(choice, 1, LIMITS.choiceOptions) },
    optional: { ...common, initial_option: choice },
  },
  checkboxes: {
    required: { options: list(choice, 1, LIMITS.choiceOptions) },
    optional: { ...common, initial_options: list(choice, 1, LIMITS.choiceOptions) },
  },
};

export const actionElement = byType({ ...choosers, button, overflow });
export const accessory = byType({ ...choosers, button, overflow, image: imageElement });
export const inputElement = byType({
  ...choosers,
  plain_text_input: {
    optional: {
      ...textEntry,
      multiline: boolean,
      min_length: integer(0, LIMITS.inputValue),
      max_length: integer(1, LIMITS.inputValue),
    },
  },
  number_input: {
    required: { is_decimal_allowed: boolean },
    optional: { ...textEntry, min_value: numberText, max_value: numberText },
  },
  email_text_input: { optional: textEntry },
  url_text_input: { optional: textEntry },
});
