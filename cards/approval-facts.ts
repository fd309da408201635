import type { ApprovalState, ApprovalStatus, Edit, Signature } from '../core/approval/types.ts';
import { deadlines, latestDeadlines } from '../core/approval/timers.ts';
import { recordedIn } from '../core/recorded.ts';
import { statusNextStep, tallyOf } from '../core/sentences.ts';
import type { ApprovalView } from '../core/views.ts';
import { argumentLabel, argumentText } from './arguments.ts';
import { duration, usd } from './figures.ts';
import type { Fact, Span } from './model.ts';
import { named, progress, selectorNames, whoMaySign, type People } from './progress.ts';
import { code, command, fact, instant, joined, leadFact, text } from './spans.ts';
import type { CardWords } from './words.ts';

const withTeam = (people: People, id: Signature['person']): string => {
  const { name, team } = named(people, id);
  return team === '' ? name : `${name} (${team})`;
};

function signature(say: CardWords, one: Signature, people: People): readonly Span[] {
  const behalf = one.onBehalfOf === null ? '' : ` ${say.onBehalfOf} ${named(people, one.onBehalfOf).name}`;
  const proof = one.proof === undefined ? [] : [text(` (${say.proof.given[one.proof.kind]})`)];
  return [text(`${withTeam(people, one.person)}${behalf}, `), instant(one.atMs, 'time'), ...proof];
}

function signedFact(say: CardWords, { state, people }: ApprovalView): Fact {
  const { signed, needed } = tallyOf(state);
  const who = state.signatures.map((one) => signature(say, one, people));
  return leadFact(
    say.signed,
    [text(progress(say, signed, needed))],
    who.length > 0 ? joined(who, '; ') : [text(say.nobodyYet)],
  );
}

/** The label of the instant at which a pending request ended. */
function endedLabel(say: CardWords, status: ApprovalStatus): string {
  if (status === 'expired') return say.expired;
  if (status === 'cancelled') return say.cancelled;
  return status === 'superseded' || status === 'undeliverable' ? say.closed : say.decided;
}

function deadlineFact(say: CardWords, state: ApprovalState, people: People): Fact {
  const { escalateTo } = state.policy.requirement;
  const open = state.pausedSinceMs;
  const { escalatesAtMs, expiresAtMs } =
    open === null ? deadlines(state, state.createdAtMs) : latestDeadlines(state, open);
  if (open !== null) {
    const latest = state.escalatedAtMs === null ? escalatesAtMs : expiresAtMs;
    return leadFact(say.decideBy, [instant(latest, 'deadline')], [text(say.atTheLatest)]);
  }
  if (state.escalatedAtMs !== null)
    return leadFact(say.decideBy, [instant(expiresAtMs, 'deadline')], [text(say.thenExpires)]);
  return leadFact(
    say.decideBy,
    [instant(escalatesAtMs, 'deadline')],
    [text(say.thenAsked(selectorNames(say, escalateTo, people)))],
  );
}

export function decidedFact(say: CardWords, { state, people }: ApprovalView): Fact {
  if (state.status === 'pending') return deadlineFact(say, state, people);
  const at = state.decidedAtMs ?? state.closed?.atMs ?? null;
  const label = endedLabel(say, state.status);
  if (at === null) return fact(label, text(say.notGiven));
  const took = text(`${duration(say, Math.max(0, at - state.createdAtMs))} ${say.afterAsking}`);
  const nudges = [
    state.reminders > 0 ? say.remindedTimes(state.reminders) : '',
    state.escalatedAtMs !== null ? say.andEscalated : '',
  ].join('');
  return leadFact(label, [instant(at, 'moment')], nudges === '' ? [took] : [took, text(nudges)]);
}

/** Four facts in the same order in every state. */
export function progressFacts(say: CardWords, view: ApprovalView): Fact[] {
  const { micros, workingMs, steps } = view.cost;
  return [
    signedFact(say, view),
    decidedFact(say, view),
    fact(say.whoMaySign, text(whoMaySign(say, view.state, view.people))),
    fact(say.costSoFar, text(`${usd(say, micros)}, ${duration(say, workingMs)}, ${say.someSteps(steps)}`)),
  ];
}

