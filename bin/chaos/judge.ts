import { setTimeout as sleep } from 'node:timers/promises';
import type { ApprovalState } from '../../core/approval/types.ts';
import type { PersonId, RunId } from '../../core/ids.ts';
import { statusWords } from '../../core/sentences.ts';
import { EXAMPLE } from '../../local/example/example.ts';
import type { CastId } from '../../local/workspace/cast-types.ts';
import type { CardCopy } from '../../platform/stores.ts';
import type { Stack } from '../stack/open-stack.ts';
import { bookedOn, entriesAbout, paymentsOn, type Booked, type Entry } from './books.ts';
import { everyMessage, signable } from './cards.ts';
import type { Seen } from './acts.ts';
import type { Acknowledged } from './people.ts';

/** One run of the round and the claim that it is about. */
export interface Case {
  readonly run: RunId;
  readonly claim: string;
  /** Opened without a run of the agent's, which therefore never ends. */
  readonly direct?: boolean;
}

/** What does not hold, each with a sentence. All empty: the promise was kept. */
export interface Findings {
  readonly lost: string[];
  readonly twice: string[];
  readonly unsigned: string[];
  readonly wrongCards: string[];
  /** Two cards of one request in one conversation that can both be pressed, or that are one copy's. */
  readonly duplicates: string[];
  readonly stuck: string[];
}

/** How long the promise gives every card, from recovery. */
export const PROMISE_MS = 60_000;
const { tenant } = EXAMPLE;
const VERBS = ['approve', 'decline', 'edit'] as const;
const ENTRY = { approve: 'approval.signed', decline: 'approval.declined', edit: 'approval.edited' } as const;

interface Sight {
  readonly states: readonly ApprovalState[];
  readonly copies: ReadonlyMap<string, readonly CardCopy[]>;
  readonly messages: readonly Seen[];
  readonly booked: readonly Booked[];
  readonly paid: readonly string[];
  readonly entries: readonly Entry[];
  readonly open: readonly string[];
  readonly people: ReadonlyMap<CastId, { id: PersonId; name: string }>;
}

async function look(stack: Stack, cases: readonly Case[], acks: readonly Acknowledged[]): Promise<Sight> {
  const { stores, workspace } = stack;
  const claims = cases.map((c) => c.claim);
  const views = await Promise.all(cases.map((c) => stores.runs.view(tenant, c.run)));
  const ids = views.flatMap((v) => v?.approvals.map((a) => a.id) ?? []);
  const states = (await Promise.all(ids.map((id) => stores.approvals.get(tenant, id)))).filter(
    (s) => s !== null,
  );
  const copies = await Promise.all(ids.map((id) => stores.copies.ofSubject(tenant, id)));
  const everyone = await stores.people.everyone(tenant);
  const messages = await Promise.all(
    (['slack', 'teams'] as const).map((c) => everyMessage(workspace.control, c)),
  );
  return {
    states,
    copies: new Map(ids.map((id, i) => [id, copies[i] ?? []])),
    messages: messages.flat(),
    booked: await bookedOn(stack, claims),
    paid: await paymentsOn(stack, claims),
    entries: await entriesAbout(
      stack,
      ids,
      acks.map(({ seq }) => seq),
    ),
    open: cases
      .filter((c, i) => !c.direct && !views[i]?.finishedAtMs)
      .map((c) => `run ${c.run} on ${c.claim} has not ended`),
    people: new Map(everyone.map((p) => [p.email.split('.')[0] as CastId, { id: p.id, name: p.name }])),
  };
}

/** Why an acknowledged decision is not where it must be, or null. */
function lost(sight: Sight, ack: Acknowledged): string | null {
  const person = sight.people.get(ack.who)?.id;
  const what = `${ack.who}'s ${ack.choice.verb} of ${ack.approval} in ${ack.chat} (ledger #${ack.seq})`;
  const byThem = sight.entries.filter((e) => e.actor === person);
  // The word may be that on an earlier click, come late: then the number says what it was about.
  const entry =
    byThem.find((e) => e.subject === ack.approval && e.kind === ENTRY[ack.choice.verb]) ??
    byThem.find((e) => e.seq === ack.seq) ??
    // Whoever edits signs with it: told that this was recorded before, they find it under the request that they edited.
    byThem.find(
      (e) =>
        e.kind === ENTRY.edit && sight.states.find((s) => s.id === e.subject)?.supersededBy === ack.approval,
    );
  const verb = VERBS.find((v) => ENTRY[v] === entry?.kind);
  if (!entry || !verb) return `${what} is not in the ledger`;
  const state = sight.states.find((s) => s.id === entry.subject);
  // Of an earlier round, which was judged then.
  if (!state && entry.subject !== ack.approval) return null;
  const next = sight.states.find((s) => s.id === state?.supersededBy);
  const kept = {
    approve: state?.signatures.some((s) => s.person === person),
    decline: state?.declined?.person === person && state?.status === 'declined',
    edit: next?.edits.some((e) => e.person === person),
  }[verb];
  return kept ? null : `${what} is not in the approval`;
}

