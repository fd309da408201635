import type { Logger } from 'pino';
import type { ButtonPayload, Press } from '../cards/payload.ts';
import type { AgentContract } from '../core/contract.ts';
import type { Stores } from '../platform/stores.ts';
import type { Away } from './api/engines.ts';
import type { Count } from './api/metrics.ts';
import type {
  CommandRequest,
  Gateway,
  InboundDecision,
  Outcome,
  PressedButton,
  SubmittedForm,
} from './chat.ts';
import { recordDecision, unconfirmed, type DecisionEdges } from './decide.ts';
import { DEADLINE_MS, within } from './deadline.ts';
import { whoIs } from './identity.ts';
import { formFor } from './open-form.ts';
import { refuse, sayRefusal } from './refuse.ts';
import type { Remembered } from './remembered.ts';
import { runCommand } from './run-command.ts';
import { refusal, SAY } from './words.ts';

export interface GatewayOptions {
  readonly stores: Stores;
  readonly agents: readonly AgentContract[];
  /** Runs are played by the rehearsal model, and say so. */
  readonly rehearsal: boolean;
  readonly away: () => Promise<Away>;
  readonly log: Logger;
  readonly count: Count;
  readonly remembered: Remembered;
  readonly deadlineMs?: number;
}

/** The one door in, the same for both chats. No method throws. */
export function createGateway(options: GatewayOptions): Gateway {
  const { stores, log, count, remembered } = options;
  const deadlineMs = options.deadlineMs ?? DEADLINE_MS;

  const clicked: DecisionEdges['clicked'] = (tenant, decision, { copy }) => {
    const { message } = decision;
    if (copy === null || message === null || remembered.knows(copy, message)) return;
    stores.copies
      .adopt(tenant, copy, message)
      .then((bound) => bound && remembered.note(copy, message))
      .catch((error: unknown) =>
        log.warn({ err: error, copy }, 'a clicked card could not be bound to its copy'),
      );
  };
  const edges: DecisionEdges = { stores, count, clicked };

  /** The outcome in time, or the truth that it is not known. */
  async function inTime(
    what: string,
    work: Promise<Outcome>,
    otherwise: () => Promise<Outcome>,
  ): Promise<Outcome> {
    try {
      const outcome = await within(work, deadlineMs);
      if (outcome !== null) return outcome;
      log.warn({ what, deadlineMs }, 'an answer did not come in time');
    } catch (error) {
      log.error({ err: error, what }, 'a request failed');
    }
    return otherwise();
  }

  const notConfirmed = async (): Promise<Outcome> =>
    unconfirmed(await sayRefusal(stores, null, null, refusal('not_confirmed')));
  const say = (text: string) => async (): Promise<Outcome> => ({ kind: 'text', done: false, text });

  async function decide(decision: InboundDecision): Promise<Outcome> {
    const outcome = await inTime('decision', recordDecision(edges, decision), notConfirmed);
    const done = outcome.kind === 'text' && outcome.done;
    const open = outcome.kind === 'text' && outcome.unconfirmed;
    count('decisions', {
      verb: decision.choice.verb,
      platform: decision.caller.platform,
      result: done ? 'recorded' : open ? 'unconfirmed' : 'refused',
    });
    return outcome;
  }

  const command = (request: CommandRequest): Promise<Outcome> =>
    inTime(
      `command ${request.verb.slice(0, 20)}`,
      runCommand(options, request),
      say(request.verb === 'run' ? SAY.unsureRun : SAY.slow),
    );

  async function openForm(
    pressed: PressedButton,
    verb: 'approve_comment' | 'decline' | 'edit',
    payload: ButtonPayload,
  ): Promise<Outcome> {
    const who = await whoIs(stores.people, pressed.caller);
    const answer = who.ok ? await formFor(stores, who, verb, payload) : { refusal: refusal(who.reason) };
    if (!('refusal' in answer)) return { kind: 'form', ...answer };
    const person = who.ok ? who.person : null;
    const { caller, requestKey } = pressed;
    const about = { tenant: who.tenant, person, caller, requestKey, subject: payload.approval, verb };
    return refuse(edges, { ...about, refusal: answer.refusal });
  }

  /** A button that is none of ours, or forged: nobody learns more than that there is no such thing. */
  async function notOurs({ caller, requestKey }: PressedButton): Promise<Outcome> {
    const who = await whoIs(stores.people, caller);
    const person = who.ok ? who.person : null;
    const why = refusal(who.ok ? 'not_found' : who.reason);
    return refuse(edges, {
      tenant: who.tenant,
      person,
      caller,
      requestKey,
      subject: 'unknown',
      verb: 'click',
      refusal: why,
    });
  }

  const asCommand = (
    pressed: PressedButton,
    press: Extract<Press, { kind: 'command' }>,
    fields?: SubmittedForm['fields'],
  ) =>
    command({
      caller: pressed.caller,
      place: pressed.place,
      requestKey: pressed.requestKey,
      verb: press.payload.command,
      words: press.payload.words,
      ...(fields === undefined ? {} : { fields }),
    });

  const asDecision = (
    pressed: PressedButton,
    payload: ButtonPayload,
    choice: InboundDecision['choice'],
  ): Promise<Outcome> => {
    const { caller, place, requestKey, message } = pressed;
    return decide({ caller, place, requestKey, message, payload, choice });
  };

  function press(pressed: PressedButton): Promise<Outcome> {
    const { press: pressedOn } = pressed;
    if (pressedOn === null) return inTime('click', notOurs(pressed), notConfirmed);
    if (pressedOn.kind === 'command') return asCommand(pressed, pressedOn);
    const { verb, payload } = pressedOn;
    if (verb === 'approve') return asDecision(pressed, payload, { verb, comment: null });
    if (verb === 'verify')
      return asCommand(pressed, {
        kind: 'command',
        payload: { v: 1, command: 'verify', words: payload.approval },
      });
    return inTime(`form ${verb}`, openForm(pressed, verb, payload), say(SAY.broken));
  }

  function submit(submitted: SubmittedForm): Promise<Outcome> {
    const { press: pressedOn, fields } = submitted;
    if (pressedOn === null) return inTime('form', notOurs(submitted), notConfirmed);
    if (pressedOn.kind === 'command') return asCommand(submitted, pressedOn, fields);
    const { verb, payload } = pressedOn;
    switch (verb) {
      case 'decline':
        return asDecision(submitted, payload, { verb, reason: fields['reason'] ?? '' });
      case 'edit':
        return asDecision(submitted, payload, { verb, fields });
      case 'approve':
      case 'approve_comment':
        return asDecision(submitted, payload, {
          verb: 'approve',
          comment: fields['comment']?.trim() || null,
        });
      case 'verify':
        return press(submitted);
    }
  }

  return {
    press,
    submit,
    decide,
    command,
    tenantOf: (platform, workspace) => stores.people.tenantOf(platform, workspace),
  };
}
