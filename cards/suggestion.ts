import type { Language } from '../core/language.ts';
import type { RunView } from '../core/views.ts';
import { duration } from './figures.ts';
import { wordsIn } from './languages.ts';
import { SLACK } from './limits.ts';
import type { Suggestion } from './model.ts';
import { cut, shown } from './text.ts';
import type { CardWords } from './words.ts';

/** Read by a person to tell two things apart: when, to the minute, hour or day. */
function age(say: CardWords, ms: number): string {
  const unit = ms < 3_600_000 ? 60_000 : ms < 48 * 3_600_000 ? 3_600_000 : 86_400_000;
  return say.ago(duration(say, Math.max(unit, Math.floor(ms / unit) * unit)));
}

/** Everything but the subject is short, so that the subject alone is cut. */
function labelled(say: CardWords, subject: string, ...rest: readonly string[]): string {
  const behind = rest.map((one) => `${say.separator}${one}`).join('');
  return `${cut(say, shown(subject), Math.max(12, SLACK.optionText - behind.length))}${behind}`;
}

/** The end of an id, which is what differs between neighbours. */
const tail = (id: string): string => `…${id.slice(-4)}`;

/** What a status says before its colon. */
const brief = (status: string): string => status.split(':')[0] ?? status;

/** What the run is about, whose work, how it stands, since when, and the end of its id. */
export function runSuggestion(view: RunView, nowMs: number, language?: Language): Suggestion {
  const say = wordsIn(language);
  const { run, inputLabel, agent, status, createdAtMs } = view;
  const rest = [agent, brief(say.runStatuses[status]), age(say, nowMs - createdAtMs), tail(run)];
  return { value: run, label: labelled(say, inputLabel, ...rest) };
}

/** A request of that run: what it asks for, about what, how it stands and the end of its id. */
export function approvalSuggestion(
  { inputLabel }: RunView,
  { id, tool, status }: RunView['approvals'][number],
  language?: Language,
): Suggestion {
  const say = wordsIn(language);
  return { value: id, label: labelled(say, inputLabel, tool, brief(say.statuses[status]), tail(id)) };
}

/** An agent and what it is for; whether it is paused, where that matters. */
export function agentSuggestion(
  agent: { readonly name: string; readonly purpose: string },
  paused: boolean,
  language?: Language,
): Suggestion {
  const say = wordsIn(language);
  const words = [agent.name, ...(paused ? [say.somePaused] : []), agent.purpose].join(say.separator);
  return { value: agent.name, label: cut(say, shown(words), SLACK.optionText) };
}
