import { rolesOf, teamsOf, type Person } from '../core/people.ts';
import type { Card } from './model.ts';
import { fact, text } from './spans.ts';
import type { Language } from '../core/language.ts';
import { wordsIn } from './languages.ts';

export interface WhoamiView {
  readonly person: Person;
  readonly managerName: string | null;
  /** Chats that are linked to this person, e.g. `Slack`, `Teams`. */
  readonly linked: readonly string[];
  readonly tenantName: string;
}

/** Who Countersign takes the reader for, and what they may do. */
export function whoamiCard(
  { person, managerName, linked, tenantName }: WhoamiView,
  language: Language = 'en',
): Card {
  const say = wordsIn(language);
  const words = `${say.youAre} ${person.name}`;
  const roles = rolesOf(person).join(', ');
  return {
    v: 1,
    language: say.language,
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
          fact(say.roles, text(roles || say.notGiven)),
          fact(say.team, text(teamsOf(person).join(', ') || say.notGiven)),
          fact(say.manager, text(managerName ?? say.notGiven)),
          fact(say.timeZone, text(person.timeZone)),
          fact(say.linked, text(linked.join(', ') || say.notGiven)),
          fact(say.company, text(tenantName)),
        ],
      },
      { kind: 'context', spans: [text(person.id)] },
    ],
    summary: `${words} (${roles})`,
  };
}
