import type { ApprovalState, ApprovalStatus, Edit, Signature } from '../core/approval/types.ts';
import { deadlines, latestDeadlines } from '../core/approval/timers.ts';
import { statusNextStep, tallyOf } from '../core/sentences.ts';
import type { ApprovalView } from '../core/views.ts';
import { argumentLabel, argumentText } from './arguments.ts';
import { counted, duration, usd } from './figures.ts';
import type { Fact, Span } from './model.ts';
import { named, progress, selectorNames, whoMaySign, type People } from './progress.ts';
import { code, command, fact, instant, joined, leadFact, text } from './spans.ts';
import { WORDS } from './words.ts';

const withTeam = (people: People, id: Signature['person']): string => {
  const { name, team } = named(people, id);
  return team === '' ? name : `${name} (${team})`;
};

function signature(one: Signature, people: People): readonly Span[] {
  const behalf = one.onBehalfOf === null ? '' : ` ${WORDS.onBehalfOf} ${named(people, one.onBehalfOf).name}`;
  return [text(`${withTeam(people, one.person)}${behalf}, `), instant(one.atMs, 'time')];
}

function signedFact({ state, people }: ApprovalView): Fact {
  const { signed, needed } = tallyOf(state);
  const who = state.signatures.map((one) => signature(one, people));
  return leadFact(
    WORDS.signed,
    [text(progress(signed, needed))],
    who.length > 0 ? joined(who, '; ') : [text(WORDS.nobodyYet)],
  );
}

/** The label of the instant at which a pending request ended. */
const ENDED: Partial<Record<ApprovalStatus, string>> = {
  expired: WORDS.expired,
  cancelled: WORDS.cancelled,
  superseded: WORDS.closed,
  undeliverable: WORDS.closed,
};

function deadlineFact(state: ApprovalState, people: People): Fact {
  const { escalateTo } = state.policy.requirement;
  const open = state.pausedSinceMs;
  const { escalatesAtMs, expiresAtMs } =
    open === null ? deadlines(state, state.createdAtMs) : latestDeadlines(state, open);
  if (open !== null) {
    const latest = state.escalatedAtMs === null ? escalatesAtMs : expiresAtMs;
    return leadFact(WORDS.decideBy, [instant(latest, 'deadline')], [text(WORDS.atTheLatest)]);
  }
  if (state.escalatedAtMs !== null)
    return leadFact(WORDS.decideBy, [instant(expiresAtMs, 'deadline')], [text(WORDS.thenExpires)]);
  return leadFact(
    WORDS.decideBy,
    [instant(escalatesAtMs, 'deadline')],
    [text(`then ${selectorNames(escalateTo, people)} ${WORDS.thenAsked}`)],
  );
}

function decidedFact({ state, people }: ApprovalView): Fact {
  if (state.status === 'pending') return deadlineFact(state, people);
  const at = state.decidedAtMs ?? state.closed?.atMs ?? null;
  const label = ENDED[state.status] ?? WORDS.decided;
  if (at === null) return fact(label, text(WORDS.notGiven));
  const took = text(`${duration(Math.max(0, at - state.createdAtMs))} ${WORDS.afterAsking}`);
  const nudges = [
    state.reminders > 0 ? `, reminded ${counted(state.reminders, 'time')}` : '',
    state.escalatedAtMs !== null ? ', escalated' : '',
  ].join('');
  return leadFact(label, [instant(at, 'moment')], nudges === '' ? [took] : [took, text(nudges)]);
}

/** Four facts in the same order in every state. */
export function progressFacts(view: ApprovalView): Fact[] {
  const { micros, workingMs, steps } = view.cost;
  return [
    signedFact(view),
    decidedFact(view),
    fact(WORDS.whoMaySign, text(whoMaySign(view.state, view.people))),
    fact(WORDS.costSoFar, text(`${usd(micros)}, ${duration(workingMs)}, ${counted(steps, 'step')}`)),
  ];
}

