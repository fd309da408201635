import type { Finding } from '../core/alerts/finding.ts';
import { IncidentId } from '../core/ids.ts';
import type { Gathered } from '../core/incident/gathered.ts';
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
  ...{
    sinceMs: OPENED - 22 * MINUTE,
    reason: { key: 'faithfulness', params: { value: 0.81, limit: 0.85, runs: 38, minutes: 360 } },
    worstRuns: [RUN],
  },
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
    { atMs: OPENED - 30 * MINUTE, what: 'version', about: null, from: '1.4.0', to: '1.5.0' },
    { atMs: OPENED - 60 * MINUTE, what: 'schema', about: 'insurer.get_claim', from: null, to: null },
    { atMs: OPENED - 90 * MINUTE, what: 'something else', about: null, from: null, to: null },
  ],
  notes: [
    {
      by: SOFIA,
      atMs: OPENED + 3 * MINUTE,
      text: 'That edit is mine and it is wrong. *I* would <roll back>.',
    },
  ],
  failedRuns: [RUN],
  ...{ notForwarded: [], worst: [] },
  ledger: { first: 1341, last: 1345 },
};

const state = (change: Partial<IncidentState>, finding: Partial<Finding> = {}): IncidentView => ({
  ...INCIDENT_VIEW,
  state: { ...STATE, ...change, finding: { ...FINDING, ...finding } },
});

const RESOLVED = { status: 'resolved', clearSinceMs: OPENED } as const;

const RESOLVED_BY_ITSELF = { ...RESOLVED, resolved: { by: null, atMs: OPENED, armed: true } } as const;

const VIEWS: Readonly<Record<string, IncidentView>> = {
  open: INCIDENT_VIEW,
  'nobody on call': state({ asked: { rung: 'first', person: null, atMs: OPENED, triedAtMs: OPENED } }),
  'whose turn it was has left': state({
    asked: { rung: 'second', person: ADA, atMs: OPENED, triedAtMs: OPENED, insteadOf: [SOFIA] },
  }),
  acknowledged: {
    ...state({ status: 'acknowledged', acknowledged: { by: ADA, atMs: OPENED } }),
    paused: true,
  },
  silenced: state({ silence: { by: ROBIN, untilMs: OPENED + 120 * MINUTE }, reopenings: 2 }),
  'clear just now': state({ clearSinceMs: OPENED }, { state: 'clear', value: 0.93 }),
  'no data': state(
    {},
    {
      ...{ state: 'no_data', value: null, sample: 2, series: [] },
      reason: { key: 'too-few', params: { sample: 2, need: 10 } },
    },
  ),
  'cannot know': state(
    {},
    {
      ...{ state: 'cannot_know', value: null, sample: 0 },
      reason: { key: 'not-scored', params: { runs: 214, unscored: 11 } },
    },
  ),
  'of everything, by a rule unknown here': {
    ...state(
      { agent: null, rule: 'line-lag' },
      {
        ...{ agent: null, version: null, unit: 'ms', value: 95_000, threshold: 60_000 },
        reason: { key: 'line-lag', params: {} },
      },
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

const many = (change: Partial<Gathered>, more: Partial<IncidentState> = {}): IncidentView => {
  const gathered: Gathered = {
    ...{ by: 'rule', firing: 37, over: 3, total: 40, agents: 40, told: 6 },
    ...change,
  };
  const base = state(
    { agent: null, rule: 'error-rate', ...more },
    {
      ...{ agent: null, version: null, unit: 'count', value: gathered.firing, threshold: 0 },
      gathered,
      series: [],
    },
  );
  const worst = Array.from({ length: 5 }, (_, i) => ({
    ...{
      fingerprint: `error-rate/refunds-${i}`,
      rule: 'error-rate',
      agent: `refunds-${i}`,
      version: '2.0.0',
    },
    ...({
      severity: 'p0',
      state: 'firing',
      value: 0.9 - i / 10,
      threshold: 0.05,
      unit: 'ratio',
      sample: 40,
    } as const),
    ...{ worstRuns: [RUN], sinceMs: OPENED, clearSinceMs: null, overAtMs: null },
    ...{ paused: i === 1, previousVersion: i === 2 ? null : '1.9.0' },
  }));
  return { ...base, worst, worstRuns: [], failedRuns: [], previousVersion: null };
};

const GATHERED: Readonly<Record<string, IncidentView>> = {
  'many agents by one rule': many({}),
  'many rules at one agent': many({ by: 'agent', firing: 6, over: 0, total: 6, agents: 1 }, { agent: 'refunds', rule: 'gathered' }), // prettier-ignore
  'a flood of 10,000': many({ by: 'all', firing: 10_000, over: 0, total: 10_000, agents: 1_250 }, { rule: 'gathered' }), // prettier-ignore
  'one left of many': { ...many({ firing: 1, over: 39 }), worst: many({}).worst.slice(0, 1) },
  'many that are over': { ...many({ firing: 0, over: 40 }, RESOLVED_BY_ITSELF), worst: [] },
};

const TOLD: readonly (readonly [Happened, HappenedDetail])[] = [
  ['rose', { from: 'p1', severity: 'p0', person: ADA, rung: 'first' }],
  ['reopened', { severity: 'p0', reopenings: 1 }],
  ['acknowledged', { minutes: 4 }],
  ['escalated', { rung: 'second', person: SOFIA, insteadOf: ADA }],
  ['silenced', { untilMs: OPENED + 120 * MINUTE }],
  ['silence-ended', { state: 'firing', person: ADA, rung: 'first' }],
  ['noted', { text: 'Prompt 12 dropped the line "quote the document".' }],
  ['resolved', { minutes: 37, state: 'firing' }],
  ['stayed-clear', { minutes: 95 }],
  ['grew', { from: 6, firing: 37, person: ADA, rung: 'first' }],
  ['not-forwarded', { to: 'pagerduty', why: 'busy', code: '429', tries: 3, final: 0 }],
  ['not-forwarded', { to: 'webhook', why: 'gone', code: '410', tries: 1, final: 1 }],
  ['forwarded', { to: 'pagerduty' }],
];

/** An incident in each of its states, and each thing that is told in its thread. */
export const incidentCards = (language?: Language): [string, Card][] => [
  ...Object.entries({ ...VIEWS, ...GATHERED }).map(([name, view]): [string, Card] => [
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
