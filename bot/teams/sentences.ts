/** What only Teams has to say; everything else is said by `core` and `cards`. */
export const SENTENCES = {
  answeredBefore: 'This was received before. The card shows what came of it.',
  notConfirmed: 'Not confirmed: nothing was recorded. Please click again, that is safe.',
  formTooLong: 'This does not fit into a Teams dialog, so it cannot be done here.',
  onlyPrivately:
    'The answer is for your eyes only, and I cannot write to you yet. Open a chat with me and ask there.',
  sentPrivately: 'Sent to you in our chat.',
} as const;
