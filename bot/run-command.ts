import { closest } from 'fastest-levenshtein';
import type { Refusal } from '../core/views.ts';
import type { CommandRequest, Outcome } from './chat.ts';
import type { Command } from './command.ts';
import { commandContext } from './command-context.ts';
import { mayAtAll } from './rights.ts';
import { commands } from './commands/index.ts';
import { answerLink } from './commands/link.ts';
import type { GatewayOptions } from './gateway-options.ts';
import { whoIs, type Who } from './identity.ts';
import { sayIn } from './languages.ts';
import { NO_SIGN_IN } from './link/create-sign-in.ts';
import { refuse } from './refuse.ts';
import { typedAnswer } from './typed-answer.ts';
import { refusal } from './words.ts';

/** Names the right verb when the typed one is none. */
function findCommand(verb: string): Command | Refusal {
  const known = commands.find(({ name }) => name === (verb === '' ? 'help' : verb));
  if (known !== undefined) return known;
  const nearest = closest(
    verb,
    commands.map(({ name }) => name),
  );
  return refusal('unknown_verb', { verb: verb.slice(0, 40), nearest });
}

/**
 * For how many seconds nothing more is taken of them; 0: go on. A stranger is counted by account. A flood is no entry each
 * in the ledger, or it could be filled. Decisions do not come this way: a signature is always taken.
 */
async function tooFast(
  { limit }: GatewayOptions,
  { caller, verb, words }: CommandRequest,
  who: Who,
): Promise<number> {
  if (limit === undefined || who.tenant === null) return 0;
  const person = who.ok ? who.person.id : caller.account;
  const [agent = ''] = words.trim().toLowerCase().split(/\s+/);
  const waitMs = await limit(who.tenant, {
    person,
    ...(verb === 'run' && agent !== '' ? { agent: agent.slice(0, 100) } : {}),
  });
  return Math.ceil(waitMs / 1_000);
}

/** Identify, authorise, run. Every refusal is a ledger entry; the same request again does nothing twice. */
export async function runCommand(options: GatewayOptions, request: CommandRequest): Promise<Outcome> {
  const { stores, count } = options;
  const { caller, requestKey } = request;
  const who = await whoIs(stores.people, caller);
  const found = findCommand(request.verb);
  const verb = 'name' in found ? found.name : 'unknown';
  const turnAway = (why: Refusal, subject: string = verb): Promise<Outcome> => {
    count('commands', { verb, result: why.reason });
    const person = who.ok ? who.person : null;
    return refuse(options, { tenant: who.tenant, person, caller, requestKey, subject, verb, refusal: why });
  };
  // The one thing that an account does before it is anybody's: ask whose it is. Only the sign-in answers that.
  if (!who.ok && verb === 'link' && who.reason === 'identity_unlinked' && who.tenant !== null) {
    const { links = NO_SIGN_IN } = options;
    const language = caller.language ?? (await stores.people.languageOf(who.tenant));
    const answered = await answerLink({ links, tenant: who.tenant, request }, null, language);
    if ('refusal' in answered) return turnAway(answered.refusal);
    count('commands', { verb, result: answered.kind });
    return answered;
  }
  const seconds = await tooFast(options, request, who);
  if (seconds > 0) {
    count('commands', { verb, result: 'rate_limited' });
    const language = (who.ok ? who.person.language : null) ?? caller.language ?? 'en';
    return { kind: 'text', done: false, text: sayIn(language).tooFast(seconds), language };
  }
  if (!who.ok) return turnAway(refusal(who.reason));
  const context = commandContext(options, who, request);
  if (!('name' in found)) {
    const typed = await typedAnswer(context);
    if (typed === null) return turnAway(found);
    return 'refusal' in typed ? turnAway(typed.refusal, typed.subject) : typed;
  }
  if (!mayAtAll(context, found.permission)) return turnAway(refusal('not_permitted', { verb }));
  const answered = await found.run(context);
  if ('refusal' in answered) return turnAway(answered.refusal, answered.subject);
  count('commands', { verb, result: answered.kind });
  // Marked after the work is done: whoever dies before that is asked again, and answers.
  const first = await stores.seen.firstAnswer(who.tenant, caller.platform, `answered ${requestKey}`);
  return first ? answered : { kind: 'nothing' };
}
