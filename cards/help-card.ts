import { inLists } from './in-lists.ts';
import type { Block, Card } from './model.ts';
import { command, strong, text } from './spans.ts';
import { WORDS } from './words.ts';

/** What can be typed here, and by this reader. */
export interface HelpView {
  /** The one verb that was asked about, or null for all. */
  readonly topic: string | null;
  readonly commands: readonly {
    readonly verb: string;
    /** E.g. `run <agent> <input>`. */
    readonly usage: string;
    readonly purpose: string;
  }[];
  readonly agents: readonly { readonly name: string; readonly purpose: string }[];
  readonly rehearsal: boolean;
}

/** Every verb that works, with its words, and every agent. */
export function helpCard(help: HelpView): Card {
  const title = help.topic === null ? WORDS.help : `${WORDS.help}: ${help.topic}`;
  const agents: Block[] =
    help.agents.length === 0
      ? []
      : [
          { kind: 'paragraph', spans: [strong(WORDS.agents)] },
          {
            kind: 'list',
            items: help.agents.map(({ name, purpose }) => [strong(name), text(`: ${purpose}`)]),
          },
        ];
  return {
    v: 1,
    kind: 'help',
    subject: 'help',
    version: 1,
    title,
    state: null,
    blocks: [
      { kind: 'paragraph', spans: [text(WORDS.helpIntro)] },
      ...inLists(help.commands.map(({ usage, purpose }) => [command(usage), text(` ${purpose}`)])),
      ...agents,
      ...(help.rehearsal ? [{ kind: 'context', spans: [text(WORDS.rehearsalNote)] } as const] : []),
    ],
    summary: WORDS.helpIntro,
  };
}
