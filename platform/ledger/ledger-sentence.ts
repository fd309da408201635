import type { Json, JsonObject } from '../../core/canonical-json.ts';
import { formatMoney, Money } from '../../core/money.ts';
import { ASK_PERSON } from '../../core/person-question.ts';
import { refusalSentence } from '../../core/sentences.ts';
import type { Refusal } from '../../core/views.ts';
import { COUNTERSIGN } from './chain.ts';

export interface LedgerLine {
  readonly kind: string;
  readonly actor: string;
  readonly body: JsonObject;
  readonly nameOf: (person: string) => string | undefined;
}

const words = (value: Json | undefined): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

function refusalWords({ body, nameOf }: LedgerLine): string {
  const detail = (body['detail'] ?? {}) as Refusal['detail'];
  try {
    return refusalSentence({ reason: words(body['reason']) as Refusal['reason'], detail }, { nameOf });
  } catch {
    // A reason that this version does not know: an entry of another version is still an entry.
    return words(body['reason']);
  }
}

/** What the buttons that only show something open. */
const READ: Readonly<Record<string, string>> = {
  open: 'the whole request',
  evidence: 'what the agent read',
  changes: 'what was changed',
};

/** An answer as it lies in the ledger: text, a number, yes or no, an amount. */
function answerWords(value: Json | undefined): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  const money = Money.safeParse(value);
  return money.success ? formatMoney(money.data) : words(value);
}

type Say = (line: LedgerLine, who: string) => string;

/** What each kind of entry says, in one line. Names only, no markup; text that people typed is shown as typed. */
const SENTENCES: Readonly<Record<string, Say>> = {
  'tenant.created': ({ body }) => `${words(body['name'])} was set up.`,
  'people.imported': ({ body }) => `${words(body['people'])} people were imported.`,
  'admin.bootstrapped': ({ body, nameOf }) =>
    `${nameOf(words(body['person'])) ?? 'Somebody'} was made the first Admin.`,
  'policy.set': ({ body }) => `Policy ${words(body['policy'])} version ${words(body['version'])} came into force.`,
  'intake.limits-set': ({ body }) => `Limits of the line were set: ${words(body['limits'])}`,
  'grant.created': ({ body }, who) => `${who} got the grant ${words(body['grant'])}: ${words(body['agent'])} may use ${words(body['tool'])} within its bounds.`,
  'grant.revoked': ({ body }, who) => `${who} revoked the grant ${words(body['grant'])}.`,
  'agent.paused': ({ body }, who) => `${who} paused ${words(body['agent'])}.`,
  'agent.resumed': ({ body }, who) => `${who} resumed ${words(body['agent'])}.`,
  'tenant.stopped': ({ body }, who) => `${who} stopped everything: ${words(body['reason'])}`,
  'tenant.resumed': (_, who) => `${who} lifted the stop of everything.`,
  'delegation.made': ({ body, nameOf }, who) =>
    `${who} is away from ${words(body['from'])} until ${words(body['until'])}; ${nameOf(words(body['to'])) ?? 'somebody else'} is asked as well.`,
  'delegation.ended': (_, who) => `${who} ended a delegation before its time.`,
  'run.started': ({ body }, who) =>
    `${who} asked ${words(body['agent'])} to look at ${words(body['about'])}${body['replayOf'] ? ` again, as in ${words(body['replayOf'])}` : ''}.`,
  'run.replayed': ({ body }, who) =>
    `${who} replayed the run as ${words(body['as'])}${body['environment'] === 'sandbox' ? ', in the sandbox' : ''}.`,
  'dead-letter.parked': ({ body }) =>
    `Given up after ${words(body['tries'])} tries (${words(body['about'])}, ${words(body['cause'])}); it waits for somebody to replay or discard it.`,
  'dead-letter.replayed': ({ body }, who) =>
    `${who} had a dead letter (${words(body['about'])}) tried again${body['replayRun'] ? ` as ${words(body['replayRun'])}` : ''}.`,
  'dead-letter.discarded': ({ body }, who) =>
    `${who} discarded a dead letter (${words(body['about'])}): ${words(body['reason'])}`,
  'output.rated': ({ body }, who) =>
    `${who} gave the output a thumb ${words(body['thumb'])}${body['before'] && body['before'] !== body['thumb'] ? ` instead of ${words(body['before'])}` : ''}${body['word'] ? ', with a word' : ''}.`,
  'run.finished': ({ body }) => `The run ended (${words(body['status'])}). ${words(body['summary'])}`.trim(),
  'run.cancelled': (_, who) => `${who} cancelled the run.`,
  'tool.called': ({ body }) =>
    `Called ${words(body['tool'])}${body['ok'] === false ? ', which failed' : ''}: ${words(body['label'])}`,
  'approval.asked': ({ body }) =>
    body['tool'] === ASK_PERSON.tool && body['connector'] === ASK_PERSON.connector
      ? `Asked a person: ${words(body['title'])}`
      : `Asked for a signature: ${words(body['title'])}.`,
  'approval.answered': ({ body }, who) => `${who} answered: ${answerWords(body['value'])}`,
  'approval.break-glass': ({ body }, who) =>
    `${who} broke the glass and approved it alone: ${words(body['reason'])}`,
  'request.read': ({ body }, who) => `${who} read ${READ[words(body['what'])] ?? 'it'}, page ${words(body['page'])}.`,
  'card.shown': ({ body }) => `Card version ${words(body['version'])} shown in ${words(body['platform'])}.`,
  'chat.trouble': ({ body }) =>
    `${words(body['platform'])} ${words(body['conversation']) || words(body['workspace'])} takes no cards: ${words(body['why'])}`,
  'chat.recovered': ({ body }) =>
    `${words(body['platform'])} ${words(body['conversation']) || words(body['workspace'])} takes cards again.`,
  'card.failed': ({ body }) => `The card could not be shown in ${words(body['platform'])}: ${words(body['failure'])}`,
  refused: (line, who) => `Refused ${who} (${words(line.body['verb'])}): ${refusalWords(line)}`,
}; // prettier-ignore

/** One entry as a person reads it. */
export function ledgerSentence(line: LedgerLine): string {
  const { kind, actor, body, nameOf } = line;
  const who = actor === COUNTERSIGN ? 'Countersign' : (nameOf(actor) ?? 'Somebody');
  const say = SENTENCES[kind];
  if (say) return say(line, who);
  const summary = words(body['summary']);
  return summary === '' ? kind : `${who}: ${summary}`;
}
