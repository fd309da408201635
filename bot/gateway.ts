import { readAnswers } from '../cards/approval-forms.ts';
import type { FormVerb } from '../cards/model.ts';
import type { ButtonPayload, Press } from '../cards/payload.ts';
import type {
  Caller,
  CommandRequest,
  Gateway,
  InboundDecision,
  Outcome,
  PressedButton,
  SubmittedForm,
} from './chat.ts';
import { recordDecision, unconfirmed, type DecisionEdges } from './decide.ts';
import { deadlineMs as usualDeadlineMs, within } from './deadline.ts';
import type { GatewayOptions } from './gateway-options.ts';
import { whoIs } from './identity.ts';
import { chooseBulk, openBulk, signBulk } from './bulk.ts';
import { formFor } from './open-form.ts';
import { isLastPage, isReading, readingFor, type ReadingVerb } from './read-request.ts';
import { refuse, sayRefusal } from './refuse.ts';
import { runCommand } from './run-command.ts';
import { suggest } from './suggest.ts';
import { sayIn } from './languages.ts';
import { refusal } from './words.ts';

type Otherwise = () => Outcome | Promise<Outcome>;

/** The one door in, the same for both chats. No method throws. */
export function createGateway(options: GatewayOptions): Gateway {
  const doors = createDoors(options);
  return {
    press: (pressed) => press(doors, pressed),
    submit: (submitted) => submit(doors, submitted),
    decide: doors.decide,
    command: doors.command,
    suggest: (request) => suggest(options, request),
    tenantOf: (platform, workspace) => options.stores.people.tenantOf(platform, workspace),
  };
}

interface Doors {
  decide(decision: InboundDecision): Promise<Outcome>;
  command(request: CommandRequest): Promise<Outcome>;
  openForm(pressed: PressedButton, verb: FormVerb | ReadingVerb, payload: ButtonPayload): Promise<Outcome>;
  /** The next page of the whole request, or the signature behind its last. */
  readOn(submitted: SubmittedForm, payload: ButtonPayload): Promise<Outcome>;
  bulk(submitted: PressedButton | SubmittedForm, on: Extract<Press, { kind: 'bulk' }>): Promise<Outcome>;
  notOurs(pressed: PressedButton): Promise<Outcome>;
}

/** Binds what was clicked to its copy, beside the answer: it saves a search, nothing depends on it. */
function bindClicked({ stores, remembered, log }: GatewayOptions): DecisionEdges['clicked'] {
  return (tenant, { message }, { copy }) => {
    if (copy === null || message === null || remembered.knows(copy, message)) return;
    stores.copies
      .adopt(tenant, copy, message)
      .then((bound) => bound && remembered.note(copy, message))
      .catch((error: unknown) =>
        log.warn({ err: error, copy }, 'a clicked card could not be bound to its copy'),
      );
  };
}

function createDoors(options: GatewayOptions): Doors {
  const { stores, log, count, site = null, signsIn = false } = options;
  const edges: DecisionEdges = { stores, count, site, signsIn, clicked: bindClicked(options) };

  /** The outcome in time, or the truth that it is not known. */
  async function inTime(what: string, work: Promise<Outcome>, otherwise: Otherwise): Promise<Outcome> {
    const deadlineMs = options.deadlineMs ?? usualDeadlineMs();
    try {
      const outcome = await within(work, deadlineMs);
      if (outcome !== null) return outcome;
      log.warn({ what, deadlineMs }, 'an answer did not come in time');
    } catch (error) {
      log.error({ err: error, what }, 'a request failed');
    }
    return otherwise();
  }
  const notConfirmed =
    ({ language }: Caller): Otherwise =>
    async () =>
      unconfirmed(await sayRefusal(stores, null, null, refusal('not_confirmed'), language));
  const say =
    (text: string): Otherwise =>
    () => ({ kind: 'text', done: false, text });

  return {
    async decide(decision) {
      const outcome = await inTime(
        'decision',
        recordDecision(edges, decision),
        notConfirmed(decision.caller),
      );
      const { choice, caller } = decision;
      count('decisions', { verb: choice.verb, platform: caller.platform, result: resultOf(outcome) });
      return outcome;
    },
    command(request) {
      const told = sayIn(request.caller.language ?? 'en');
      const otherwise = say(request.verb === 'run' ? told.unsureRun : told.slow);
      return inTime(`command ${request.verb.slice(0, 20)}`, runCommand(options, request), otherwise);
    },
    openForm: (pressed, verb, payload) =>
      inTime(
        `form ${verb}`,
        openForm(edges, pressed, verb, payload),
        say(sayIn(pressed.caller.language ?? 'en').broken),
      ),
    readOn: (submitted, payload) =>
      inTime('form open', readOn(edges, submitted, payload), notConfirmed(submitted.caller)),
    bulk: (submitted, on) => inTime(on.verb, several(edges, submitted, on), notConfirmed(submitted.caller)),
    notOurs: (pressed) => inTime('click', notOurs(edges, pressed), notConfirmed(pressed.caller)),
  };
}

function resultOf(outcome: Outcome): string {
  if (outcome.kind === 'card' && outcome.card.kind === 'sign') return 'refused';
  if (outcome.kind !== 'text') return outcome.kind;
  if (outcome.unconfirmed) return 'unconfirmed';
  return outcome.done ? 'recorded' : 'refused';
}