function whatRan({ state, executedBy }: ApprovalView): Fact {
  const { execution } = state;
  if (state.status === 'approved') return fact(WORDS.whatRan, text(WORDS.notYet));
  if (execution === null) return fact(WORDS.whatRan, text(WORDS.nothing));
  const at: Span = instant(execution.finishedAtMs ?? execution.startedAtMs, 'seconds');
  const tool = code(state.action.tool);
  if (state.status === 'executing') return fact(WORDS.whatRan, tool, text(`, ${WORDS.begun} `), at);
  const often = state.status === 'executed' || state.status === 'compensated' ? `, ${WORDS.once}, ` : ', ';
  const summary = execution.summary === null ? '' : `: ${execution.summary}`;
  const reference = execution.reference === null ? '' : `, ${WORDS.reference} ${execution.reference}`;
  const by = executedBy === '' ? '' : `${WORDS.separator}${WORDS.by} ${executedBy}`;
  return fact(WORDS.whatRan, tool, text(often), at, text(`${summary}${reference}${by}`));
}

const quoted = (words: string): string => `“${words}”`;

function editedFact(edit: Edit, { evidence, people }: ApprovalView): Fact {
  const names = [...new Set([...Object.keys(edit.before), ...Object.keys(edit.after)])];
  const changed = names.filter(
    (name) => argumentText(edit.before[name] ?? null) !== argumentText(edit.after[name] ?? null),
  );
  const labels = changed.map((name) => argumentLabel(name, evidence.argumentLabels)).join(', ');
  const comment = edit.comment === null ? '.' : `: ${quoted(edit.comment)}`;
  return fact(
    WORDS.edited,
    text(`${labels}, ${WORDS.by} ${named(people, edit.person).name}, `),
    instant(edit.atMs, 'time'),
    text(`${comment} ${WORDS.earlierVoid}`),
  );
}

/** More of them would push a card over what Slack takes; the ledger has all. */
const QUESTIONS_SHOWN = 3;

function questionFacts({ state, people }: ApprovalView): Fact[] {
  const shown = state.questions.slice(-QUESTIONS_SHOWN);
  const earlier = state.questions.length - shown.length;
  const facts = shown.flatMap(({ by, text: words, askedAtMs, answer, answeredAtMs, answeredBy }) => [
    fact(
      WORDS.question,
      text(`${named(people, by).name}, `),
      instant(askedAtMs, 'time'),
      text(`: ${quoted(words)}${answer === null ? ` (${WORDS.noAnswerYet})` : ''}`),
    ),
    ...(answer === null || answeredAtMs === null
      ? []
      : [
          fact(
            WORDS.answerLabel,
            text(`${named(people, answeredBy ?? state.requester).name}, `),
            instant(answeredAtMs, 'time'),
            text(`: ${quoted(answer)}`),
          ),
        ]),
  ]);
  return earlier > 0 ? [...facts, fact(WORDS.question, text(`${earlier} ${WORDS.earlierQuestions}`))] : facts;
}

const DELEGATIONS_SHOWN = 3;

const delegationFacts = ({ state, people }: ApprovalView): Fact[] =>
  state.delegations
    .slice(-DELEGATIONS_SHOWN)
    .map(({ by, to, atMs }) =>
      fact(
        WORDS.delegated,
        text(`${named(people, by).name} ${WORDS.to} ${withTeam(people, to)}, `),
        instant(atMs, 'time'),
      ),
    );

function reasonFacts({ state, people }: ApprovalView): Fact[] {
  const facts = state.signatures
    .filter((one) => one.comment !== null && one.comment !== '')
    .map((one) =>
      fact(WORDS.comment, text(`${named(people, one.person).name}: ${quoted(one.comment ?? '')}`)),
    );
  if (state.declined) facts.push(fact(WORDS.reason, text(quoted(state.declined.reason))));
  if (state.breakGlass) {
    const { person, reason } = state.breakGlass;
    facts.push(fact(WORDS.breakGlass, text(`${named(people, person).name}: ${quoted(reason)}`)));
  }
  if (state.closed && (state.status === 'cancelled' || state.status === 'undeliverable'))
    facts.push(fact(WORDS.reason, text(quoted(state.closed.reason))));
  return facts;
}

/** What only some states have: what ran, edits, reasons and comments, how to verify. */
export function footFacts(view: ApprovalView): Fact[] {
  const over = view.state.status !== 'pending';
  const next = statusNextStep(view.state);
  return [
    ...(over ? [whatRan(view)] : []),
    ...view.state.edits.map((edit) => editedFact(edit, view)),
    ...delegationFacts(view),
    ...questionFacts(view),
    ...reasonFacts(view),
    ...(next === '' ? [] : [fact(WORDS.next, text(next))]),
    ...(over ? [fact(WORDS.verifyLine, command(`verify ${view.state.id}`))] : []),
  ];
}
