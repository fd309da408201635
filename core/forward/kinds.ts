/** What another system takes incidents by. */
export const FORWARD_KINDS = ['pagerduty', 'webhook'] as const;
export type ForwardKind = (typeof FORWARD_KINDS)[number];

/**
 * Why a target did not take it: a word of ours, with a code beside it. `refused`: what it was sent is wrong. `gone`: it wants
 * nothing any more. `not-allowed`: the address may not be called from here. `unreadable`: our secret for it cannot be opened.
 */
export const UNTAKEN = [
  'refused',
  'busy',
  'broken',
  'redirects',
  'gone',
  'away',
  'slow',
  'not-allowed',
  'unreadable',
] as const;
export type Untaken = (typeof UNTAKEN)[number];
