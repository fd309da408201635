/** Limits of Block Kit and of the Web API, in characters or items: https://docs.slack.dev/reference/block-kit. */
export const LIMITS = {
  messageBlocks: 50,
  viewBlocks: 100,
  /** chat.postMessage; chat.update takes 4,000 (https://docs.slack.dev/reference/methods/chat.update). */
  messageText: 40_000,
  updateText: 4_000,
  /**
   * All text of a message's blocks together. Not documented: messages of 9,597 characters were taken and of 11,341 refused
   * (slackapi/bolt-js issues 2509 and 2867), so the lower end of that gap is what is safe.
   */
  blockCharacters: 11_000,
  attachments: 100,
  viewBytes: 250_000,
  metadataBytes: 8_000,
  id: 255,
  header: 150,
  sectionText: 3000,
  sectionField: 2000,
  sectionFields: 10,
  contextText: 2000,
  contextElements: 10,
  actionElements: 25,
  buttonText: 75,
  buttonValue: 2000,
  url: 3000,
  accessibilityLabel: 75,
  overflowMin: 2,
  overflowMax: 5,
  optionText: 75,
  optionValue: 150,
  selectOptions: 100,
  choiceOptions: 10,
  placeholder: 150,
  inputLabel: 2000,
  inputValue: 3000,
  altText: 2000,
  /** Of a file: https://docs.slack.dev/reference/methods/files.getUploadURLExternal */
  fileAltText: 1000,
  confirmTitle: 100,
  confirmText: 300,
  confirmButton: 30,
  markdown: 12_000,
  tableRows: 100,
  tableColumns: 20,
  viewTitle: 24,
  viewButton: 24,
  privateMetadata: 3000,
  viewStack: 3,
} as const;

/** A trigger_id lives three seconds and works once. */
export const TRIGGER_MS = 3_000;
/** Slack waits three seconds for an answer to an event, a command or a click. */
export const ANSWER_MS = 3_000;
export const HOOK_USES = 5;
export const HOOK_MS = 30 * 60_000;
