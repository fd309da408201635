import { digestOf, type Sha256 } from '../core/canonical-json.ts';
import type { Language } from '../core/language.ts';
import { isOwn } from '../core/own-actions.ts';
import type { SignedStatement } from '../core/passkey.ts';
import type { ApprovalView } from '../core/views.ts';
import {
  argumentLabel,
  argumentNames,
  argumentText,
  deceives,
  shownTexts,
  titleAfterEdit,
} from './arguments.ts';
import { fixed, weight } from './figures.ts';
import { printInstant } from './instant.ts';
import { wordsIn } from './languages.ts';
import type { Fact, Span } from './model.ts';
import { ownFacts, ownTitle } from './own-actions.ts';
import { named } from './progress.ts';
import { signWords } from './sign-words.ts';
import { shown } from './text.ts';
import type { CardWords } from './words.ts';

/** One line with its label, letter by letter: nothing in it is obeyed, nothing is cut. */
export interface PageFact {
  readonly label: string;
  readonly text: string;
}

/**
 * What somebody reads before they sign it, as data: the same words as the card's, whole. Only what never changes about a request
 * stands in it, so that its digest says for good what was shown.
 */
export interface SignPage {
  readonly v: 1;
  readonly language: Language;
  readonly decision: SignedStatement['decision'];
  readonly approval: string;
  readonly title: string;
  readonly ask: string;
  /** What happens when enough people signed. */
  readonly effect: string;
  readonly facts: readonly PageFact[];
  /** Some characters are spelled out, since they deceive. */
  readonly warning: string | null;
  readonly why: readonly string[];
  readonly about: readonly PageFact[];
  readonly actionDigest: Sha256;
}

const spanWords = (say: CardWords, span: Span): string => {
  if (span.kind === 'instant') return `${printInstant(say, span.atMs, span.form, 'UTC')} UTC`;
  return shown(span.kind === 'person' ? span.name : span.text);
};

const factOf = (say: CardWords, { label, lead, spans }: Fact): PageFact => ({
  label: shown(label),
  text: [...lead, ...spans].map((span) => spanWords(say, span)).join(''),
});

function argumentsOf(say: CardWords, { state, evidence }: ApprovalView): PageFact[] {
  if (isOwn(state.action)) return ownFacts(say, state.action).map((one) => factOf(say, one));
  const { args } = state.action;
  const labels = evidence.argumentLabels;
  return argumentNames(args, labels).map((name) => ({
    label: shown(argumentLabel(name, labels)),
    text: shown(argumentText(say, args[name] ?? null)),
  }));
}

function whyOf(say: CardWords, { state, evidence }: ApprovalView): string[] {
  if (isOwn(state.action)) return [];
  const { signals, confidence, unsure } = evidence.assessment;
  return [
    ...signals.map((one) => `${weight(say, one.weight)} ${one.text}${say.separator}${one.citation}`),
    `${say.confidence} ${fixed(say, confidence, 2)}. ${say.unsure} ${unsure.trim() || say.unsureOfNothing}`,
  ].map(shown);
}

const asking = (agent: string, ask: string): string =>
  /^asks\b/.test(ask) ? `${agent} ${ask}` : `${agent}: ${ask}`;

/** The page on which a request is signed. */
export function signPage(
  view: ApprovalView,
  decision: SignedStatement['decision'],
  language: Language = 'en',
): SignPage {
  const say = wordsIn(language);
  const words = signWords(language).page;
  const { state, evidence, agent, people } = view;
  const own = isOwn(state.action);
  const title = own
    ? ownTitle(say, state.action)
    : titleAfterEdit(evidence.title, state.edits[0]?.before ?? null, state.action.args);
  const asker = own ? named(people, state.requester).name : agent;
  const doubtful = deceives(shownTexts(say, state.action.args, evidence.argumentLabels));
  return {
    ...{ v: 1, language, decision, approval: state.id },
    title: shown(title),
    ask: shown(asking(asker, evidence.assessment.ask)),
    effect: shown(`${say.ifSigned} ${state.action.tool} ${say.runsOnceIn} ${evidence.connectorLabel}`),
    facts: argumentsOf(say, view),
    warning: doubtful ? say.spelledOut : null,
    why: whyOf(say, view),
    about: [
      { label: say.askedByLabel, text: shown(named(people, state.requester).name) },
      { label: words.version, text: shown(`${agent} ${state.action.agentVersion}`) },
      { label: words.request, text: state.id },
      { label: words.effect, text: words[state.effect] },
    ],
    actionDigest: state.actionDigest,
  };
}

/** The digest of what the page shows. */
export const pageDigest = (page: SignPage): Sha256 => digestOf(page);
