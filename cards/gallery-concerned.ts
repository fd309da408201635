import { explain } from '../core/explanation/explain.ts';
import type { ExplanationSource } from '../core/explanation/types.ts';
import type { Language } from '../core/language.ts';
import { explanationCard, reviewLinkCard } from './explanation-card.ts';
import type { Card } from './model.ts';
import { readsCard } from './reads-card.ts';
import { ADA, APPROVAL, approvalView, at, declinedState, executedState, RUN } from './samples.ts';

const told = (change: Partial<ExplanationSource> = {}): ReturnType<typeof explain> =>
  explain(
    {
      view: approvalView(executedState()),
      deeds: [
        {
          did: 'changed',
          atMs: at('09:48:00'),
          roles: ['manager'],
          said: 'The £350 excess was not taken off.',
        },
        { did: 'approved', atMs: at('09:55:00'), roles: ['approver', 'manager'], said: null },
      ],
      ...{ erased: false, reviews: [], names: [], ...change },
    },
    (citation) => !citation.startsWith('PTY-'),
  );

const REVIEWS: ExplanationSource['reviews'] = [
  {
    ...{ review: APPROVAL, by: 'concerned', status: 'answered', value: true, askedAtMs: at('11:00:00') },
    ...{ reason: 'The bill was overlooked.', why: 'Nobody read the bill.', endedAtMs: at('12:00:00') },
  },
  {
    ...{ review: APPROVAL, by: 'company', status: 'pending', value: null, askedAtMs: at('11:30:00') },
    ...{ reason: null, why: null, endedAtMs: null },
  },
];

/** What those whom a decision concerns are told, and who read the record. */
export const concernedCards = (language?: Language): [string, Card][] => [
  ['explanation', explanationCard(told(), language, { mayInvite: true })],
  ['explanation, declined', explanationCard(told({ view: approvalView(declinedState()) }), language)],
  ['explanation, reviewed', explanationCard(told({ reviews: REVIEWS }), language)],
  [
    'explanation, erased',
    explanationCard(
      told({ erased: true, deeds: [{ did: 'approved', atMs: 0, roles: null, said: null }] }),
      language,
    ),
  ],
  [
    'explanation, allowed beforehand',
    explanationCard(
      told({ deeds: [{ did: 'allowed-beforehand', atMs: 0, roles: [], said: null }] }),
      language,
    ),
  ],
  [
    'link for the person concerned',
    reviewLinkCard(
      {
        ...{ approval: APPROVAL, days: 30 },
        url: `https://countersign.example/link/review?t=harbour-mutual.${'x'.repeat(43)}`,
      },
      language,
    ),
  ],
  [
    'reads',
    readsCard(
      APPROVAL,
      [
        { subject: APPROVAL, reader: ADA, name: 'Ada Okafor', what: 'explanation', via: 'slack', readAtMs: at('10:00:00') }, // prettier-ignore
        { subject: RUN, reader: 'link 0a1b2c3d4e5f', name: null, what: 'explanation', via: 'link', readAtMs: at('09:58:00') }, // prettier-ignore
        { subject: APPROVAL, reader: 'operator', name: null, what: 'receipt', via: 'shell', readAtMs: at('09:56:00') }, // prettier-ignore
      ],
      language,
    ),
  ],
  ['no reads', readsCard(APPROVAL, [], language)],
];
