import { ApprovalId, type RunId } from '../../core/ids.ts';
import { sentenceOf, type Decision } from './receipt-decision.ts';
import { firstWhy, textOf, type Read } from './receipt-entry.ts';

const isOfDecision = ({ kind }: Read): boolean => kind.startsWith('approval.') || kind.startsWith('action.');

/** The requests that a run made, in the order in which they were asked. */
export function decisionsIn(entries: readonly Read[]): Decision[] {
  const found = new Map<ApprovalId, Read[]>();
  for (const entry of entries.filter(isOfDecision)) {
    const approval = ApprovalId.safeParse(entry.subject);
    if (approval.success) found.set(approval.data, [...(found.get(approval.data) ?? []), entry]);
  }
  return [...found].map(([approval, own]) => ({ approval, entries: own }));
}

/** What a request was edited to is a request of the same run. */
const whyLostSuccessor = ({ approval, entries }: Decision, all: readonly Read[]): string | null =>
  firstWhy(entries, ({ body: { successor } }) =>
    typeof successor === 'string' &&
    !all.some(({ kind, subject }) => kind === 'approval.asked' && subject === successor)
      ? `The receipt lacks the entry that says what ${approval} was edited to.`
      : null,
  );

const ENDS = new Set(['run.finished', 'run.cancelled']);

/** The end of a run says how many entries it had. */
function whyFewer(entries: readonly Read[]): string | null {
  return firstWhy(entries, ({ kind, seq, body }, i) => {
    const { entries: said } = body;
    if (!ENDS.has(kind) || typeof said !== 'number' || said === i + 1) return null;
    return `When the run ended (#${seq}) it had ${said} entries, and ${i + 1} of them are in the receipt.`;
  });
}

/** Why this is not what is recorded about that run, as far as a receipt can tell; in words, or null. */
export function whyNotOfRun(run: RunId, entries: readonly Read[]): string | null {
  const other = entries.find(({ body }) => body['run'] !== run);
  if (other) return `Entry #${other.seq} is not of ${run}.`;
  const [first] = entries;
  if (first?.kind !== 'run.started' || first.subject !== run)
    return `The receipt lacks the entry that says how ${run} was started.`;
  return firstWhy(decisionsIn(entries), (one) => whyLostSuccessor(one, entries)) ?? whyFewer(entries);
}

/** What a run came to, in one sentence, and one more for each request that it made. */
export function runSentence(run: RunId, entries: readonly Read[]): string {
  const started = entries.find(({ kind }) => kind === 'run.started');
  const ended = entries.find(({ kind }) => ENDS.has(kind));
  const agent = [started?.body['agent'], started?.body['agentVersion']].map(textOf).join(' ').trim();
  const end = ended
    ? `it ended (${textOf(ended.body['status'])}) at ${ended.at}`
    : 'its end is not recorded here';
  const asked = decisionsIn(entries).map((one) => sentenceOf(one.entries));
  const requests = asked.length === 0 ? ['It asked for no signature.'] : asked;
  return [`The run ${run} of ${agent} was started at ${started?.at ?? ''}; ${end}.`, ...requests].join(' ');
}
