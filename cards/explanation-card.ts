import type { Deed, Explanation, ReviewOutcome } from '../core/explanation/types.ts';
import { numberFormat } from '../core/formats.ts';
import type { Language } from '../core/language.ts';
import { argumentText } from './arguments.ts';
import { explanationWordsIn, type ExplanationWords } from './explanation-words.ts';
import { fixed, ledgerRange } from './figures.ts';
import { wordsIn } from './languages.ts';
import type { Block, Card, Span, StateLine } from './model.ts';
import { commandButton } from './run-buttons.ts';
import { cite, fact, instant, strong, text } from './spans.ts';
import type { CardWords } from './words.ts';

/** The labels of all cards, and this one's sentences. */
interface Say {
  readonly card: CardWords;
  readonly own: ExplanationWords;
}

/** A heading is a paragraph of one strong span: documents make it one. */
const heading = (words: string): Block => ({ kind: 'paragraph', spans: [strong(words)] });
const paragraph = (...spans: Span[]): Block => ({ kind: 'paragraph', spans });

const LOOKS: Readonly<Partial<Record<Explanation['status'], Pick<StateLine, 'icon' | 'tone'>>>> = {
  pending: { icon: '🕓', tone: 'waiting' },
  declined: { icon: '⛔', tone: 'stopped' },
  executed: { icon: '✅', tone: 'done' },
  failed: { icon: '❌', tone: 'broken' },
};

function deedItem({ card, own }: Say, { did, atMs, roles, said }: Deed): readonly Span[] {
  const names = (roles ?? []).map((role) => card.rights.roles[role]).join(', ');
  const by = roles === null ? own.roleErased : names === '' ? '' : own.inRole(names);
  return [
    strong(own.did[did]),
    text(`${by === '' ? '' : ` ${by}`}, `),
    instant(atMs, 'moment'),
    ...(said === null ? [] : [text(`, ${own.said} ${card.quote(said)}`)]),
  ];
}

function whoBlocks(say: Say, { agent, agentVersion, deeds, signed, needed }: Explanation): Block[] {
  const { own } = say;
  const people = deeds.filter(({ did }) => did !== 'allowed-beforehand' && did !== 'changed');
  return [
    heading(own.who),
    paragraph(text(own.program(agent, agentVersion))),
    deeds.length === 0
      ? paragraph(text(own.nobodyYet))
      : { kind: 'list', items: deeds.map((deed) => deedItem(say, deed)) },
    ...(people.length > 0 && needed > 0 ? [paragraph(text(own.quorum(signed, needed)))] : []),
  ];
}

function dataBlocks({ own }: Say, { sources, withheldSources }: Explanation): Block[] {
  const items = sources.map(({ citation, readAtMs, asOf }): readonly Span[] => [
    cite(citation),
    text(`, ${own.read} `),
    instant(readAtMs, 'moment'),
    ...(asOf === null ? [] : [text(`, ${own.ofItself} ${asOf}`)]),
  ]);
  return [
    heading(own.data),
    ...(items.length > 0 ? [{ kind: 'list', items } as const] : []),
    ...(withheldSources > 0 ? [paragraph(text(own.others(withheldSources)))] : []),
    ...(items.length === 0 && withheldSources === 0 ? [paragraph(text(own.noData))] : []),
  ];
}

function weighed({ card, own }: Say, weight: number): string {
  const by = fixed(card, Math.abs(weight), 2);
  if (weight === 0) return own.neither;
  return weight > 0 ? own.raised(by) : own.lowered(by);
}

function whyBlocks(say: Say, told: Explanation): Block[] {
  const { card, own } = say;
  const { recommendation, score, confidence, unsure, reasons } = told;
  const percent = numberFormat(card.locale, { style: 'percent', maximumFractionDigits: 0 }).format(
    confidence,
  );
  const items = reasons.map(({ text: words, citation, weight }): readonly Span[] => [
    text(`${words ?? own.reasonWithheld}: ${weighed(say, weight)}`),
    ...(citation === null ? [] : [text(card.separator), cite(citation)]),
  ]);
  const scored = score === null ? own.noScore : own.score(fixed(card, score, 2));
  return [
    heading(own.why),
    paragraph(text(`${own.proposed} `), strong(recommendation), text(`. ${scored} ${own.sure(percent)}`)),
    items.length > 0 ? { kind: 'list', items } : paragraph(text(own.noReasons)),
    ...(unsure.trim() === '' ? [] : [paragraph(strong(own.unsure), text(` ${unsure}`))]),
  ];
}

