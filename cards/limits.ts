/**
 * What the chats accept. Slack: https://docs.slack.dev/reference/block-kit/blocks (a card that breaks one is rejected
 * whole). Teams: https://learn.microsoft.com/microsoftteams/platform/bots/how-to/format-your-bot-messages.
 * Characters are UTF-16 units, which is never fewer than what either chat counts.
 */
export const SLACK = {
  header: 150,
  section: 3000,
  fields: 10,
  field: 2000,
  /** Not documented for rich text; held to a section's. */
  richText: 3000,
  contextText: 2000,
  messageBlocks: 50,
  modalBlocks: 100,
  /** Not documented; above some 13,000 characters Slack answers `msg_blocks_too_long`. */
  messageCharacters: 12_000,
  messageText: 3000,
  buttonText: 75,
  buttonValue: 2000,
  optionText: 75,
  optionValue: 150,
  menuOptions: 5,
  selectOptions: 100,
  checks: 10,
  actionElements: 25,
  modalTitle: 24,
  modalButton: 24,
  inputLabel: 2000,
  inputHint: 2000,
  placeholder: 150,
  inputLength: 3000,
  privateMetadata: 3000,
  id: 255,
} as const;

export const TEAMS = {
  cardBytes: 28 * 1024,
  refreshUsers: 60,
  buttonText: 75,
  /** The JavaScript renderer's own limit, one below the six that Teams names. */
  actionsOfSet: 5,
  /** In a list that is filled while somebody types; the documentation of typeahead search. */
  foundChoices: 15,
} as const;

/**
 * Longest value that a card shows whole, once deceiving characters are spelled out. Leaves room in one Slack text for a
 * label and the (cut) value that an edit replaced.
 */
export const WHOLE_VALUE = 2000;
export const REPLACED_VALUE = 600;
/** Arguments on one card. */
export const WHOLE_VALUES = 20;

/** Columns that fit a code block on a desktop without wrapping, in half of a window as well. */
export const TABLE_COLUMNS = 72;
/** The longest line of a checkpoint: a name of 200 characters and a signature. */
export const WIDE_COLUMNS = 340;