function whatRan(say: CardWords, { state, executedBy }: ApprovalView): Fact {
  const { execution } = state;
  if (state.status === 'approved') return fact(say.whatRan, text(say.notYet));
  if (execution === null) return fact(say.whatRan, text(say.nothing));
  const at: Span = instant(execution.finishedAtMs ?? execution.startedAtMs, 'seconds');
  const tool = code(state.action.tool);
  if (state.status === 'executing') return fact(say.whatRan, tool, text(`, ${say.begun} `), at);
  const often = state.status === 'executed' || state.status === 'compensated' ? `, ${say.once}, ` : ', ';
  const summary = execution.summary === null ? '' : `: ${recordedIn(execution.summary, say.language)}`;
  const reference = execution.reference === null ? '' : `, ${say.reference} ${execution.reference}`;
  const by = executedBy === '' ? '' : `${say.separator}${say.by} ${executedBy}`;
  return fact(say.whatRan, tool, text(often), at, text(`${summary}${reference}${by}`));
}

function editedFact(say: CardWords, edit: Edit, { evidence, people }: ApprovalView): Fact {
  const names = [...new Set([...Object.keys(edit.before), ...Object.keys(edit.after)])];
  const changed = names.filter(
    (name) => argumentText(say, edit.before[name] ?? null) !== argumentText(say, edit.after[name] ?? null),
  );
  const labels = changed.map((name) => argumentLabel(name, evidence.argumentLabels)).join(', ');
  const comment = edit.comment === null ? '.' : `: ${say.quote(edit.comment)}`;
  return fact(
    say.edited,
    text(`${labels}, ${say.by} ${named(people, edit.person).name}, `),
    instant(edit.atMs, 'time'),
    text(`${comment} ${say.earlierVoid}`),
  );
}

/** More of them would push a card over what Slack takes; the ledger has all. */
const QUESTIONS_SHOWN = 3;

function questionFacts(say: CardWords, { state, people }: ApprovalView): Fact[] {
  const shown = state.questions.slice(-QUESTIONS_SHOWN);
  const earlier = state.questions.length - shown.length;
  const facts = shown.flatMap(({ by, text: words, askedAtMs, answer, answeredAtMs, answeredBy }) => [
    fact(
      say.question,
      text(`${named(people, by).name}, `),
      instant(askedAtMs, 'time'),
      text(`: ${say.quote(words)}${answer === null ? ` (${say.noAnswerYet})` : ''}`),
    ),
    ...(answer === null || answeredAtMs === null
      ? []
      : [
          fact(
            say.answerLabel,
            text(`${named(people, answeredBy ?? state.requester).name}, `),
            instant(answeredAtMs, 'time'),
            text(`: ${say.quote(answer)}`),
          ),
        ]),
  ]);
  return earlier > 0 ? [...facts, fact(say.question, text(`${earlier} ${say.earlierQuestions}`))] : facts;
}

const DELEGATIONS_SHOWN = 3;

const delegationFacts = (say: CardWords, { state, people }: ApprovalView): Fact[] =>
  state.delegations
    .slice(-DELEGATIONS_SHOWN)
    .map(({ by, to, atMs }) =>
      fact(
        say.delegated,
        text(`${named(people, by).name} ${say.to} ${withTeam(people, to)}, `),
        instant(atMs, 'time'),
      ),
    );

function reasonFacts(say: CardWords, { state, people }: ApprovalView): Fact[] {
  const facts = state.signatures
    .filter((one) => one.comment !== null && one.comment !== '')
    .map((one) =>
      fact(say.comment, text(`${named(people, one.person).name}: ${say.quote(one.comment ?? '')}`)),
    );
  if (state.declined) facts.push(fact(say.reason, text(say.quote(state.declined.reason))));
  if (state.breakGlass) {
    const { person, reason } = state.breakGlass;
    facts.push(fact(say.breakGlass, text(`${named(people, person).name}: ${say.quote(reason)}`)));
  }
  if (state.closed && (state.status === 'cancelled' || state.status === 'undeliverable'))
    facts.push(fact(say.reason, text(say.quote(state.closed.reason))));
  return facts;
}

/** What only some states have: what ran, edits, reasons and comments, how to verify. */
export function footFacts(say: CardWords, view: ApprovalView): Fact[] {
  const over = view.state.status !== 'pending';
  const next = statusNextStep(view.state, { language: say.language });
  return [
    ...(over ? [whatRan(say, view)] : []),
    ...view.state.edits.map((edit) => editedFact(say, edit, view)),
    ...delegationFacts(say, view),
    ...questionFacts(say, view),
    ...reasonFacts(say, view),
    ...(next === '' ? [] : [fact(say.next, text(next))]),
    ...(over ? [fact(say.verifyLine, command(`verify ${view.state.id}`))] : []),
  ];
}
