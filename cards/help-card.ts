import { inLists } from './in-lists.ts';
import type { Block, Card } from './model.ts';
import { command, strong, text } from './spans.ts';
import type { Language } from '../core/language.ts';
import { wordsIn } from './languages.ts';

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
export function helpCard(help: HelpView, language: Language = 'en'): Card {
  const say = wordsIn(language);
  const title = help.topic === null ? say.help : `${say.help}: ${help.topic}`;
  const agents: Block[] =
    help.agents.length === 0
      ? []
      : [
          { kind: 'paragraph', spans: [strong(say.agents)] },
          {
            kind: 'list',
            items: help.agents.map(({ name, purpose }) => [strong(name), text(`: ${purpose}`)]),
          },
        ];
  return {
    v: 1,
    language: say.language,
    kind: 'help',
    subject: 'help',
    version: 1,
    title,
    state: null,
    blocks: [
      { kind: 'paragraph', spans: [text(say.helpIntro)] },
      ...inLists(help.commands.map(({ usage, purpose }) => [command(usage), text(` ${purpose}`)])),
      ...agents,
      ...(help.rehearsal ? [{ kind: 'context', spans: [text(say.rehearsalNote)] } as const] : []),
    ],
    summary: say.helpIntro,
  };
}
