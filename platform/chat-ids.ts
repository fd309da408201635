import type { Platform } from './stores.ts';

/** What one part of an address in a chat has to look like, and where people find it. */
interface Shape {
  readonly pattern: RegExp;
  readonly is: string;
}

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Names are easily taken for ids: nothing would ever match, and nobody would say so. */
const SHAPES: Readonly<Record<Platform, Readonly<Record<'workspace' | 'channel' | 'person', Shape>>>> = {
  slack: {
    workspace: {
      pattern: /^[TE][A-Z0-9]+$/,
      is: 'a Slack workspace id (T..., in the address of Slack in a browser)',
    },
    channel: {
      pattern: /^[CG][A-Z0-9]+$/,
      is: 'a Slack channel id (C..., at the bottom of the channel’s About)',
    },
    person: {
      pattern: /^[UW][A-Z0-9]+$/,
      is: 'a Slack member id (U..., Copy member ID in the profile)',
    },
  },
  teams: {
    workspace: { pattern: GUID, is: 'a Directory (tenant) ID' },
    channel: {
      pattern: /^19:[^%\s]+@thread\.(tacv2|skype)$/,
      is: 'a channel id (19:...@thread.tacv2, from the channel’s link, with %3a read as ":" and %40 as "@")',
    },
    person: { pattern: GUID, is: 'an Entra object id' },
  },
};

/** Why this cannot be such an id, as a sentence; null when it can. */
export function whyNoChatId(
  platform: Platform,
  part: 'workspace' | 'channel' | 'person',
  text: string,
): string | null {
  const { pattern, is } = SHAPES[platform][part];
  return pattern.test(text) ? null : `"${text}" is not ${is}.`;
}