function questionBlocks({ card, own }: Say, { questions }: Explanation): Block[] {
  if (questions.length === 0) return [];
  const items = questions.map(({ asked, answer }): readonly Span[] => [
    strong(card.quote(asked)),
    text(` ${answer === null ? own.unanswered : card.quote(answer)}`),
  ]);
  return [heading(own.questions), { kind: 'list', items }];
}

function reviewItem({ card, own }: Say, one: ReviewOutcome): readonly Span[] {
  const { by, status, askedAtMs, why, reason } = one;
  return [
    strong(own.reviewBy[by]),
    text(', '),
    instant(askedAtMs, 'moment'),
    text(`. ${own.reviewStatus[status]}`),
    ...(why === null ? [] : [text(` ${own.yourWords} ${card.quote(why)}`)]),
    ...(reason === null ? [] : [text(` ${own.reasonGiven} ${card.quote(reason)}`)]),
  ];
}

function thenBlocks(say: Say, { executed, reviews }: Explanation): Block[] {
  const { own } = say;
  return [
    heading(own.then),
    executed === null
      ? paragraph(text(own.notExecuted))
      : paragraph(text(`${own.executed[executed.status]}, `), instant(executed.atMs, 'moment'), text('.')),
    heading(own.contest),
    ...(reviews.length === 0
      ? [paragraph(text(own.contestMeans))]
      : [
          { kind: 'list', items: reviews.map((one) => reviewItem(say, one)) } as const,
          paragraph(text(own.reviewSigns)),
        ]),
  ];
}

function whatBlocks({ card, own }: Say, told: Explanation): Block[] {
  const { title, ask, args, erased, rehearsal } = told;
  return [
    ...(erased ? [paragraph(text(own.erased))] : []),
    ...(rehearsal ? [paragraph(text(own.rehearsal))] : []),
    heading(own.what),
    // After erasure there is nothing left of it to say.
    ...(erased ? [] : [paragraph(text(`${title}. ${ask}`))]),
    ...(args.length === 0
      ? []
      : [
          {
            ...{ kind: 'facts' as const, layout: 'lines' as const, whole: false },
            facts: args.map(({ label, value }) => fact(label, text(argumentText(card, value)))),
          },
        ]),
  ];
}

interface Options {
  /** Whoever reads it may give a link to the person concerned. */
  readonly mayInvite?: boolean;
}

/**
 * A decision in plain words for the person whom it concerns, the same on a card, on the page behind a link and in a document.
 * Nobody is named but by role.
 */
export function explanationCard(
  told: Explanation,
  language: Language = 'en',
  { mayInvite = false }: Options = {},
): Card {
  const say: Say = { card: wordsIn(language), own: explanationWordsIn(language) };
  const { own, card } = say;
  const words = own.statuses[told.status];
  const at = told.decidedAtMs ?? told.askedAtMs;
  return {
    ...{ v: 1, language: card.language, kind: 'explanation', subject: told.approval, version: 1 },
    title: own.heading,
    state: { ...(LOOKS[told.status] ?? { icon: '▪️', tone: 'over' }), words, aside: [instant(at, 'moment')] },
    blocks: [
      ...whatBlocks(say, told),
      ...whoBlocks(say, told),
      ...(told.erased ? [] : [...dataBlocks(say, told), ...whyBlocks(say, told)]),
      ...questionBlocks(say, told),
      ...thenBlocks(say, told),
      {
        kind: 'context',
        spans: [
          text(`${own.reference} `),
          strong(told.approval),
          text(`, ${own.record} ${ledgerRange(card, told.ledger)}. ${own.cutOut}`),
        ],
      },
      ...(mayInvite
        ? [
            {
              ...{ kind: 'actions' as const, menu: [] },
              actions: [commandButton(own.makeLink, 'explain', `${told.approval} link`)],
            },
          ]
        : []),
    ],
    summary: `${own.heading}: ${words}`,
  };
}

/** A link that was made, to be copied letter by letter, for one person's eyes. */
export function reviewLinkCard(
  { approval, url, days }: { readonly approval: string; readonly url: string; readonly days: number },
  language: Language = 'en',
): Card {
  const own = explanationWordsIn(language);
  return {
    ...{ v: 1, language, kind: 'explanation', subject: approval, version: 1, title: own.linkTitle },
    state: { icon: '🔗', tone: 'plain', words: own.linkState, aside: [] },
    blocks: [
      paragraph(text(own.linkMeans(days))),
      { kind: 'table', lines: [url], wide: true },
      {
        ...{ kind: 'actions', menu: [] },
        actions: [commandButton(own.linkRevoke, 'explain', `${approval} revoke`)],
      },
    ],
    summary: own.linkTitle,
  };
}