const SETTLED = ['executed', 'declined', 'superseded'];

function deeds(
  sight: Sight,
  state: ApprovalState,
  claim: string,
): Pick<Findings, 'twice' | 'unsigned' | 'stuck'> {
  const done = sight.booked.filter((b) => b.correlation === state.id || b.key === state.id).length;
  const begun = sight.entries.filter((e) => e.subject === state.id && e.kind === 'action.executed').length;
  const signed = state.status === 'executed';
  return {
    twice: done > 1 || begun > 1 ? [`${state.id} on ${claim} ran ${Math.max(done, begun)} times`] : [],
    unsigned: !signed && done > 0 ? [`${state.id} on ${claim} ran although it is ${state.status}`] : [],
    stuck: [
      ...(signed && done === 0
        ? [`${state.id} on ${claim} says executed, the insurer knows nothing of it`]
        : []),
      ...(SETTLED.includes(state.status) ? [] : [`${state.id} on ${claim} is ${state.status}`]),
    ],
  };
}

function cards(sight: Sight, state: ApprovalState): string[] {
  if (state.status === 'superseded') return [];
  const names = new Map([...sight.people.values()].map((p) => [String(p.id), p.name]));
  const words = statusWords(state, { nameOf: (id) => names.get(id) });
  const copies = sight.copies.get(state.id) ?? [];
  const missing = (['slack', 'teams'] as const).filter((p) => !copies.some((c) => c.platform === p));
  return [
    ...missing.map((p) => `${state.id} has no copy in ${p}`),
    ...copies.flatMap((copy) => {
      const at = `${copy.platform} ${copy.copy} of ${state.id}`;
      if (copy.status !== 'posted' || copy.shownVersion < copy.wantedVersion)
        return [`${at} is ${copy.status} at ${copy.shownVersion} of ${copy.wantedVersion}`];
      const mine = sight.messages.filter((m) => JSON.stringify(m.message).includes(copy.copy));
      if (mine.length > 1) return [];
      if (mine.length !== 1) return [`${at} hangs in ${mine.length} messages`];
      const [only] = mine as [Seen];
      const id = only.chat === 'slack' ? only.message.ts : only.message.id;
      if (id !== copy.message) return [`${at} is remembered as another message`];
      if (signable(only) !== null) return [`${at} can still be signed`];
      return JSON.stringify(only.message).includes(words) ? [] : [`${at} does not say "${words}"`];
    }),
  ];
}

function duplicates({ messages, copies }: Sight): string[] {
  const live = new Map<string, number>();
  for (const seen of messages) {
    const approval = signable(seen);
    if (approval) live.set(`${approval} in ${seen.chat}`, (live.get(`${approval} in ${seen.chat}`) ?? 0) + 1);
  }
  const texts = messages.map((m) => JSON.stringify(m.message));
  const ofCopies = [...copies.values()].flat().map(({ copy }) => ({
    copy,
    times: texts.filter((t) => t.includes(copy)).length,
  }));
  return [
    ...[...live].filter(([, n]) => n > 1).map(([what, n]) => `${what} can be signed on ${n} cards`),
    ...ofCopies
      .filter(({ times }) => times > 1)
      .map(({ copy, times }) => `${copy} hangs in ${times} messages`),
  ];
}

function judge(sight: Sight, cases: readonly Case[], acks: readonly Acknowledged[]): Findings {
  const claimOf = new Map(cases.map((c) => [String(c.run), c.claim]));
  const all = sight.states.map((s) => deeds(sight, s, claimOf.get(s.action.run) ?? ''));
  const paidTwice = cases.filter((c) => sight.paid.filter((p) => p === c.claim).length > 1);
  return {
    lost: acks.flatMap((ack) => lost(sight, ack) ?? []),
    twice: [...all.flatMap((d) => d.twice), ...paidTwice.map((c) => `${c.claim} was paid twice`)],
    unsigned: all.flatMap((d) => d.unsigned),
    wrongCards: sight.states.flatMap((s) => cards(sight, s)),
    duplicates: duplicates(sight),
    stuck: [...all.flatMap((d) => d.stuck), ...sight.open],
  };
}

const NOTHING: Findings = {
  lost: [],
  twice: [],
  unsigned: [],
  wrongCards: [],
  duplicates: [],
  stuck: ['nothing could be read'],
};
export const holds = (f: Findings): boolean => Object.values(f).every((list: string[]) => list.length === 0);

/** Looks until everything holds or the promised time is over, and `moreMs` where the chat's limits take it. @returns what still does not hold */
export async function settle(
  stack: Stack,
  cases: readonly Case[],
  acks: readonly Acknowledged[],
  moreMs = 0,
): Promise<Findings> {
  const from = Date.now();
  for (;;) {
    const findings = await look(stack, cases, acks).then((sight) => judge(sight, cases, acks), () => NOTHING); // prettier-ignore
    if (holds(findings) || Date.now() - from > PROMISE_MS + moreMs) return findings;
    await sleep(cases.length > 10 ? 1_000 : 250);
  }
}
