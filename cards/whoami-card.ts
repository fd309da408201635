import type { Person } from '../core/people.ts';
import type { Card } from './model.ts';
import { fact, text } from './spans.ts';
import { WORDS } from './words.ts';

export interface WhoamiView {
  readonly person: Person;
  readonly managerName: string | null;
  /** Chats that are linked to this person, e.g. `Slack`, `Teams`. */
  readonly linked: readonly string[];
  readonly tenantName: string;
}

/** Who Countersign takes the reader for, and what they may do. */
export function whoamiCard({ person, managerName, linked, tenantName }: WhoamiView): Card {
  const words = `${WORDS.youAre} ${person.name}`;
  return {
    v: 1,
    kind: 'whoami',
    subject: person.id,
    version: 1,
    title: words,
    state: null,
    blocks: [
      {
        kind: 'facts',
        layout: 'grid',
        whole: false,
        facts: [
          fact(WORDS.roles, text(person.roles.join(', ') || WORDS.notGiven)),
          fact(WORDS.team, text(person.team || WORDS.notGiven)),
          fact(WORDS.manager, text(managerName ?? WORDS.notGiven)),
          fact(WORDS.timeZone, text(person.timeZone)),
          fact(WORDS.linked, text(linked.join(', ') || WORDS.notGiven)),
          fact(WORDS.company, text(tenantName)),
        ],
      },
      { kind: 'context', spans: [text(person.id)] },
    ],
    summary: `${words} (${person.roles.join(', ')})`,
  };
}