/** Choosing several, looking at them, and signing them. */
function several(
  edges: DecisionEdges,
  submitted: PressedButton | SubmittedForm,
  { verb, payload }: Extract<Press, { kind: 'bulk' }>,
): Promise<Outcome> {
  if (!('fields' in submitted)) return openBulk(edges, submitted);
  return verb === 'bulk' ? chooseBulk(edges, submitted) : signBulk(edges, submitted, payload);
}

async function readOn(
  edges: DecisionEdges,
  submitted: SubmittedForm,
  payload: ButtonPayload,
): Promise<Outcome> {
  const who = await whoIs(edges.stores.people, submitted.caller);
  if (who.ok && !(await isLastPage(edges.stores, who, payload)))
    return openForm(edges, submitted, 'open', nextPage(payload));
  const choice = { verb: 'approve', comment: null, seen: 'whole' } as const;
  return recordDecision(edges, { ...submitted, payload, choice });
}

const nextPage = (payload: ButtonPayload): ButtonPayload => ({ ...payload, page: (payload.page ?? 1) + 1 });

async function openForm(
  edges: DecisionEdges,
  pressed: PressedButton,
  verb: FormVerb | ReadingVerb,
  payload: ButtonPayload,
): Promise<Outcome> {
  const { caller, requestKey } = pressed;
  const who = await whoIs(edges.stores.people, caller);
  const answer = who.ok
    ? isReading(verb)
      ? await readingFor(edges.stores, who, { verb, payload, via: caller.platform })
      : await formFor(edges.stores, who, verb, payload)
    : { refusal: refusal(who.reason) };
  if (!('refusal' in answer)) return { kind: 'form', ...answer };
  const person = who.ok ? who.person : null;
  const about = { tenant: who.tenant, person, caller, requestKey, subject: payload.approval, verb };
  return refuse(edges, { ...about, refusal: answer.refusal });
}

/** A button that is none of ours, or forged: nobody learns more than that there is no such thing. */
async function notOurs(edges: DecisionEdges, { caller, requestKey }: PressedButton): Promise<Outcome> {
  const who = await whoIs(edges.stores.people, caller);
  const person = who.ok ? who.person : null;
  const about = { tenant: who.tenant, person, caller, requestKey, subject: 'unknown', verb: 'click' };
  return refuse(edges, { ...about, refusal: refusal(who.ok ? 'not_found' : who.reason) });
}

type CommandPress = Extract<Press, { kind: 'command' }>['payload'];

function asCommand(
  doors: Doors,
  { caller, place, requestKey, message }: PressedButton,
  { command: verb, words }: Pick<CommandPress, 'command' | 'words'>,
  fields?: SubmittedForm['fields'],
): Promise<Outcome> {
  return doors.command({
    caller,
    place,
    requestKey,
    verb,
    words,
    message,
    ...(fields === undefined ? {} : { fields }),
  });
}

function asDecision(
  doors: Doors,
  { caller, place, requestKey, message }: PressedButton,
  payload: ButtonPayload,
  choice: InboundDecision['choice'],
): Promise<Outcome> {
  return doors.decide({ caller, place, requestKey, message, payload, choice });
}

function press(doors: Doors, pressed: PressedButton): Promise<Outcome> {
  const on = pressed.press;
  if (on === null) return doors.notOurs(pressed);
  if (on.kind === 'command') return asCommand(doors, pressed, on.payload);
  if (on.kind === 'bulk') return doors.bulk(pressed, on);
  const { verb, payload } = on;
  if (verb === 'approve') return asDecision(doors, pressed, payload, { verb, comment: null });
  if (verb === 'verify') return asCommand(doors, pressed, { command: verb, words: payload.approval });
  return doors.openForm(pressed, verb, payload);
}

function submit(doors: Doors, submitted: SubmittedForm): Promise<Outcome> {
  const { press: on, fields } = submitted;
  if (on === null) return doors.notOurs(submitted);
  if (on.kind === 'command') return asCommand(doors, submitted, on.payload, fields);
  if (on.kind === 'bulk') return doors.bulk(submitted, on);
  const { verb, payload } = on;
  switch (verb) {
    case 'open':
      return doors.readOn(submitted, payload);
    case 'evidence':
    case 'changes':
      return doors.openForm(submitted, verb, nextPage(payload));
    case 'decline':
      return asDecision(doors, submitted, payload, { verb, reason: fields['reason'] ?? '' });
    case 'edit':
    case 'respond':
      return asDecision(doors, submitted, payload, { verb, fields });
    case 'break_glass': {
      const { reason = '', confirmation = '' } = fields;
      return asDecision(doors, submitted, payload, { verb, reason, confirmation });
    }
    case 'ask':
      return asDecision(doors, submitted, payload, { verb, text: fields['question'] ?? '' });
    case 'snooze':
      return asDecision(doors, submitted, payload, {
        verb,
        until: fields['until'] ?? '',
        at: fields['at'] ?? '',
      });
    case 'delegate':
      return asDecision(doors, submitted, payload, { verb, to: fields['to'] ?? '' });
    case 'answer':
      return asDecision(doors, submitted, payload, { verb, answers: readAnswers(fields) });
    case 'approve':
    case 'approve_comment': {
      const comment = fields['comment']?.trim() || null;
      return asDecision(doors, submitted, payload, { verb: 'approve', comment });
    }
    case 'verify':
      return press(doors, submitted);
  }
}
