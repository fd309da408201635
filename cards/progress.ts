import { effectiveRequirement } from '../core/approval/quorum.ts';
import type { ApprovalState } from '../core/approval/types.ts';
import type { Selector } from '../core/policy-types.ts';
import type { ApprovalView, NamedPerson } from '../core/views.ts';
import type { PersonId } from '../core/ids.ts';
import type { CardWords } from './words.ts';

export type People = ApprovalView['people'];

/** `●●○ 2 of 3`: the dots say the same as the words. */
export function progress(say: CardWords, signed: number, needed: number): string {
  const words = `${signed} ${say.of} ${needed}`;
  return needed > 10
    ? words
    : `${'●'.repeat(Math.min(signed, needed))}${'○'.repeat(Math.max(0, needed - signed))} ${words}`;
}

/** Someone whom the store could not name is still shown, by id. */
export const named = (people: People, id: PersonId): NamedPerson =>
  people.get(id) ?? { id, name: id, team: '', slackUser: null, entraObject: null };

const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

function selectorName(say: CardWords, selector: Selector, people: People): string {
  if (selector.kind === 'role') return say.anyoneWhoIs(selector.role);
  if (selector.kind === 'person') return named(people, selector.person).name;
  return capital(selector.group.replaceAll('-', ' '));
}

export const selectorNames = (say: CardWords, selectors: readonly Selector[], people: People): string =>
  selectors.map((selector) => selectorName(say, selector, people)).join(', ');

/** `Any 2 of Claims, Senior approvers; each with a passkey; not the requester`, stage by stage. */
export function whoMaySign(say: CardWords, state: ApprovalState, people: People): string {
  const { stages, proof } = effectiveRequirement(state.policy.requirement, state.risk);
  const parts = stages.map((stage, i) =>
    say.anyOf(stage.quorum, selectorNames(say, stage.who, people), i === 0),
  );
  const proved = proof === undefined ? '' : `; ${say.proof.asked[proof]}`;
  return `${parts.join(', ')}${proved}; ${say.notRequester}`;
}
