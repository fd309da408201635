import { reasonSentence } from '../alerts/reasons.ts';
import type { Severity } from '../alerts/finding.ts';
import type { Happened } from '../incident/types.ts';
import type { Language } from '../language.ts';
import type { ForwardedEvent } from './event.ts';

/** A place to read on: the channel or the thread in a chat. */
export interface ForwardLink {
  readonly href: string;
  readonly text: string;
}

/** What goes over the wire beside the event itself. */
export interface Wrapping {
  readonly links: readonly ForwardLink[];
  readonly language: Language;
}

type Action = 'trigger' | 'acknowledge' | 'resolve';

const ACTIONS: Readonly<Partial<Record<Happened, Action>>> = {
  ...{ opened: 'trigger', rose: 'trigger', reopened: 'trigger' },
  ...{ acknowledged: 'acknowledge', resolved: 'resolve', 'stayed-clear': 'resolve' },
};

/** P0 wakes people, P1 can wait half an hour; a P2 opens no incident, and would be a warning. */
const SEVERITIES: Readonly<Record<Severity, 'critical' | 'error' | 'warning'>> = {
  p0: 'critical',
  p1: 'error',
  p2: 'warning',
};

/** The longest that PagerDuty takes (https://developer.pagerduty.com/docs/send-alert-event). */
const LONGEST_SUMMARY = 1_024;

/** One line: how bad, what, and why in figures. */
export function summaryOf({ severity, agent, rule, reason }: ForwardedEvent, language: Language): string {
  const what = agent === null ? rule : `${agent}, ${rule}`;
  return `${severity.toUpperCase()} ${what}: ${reasonSentence(reason, language)}`.slice(0, LONGEST_SUMMARY);
}

const iso = (atMs: number): string => new Date(atMs).toISOString();

/**
 * The event as PagerDuty's Events API v2 takes it: the incident's id is the dedup_key, so that a repeat lands in the same
 * alert. Null: it has no word for what happened.
 */
export function pagerDutyBody(event: ForwardedEvent, routingKey: string, wrapping: Wrapping): string | null {
  const action = ACTIONS[event.what];
  if (action === undefined) return null;
  const about = { routing_key: routingKey, event_action: action, dedup_key: event.incident };
  if (action !== 'trigger') return JSON.stringify(about);
  const { figures } = event;
  const payload = {
    summary: summaryOf(event, wrapping.language),
    source: 'countersign',
    severity: SEVERITIES[event.severity],
    timestamp: iso(event.atMs),
    ...(event.agent === null ? {} : { component: event.agent }),
    class: event.rule,
    custom_details: {
      ...{ incident: event.incident, happened: event.what, since: iso(event.sinceMs) },
      ...{ agent_version: event.agentVersion, reopened: event.reopenings, ...figures },
    },
  };
  return JSON.stringify({ ...about, client: 'Countersign', payload, links: wrapping.links });
}

/** The event as a webhook gets it: type, when it happened, and data, as Standard Webhooks recommends. */
export function webhookBody(event: ForwardedEvent, { links, language }: Wrapping): string {
  const { figures, what } = event;
  return JSON.stringify({
    type: `incident.${what.replaceAll('-', '_')}`,
    timestamp: iso(event.atMs),
    data: {
      ...{ incident: event.incident, seq: event.seq, status: event.status, severity: event.severity },
      ...{
        rule: event.rule,
        agent: event.agent,
        agent_version: event.agentVersion,
        reopened: event.reopenings,
      },
      ...{ opened_at: iso(event.openedAtMs), since: iso(event.sinceMs), figures },
      ...{ summary: summaryOf(event, language), links },
    },
  });
}
