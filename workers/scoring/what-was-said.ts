import type { RunRef } from '../../core/activities.ts';
import { Assessment } from '../../core/contract.ts';
import { formatMoney, Money } from '../../core/money.ts';
import type { Judged } from '../../evals/judge/judge.ts';
import type { Stores } from '../../platform/stores.ts';
import {
  readConversation,
  textOf,
  turnOf,
  type Conversation,
  type StoredInput,
} from '../activities/conversation.ts';
import { pickAssessment } from '../activities/plan.ts';

/** Longer records are cut: a judge reads as much as an agent did, and no more than it can hold. */
const MOST_CHARACTERS = 60_000;

/** Amounts and dates as people write them, beside how the records hold them: a judge must not do sums. */
function readable(text: string): string {
  const found: string[] = [];
  const read = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const money = Money.safeParse(value);
    if (money.success) found.push(formatMoney(money.data));
    else for (const one of Object.values(value)) read(one);
  };
  try {
    read(JSON.parse(text));
  } catch {
    return text;
  }
  const amounts = [...new Set(found)];
  return amounts.length === 0 ? text : `${text}\nAmounts in it: ${amounts.join(', ')}`;
}

const inputsOf = ({ rows }: Conversation): readonly StoredInput['content'][number][] =>
  rows.filter(({ role }) => role === 'user').flatMap(({ content }) => (content as StoredInput).content);

/** What came back to the agent: records, people's answers, what became of its actions. */
const resultsIn = (conversation: Conversation): string[] =>
  inputsOf(conversation).flatMap((block) => {
    if (block.type !== 'tool_result') return [];
    const { content } = block;
    return [readable(typeof content === 'string' ? content : JSON.stringify(content ?? ''))];
  });

function questionOf(conversation: Conversation): string {
  const first = inputsOf(conversation).find((block) => block.type === 'text');
  return first?.type === 'text' ? first.text : '';
}

function lastWords(conversation: Conversation): string {
  const last = conversation.rows.findLast(({ role }) => role === 'assistant');
  const said = last ? conversation.answer(turnOf(last.seq)) : null;
  return said ? textOf(said) : '';
}

/** The figures of an assessment are the agent's own judgement: they are on record, and not to be found in what it read. */
export const OWN_FIGURES = 'The assessment on record:';
const ownFigures = ({ score, baseRate, confidence, recommendation }: Assessment): string =>
  `${OWN_FIGURES} score ${score?.toFixed(2) ?? 'none'}, base rate ${baseRate ?? 'none'}, confidence ${confidence}, recommendation ${recommendation}.`;

const sentence = (text: string): string => (/[.!?]$/.test(text.trim()) ? text.trim() : `${text.trim()}.`);

/**
 * What a run said (its reasons and its last words) and what it had read when it said so; null when there is nothing to judge.
 * As the agent's model saw it: what was kept from that model is kept from the judge.
 */
export async function whatWasSaid(stores: Pick<Stores, 'runs'>, ref: RunRef): Promise<Judged | null> {
  const conversation = await readConversation(stores, ref);
  const given = (await stores.runs.assessment(ref.tenant, ref.run)) ?? null;
  const assessment = Assessment.safeParse(pickAssessment(given)).data ?? null;
  const reasons = assessment?.signals.map(({ text, citation }) => sentence(`${text} (${citation})`)) ?? [];
  const answer = [...reasons, lastWords(conversation)].filter((text) => text.trim() !== '').join('\n');
  if (answer === '') return null;
  const contexts = [...resultsIn(conversation), ...(assessment ? [ownFigures(assessment)] : [])];
  let left = MOST_CHARACTERS;
  const held = contexts.map((text) => {
    const part = text.slice(0, left);
    left -= part.length;
    return part;
  });
  return { question: questionOf(conversation), answer, contexts: held.filter((text) => text !== '') };
}
