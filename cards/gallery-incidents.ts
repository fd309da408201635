import type { Finding } from '../core/alerts/finding.ts';
import { IncidentId } from '../core/ids.ts';
import type { Happened, HappenedDetail, IncidentState } from '../core/incident/types.ts';
import type { IncidentView } from '../core/incident/views.ts';
import type { Language } from '../core/language.ts';
import { incidentCard } from './incident-card.ts';
import { incidentEventCard } from './incident-event-card.ts';
import type { Card } from './model.ts';
import { ADA, at, PEOPLE, ROBIN, RUN, SOFIA } from './samples.ts';

const MINUTE = 60_000;
const OPENED = at('14:02:00');

const FINDING: Finding = {
  ...{
    rule: 'faithfulness',
    agent: 'fraud-review',
    version: '1.5.0',
    fingerprint: 'faithfulness/fraud-review',
  },
  ...{ severity: 'p0', state: 'firing', value: 0.81, threshold: 0.85, unit: 'score', sample: 38 },
  ...{ sinceMs: OPENED - 22 * MINUTE, reason: { key: 'faithfulness', params: {} }, worstRuns: [RUN] },
  series: [0.94, 0.93, null, 0.92, 0.88, 0.83, 0.81].map((value, i) => ({
    atMs: OPENED - (6 - i) * 60 * MINUTE,
    value,
  })),
};

const STATE: IncidentState = {
  ...{ id: IncidentId.parse('inc_01M86XXR40C8T1KX5MDQ7ZB2WN'), rule: 'faithfulness', agent: 'fraud-review' },
  ...{ fingerprint: FINDING.fingerprint, version: 1, status: 'open', severity: 'p0', finding: FINDING },
  ...{ observedAtMs: OPENED, drawnAtMs: OPENED, openedAtMs: OPENED, sinceMs: OPENED - 22 * MINUTE },
  asked: { rung: 'first', person: ADA, atMs: OPENED, triedAtMs: OPENED },
  ...{ reopenings: 0, acknowledged: null, silence: null, clearSinceMs: null, resolved: null },
};

export const INCIDENT_VIEW: IncidentView = {
  ...{ state: STATE, people: PEOPLE, paused: false, previousVersion: '1.4.0' },
  worstRuns: [
    { run: RUN, inputLabel: 'CLM-0911', status: 'done' },
    { run: RUN, inputLabel: 'CLM-0926', status: 'failed' },
  ],
  changes: [
    { atMs: OPENED - 30 * MINUTE, what: 'version', from: '1.4.0', to: '1.5.0' },
    { atMs: OPENED - 90 * MINUTE, what: 'something else', from: null, to: null },
  ],
  notes: [
    {
      by: SOFIA,
      atMs: OPENED + 3 * MINUTE,
      text: 'That edit is mine and it is wrong. *I* would <roll back>.',
    },
  ],
  failedRuns: [RUN],
  notForwarded: [],
  ledger: { first: 1341, last: 1345 },
};

const state = (change: Partial<IncidentState>, finding: Partial<Finding> = {}): IncidentView => ({
  ...INCIDENT_VIEW,
  state: { ...STATE, ...change, finding: { ...FINDING, ...finding } },
});

const RESOLVED = { status: 'resolved', clearSinceMs: OPENED } as const;

const VIEWS: Readonly<Record<string, IncidentView>> = {
  open: INCIDENT_VIEW,
  'nobody on call': state({ asked: { rung: 'first', person: null, atMs: OPENED, triedAtMs: OPENED } }),
  acknowledged: {
    ...state({ status: 'acknowledged', acknowledged: { by: ADA, atMs: OPENED } }),
    paused: true,
  },
  silenced: state({ silence: { by: ROBIN, untilMs: OPENED + 120 * MINUTE }, reopenings: 2 }),
  'clear just now': state({ clearSinceMs: OPENED }, { state: 'clear', value: 0.93 }),
  'no data': state({}, { state: 'no_data', value: null, sample: 2, series: [] }),
  'cannot know': state({}, { state: 'cannot_know', value: null, sample: 0 }),
  'of everything, by a rule unknown here': {
    ...state(
      { agent: null, rule: 'line-lag' },
      { agent: null, version: null, unit: 'ms', value: 95_000, threshold: 60_000 },
    ),
    ...{ worstRuns: [], changes: [], notes: [], failedRuns: [], previousVersion: null },
  },
  'not taken elsewhere': {
    ...INCIDENT_VIEW,
    notForwarded: [
      { to: 'pagerduty', why: 'refused', code: '400', tries: 1, final: true },
      { to: 'webhook', why: 'away', code: 'ECONNREFUSED', tries: 4, final: false },
    ],
  },
  resolved: state({ ...RESOLVED, resolved: { by: ADA, atMs: OPENED, armed: true } }),
  'over by itself': {
    ...state({ ...RESOLVED, resolved: { by: null, atMs: OPENED, armed: true } }),
    changes: [],
  },
};

const TOLD: readonly (readonly [Happened, HappenedDetail])[] = [
  ['rose', { from: 'p1', severity: 'p0', person: ADA, rung: 'first' }],
  ['reopened', { severity: 'p0', reopenings: 1 }],
  ['acknowledged', { minutes: 4 }],
  ['escalated', { rung: 'second', person: SOFIA }],
  ['silenced', { untilMs: OPENED + 120 * MINUTE }],
  ['silence-ended', { state: 'firing', person: ADA, rung: 'first' }],
  ['noted', { text: 'Prompt 12 dropped the line "quote the document".' }],
  ['resolved', { minutes: 37, state: 'firing' }],
  ['stayed-clear', { minutes: 95 }],
  ['not-forwarded', { to: 'pagerduty', why: 'busy', code: '429', tries: 3, final: 0 }],
  ['not-forwarded', { to: 'webhook', why: 'gone', code: '410', tries: 1, final: 1 }],
  ['forwarded', { to: 'pagerduty' }],
];

/** An incident in each of its states, and each thing that is told in its thread. */
export const incidentCards = (language?: Language): [string, Card][] => [
  ...Object.entries(VIEWS).map(([name, view]): [string, Card] => [
    `incident, ${name}`,
    incidentCard(view, language),
  ]),
  ...TOLD.map(([what, detail], i): [string, Card] => {
    const by = ['acknowledged', 'silenced', 'noted', 'resolved'].includes(what) ? ADA : null;
    const view = { incident: STATE, seq: i + 2, atMs: OPENED + i * MINUTE, what, by, detail, people: PEOPLE };
    return [
      `incident, told: ${[what, detail['why']].filter(Boolean).join(', ')}`,
      incidentEventCard(view, language),
    ];
  }),
];
