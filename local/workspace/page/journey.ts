import type { CastId } from '../cast-types.ts';
import type { Snapshot } from '../wire.ts';

/** Where the visitor stands: three steps, read from what the cards say, not from what was clicked. */
export interface Journey {
  readonly stage: 'ask' | 'sign' | 'countersign' | 'done';
  readonly slackTs: string | null;
  readonly teamsId: string | null;
  readonly signed: number;
  readonly needed: number;
  /** The newest card's own words, for the last step. */
  readonly words: string;
  /** Someone who may sign next. */
  readonly next: CastId;
}

const NOTHING: Journey = {
  ...{ stage: 'ask', slackTs: null, teamsId: null, signed: 0, needed: 2, words: '', next: 'ada' },
};
const APPROVAL = /apr_[0-9A-HJKMNP-TV-Z]{26}/;
/** Only what people sign says how many have; an agent's question, or one about a request, is no step of the story. */
const TALLY = /[●○]+ (\d+) of (\d+)/;
/** What Countersign asks about itself (a grant, the policy, a step back) is signed by others than the story's. */
const OWN = /\bcountersign \d+\.\d+\.\d+\b/;
const SIGNERS: readonly [CastId, string][] = [
  ['ada', 'Ada'],
  ['sofia', 'Sofia'],
  ['ben', 'Ben'],
];

function newest<T>(all: readonly T[], key: (one: T) => number): T | undefined {
  return all.reduce<T | undefined>((best, one) => (best && key(best) > key(one) ? best : one), undefined);
}

export function readJourney(snapshot: Snapshot): Journey {
  const { slack, teams } = snapshot;
  const cards = slack.messages.filter((m) => {
    const words = JSON.stringify(m.blocks);
    const isHere = m.channel === slack.channel.id && m.visibleTo === null;
    return isHere && APPROVAL.test(words) && TALLY.test(words) && !OWN.test(words);
  });
  const card = newest(cards, (m) => Number(m.ts));
  if (!card) return NOTHING;
  const words = JSON.stringify(card.blocks);
  const approval = APPROVAL.exec(words)?.[0] ?? '';
  const copies = teams.messages.filter(
    (m) => m.conversation === teams.channel.id && !m.deleted && JSON.stringify(m.card).includes(approval),
  );
  const tally = TALLY.exec(words);
  const [signed, needed] = [Number(tally?.[1] ?? 0), Number(tally?.[2] ?? 2)];
  const pending = words.includes('"action_id":"approve"');
  const stage = !pending ? 'done' : signed === 0 ? 'sign' : 'countersign';
  const signers = words.slice(words.indexOf('●'));
  const unsigned = SIGNERS.filter(([, name]) => signed === 0 || !signers.includes(name));
  const next = (stage === 'countersign' ? unsigned.find(([id]) => id === 'sofia') : undefined) ?? unsigned[0];
  return {
    ...{ stage, signed, needed, words: card.text, slackTs: card.ts },
    ...{ teamsId: newest(copies, (m) => m.sentAtMs)?.id ?? null, next: next?.[0] ?? 'ada' },
  };
}
