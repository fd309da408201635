import { isLive, type GrantView } from '../core/grants.ts';
import type { PersonId } from '../core/ids.ts';
import type { NamedPerson } from '../core/views.ts';
import type { Language } from '../core/language.ts';
import { argumentText } from './arguments.ts';
import { wordsIn } from './languages.ts';
import type { Block, Card, Span } from './model.ts';
import { boundText } from './own-actions.ts';
import { named } from './progress.ts';
import { commandButton } from './run-buttons.ts';
import { instant, strong, text } from './spans.ts';
import type { CardWords } from './words.ts';

export interface GrantsView {
  readonly grants: readonly GrantView[];
  readonly people: ReadonlyMap<PersonId, NamedPerson>;
  readonly nowMs: number;
}

const BUTTONS = 5;
const SHOWN = 12;

function leftWords(say: CardWords, { grant, uses, sumMicros }: GrantView): string {
  const { uses: most, sum } = grant.request;
  const used = say.own.used(uses.toLocaleString(say.locale), most.toLocaleString(say.locale));
  if (sum === null) return used;
  const left = { currency: sum.amount.currency, micros: Math.max(0, sum.amount.micros - sumMicros) };
  return `${used}, ${say.own.sumLeft(argumentText(say, left))}`;
}

function grantItem(say: CardWords, { people, nowMs }: GrantsView, view: GrantView): readonly Span[] {
  const { grant, revokedBy } = view;
  const { agent, agent_version, tool, bounds, expires_at } = grant.request;
  const within = Object.entries(bounds).map(([name, bound]) => `${name} ${boundText(say, bound)}`);
  const signers = grant.signedBy.map((id) => named(people, id).name).join(', ');
  const ended = revokedBy === null ? say.own.over : `${say.own.revokedBy} ${named(people, revokedBy).name}`;
  return [
    text(isLive(view, nowMs) ? '♻️ ' : '⏹️ '),
    strong(`${tool}`),
    text(`${say.separator}${agent} ${agent_version}${say.separator}${within.join(', ')}${say.separator}`),
    text(`${leftWords(say, view)}${say.separator}${say.own.until} `),
    instant(Date.parse(expires_at), 'moment'),
    text(`${say.separator}${say.own.signedBy} ${signers}${say.separator}${grant.id}`),
    ...(isLive(view, nowMs) ? [] : [text(`${say.separator}${ended}`)]),
  ];
}

/** The grants there are: what each may sign, what is left of it, until when, and who signed it. */
export function grantsCard(view: GrantsView, language: Language = 'en'): Card {
  const say = wordsIn(language);
  const live = view.grants.filter((one) => isLive(one, view.nowMs));
  const words = live.length === 0 ? say.own.noGrants : say.own.liveGrants(live.length);
  const shown = view.grants.slice(0, SHOWN);
  const buttons = live
    .slice(0, BUTTONS)
    .map(({ grant }) =>
      commandButton(`${say.own.revoke} …${grant.id.slice(-4)}`, 'grants', `revoke ${grant.id}`),
    );
  const blocks: Block[] = [
    ...(shown.length > 0
      ? [{ kind: 'list', items: shown.map((one) => grantItem(say, view, one)) } as const]
      : []),
    ...(buttons.length > 0 ? [{ kind: 'actions', actions: buttons, menu: [] } as const] : []),
  ];
  return {
    v: 1,
    language: say.language,
    kind: 'grants',
    subject: 'grants',
    version: 1,
    title: say.own.grants,
    state: { icon: '♻️', words, aside: [], tone: 'plain' },
    blocks,
    summary: `${say.own.grants}: ${words}`,
  };
}
