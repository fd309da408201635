import type { Router } from 'express';
import type { SlackStore } from '../state/slack-types.ts';
import { createSlackClient, type SlackClient } from './client.ts';
import type { SlackApp } from './context.ts';
import { createDeliver, type Deliver } from './deliver.ts';
import { createSlackFaults, type SlackFaults } from './faults.ts';
import { createSlackOauth, type SlackOauth, type SlackOauthApp } from './oauth.ts';
import { createRates, type Rates } from './rates.ts';
import { createSlackApi } from './server.ts';
import { createSockets, type Sockets } from './sockets.ts';
import { createTriggers } from './triggers.ts';

export interface Slack {
  /** Mount it at `/slack`: `/slack/api/<method>` and `/slack/hooks/...`. */
  readonly router: Router;
  readonly client: SlackClient;
  readonly deliver: Deliver;
  readonly faults: SlackFaults;
  readonly rates: Rates;
  readonly sockets: Sockets;
  readonly userGroups: Map<string, readonly string[]>;
  readonly oauth: SlackOauth | null;
}

/** A Slack on this machine: Web API, response_urls, and the client that sends signed requests to the bot. */
export function createSlack(options: {
  readonly app: SlackApp;
  readonly store: SlackStore;
  readonly signingSecret: string;
  readonly botUrl: string;
  /** Socket mode: what would be posted to the bot goes over the sockets that it opened. */
  readonly socketMode?: boolean;
  /** Where the workspace listens, without a slash at the end. */
  readonly url: () => string;
  readonly retryDelaysMs?: readonly number[];
  /** How long it waits for an answer, and a form for its trigger; missing: as long as Slack does. */
  readonly waitMs?: number;
  /** For installing the app in many workspaces. */
  readonly oauth?: Pick<SlackOauthApp, 'clientId' | 'clientSecret' | 'redirectUrls'>;
}): Slack {
  const faults = createSlackFaults();
  const rates = createRates();
  const sockets = createSockets({ ...options, appId: options.app.appId });
  const { appId, botUser } = options.app;
  const oauth = options.oauth ? createSlackOauth({ ...options.oauth, appId, botUser }) : null;
  const context = {
    oauth,
    app: options.app,
    store: options.store,
    url: options.url,
    triggers: createTriggers('8472015', { waitMs: options.waitMs }),
    sockets,
    installation: { installed: true },
    userGroups: new Map<string, readonly string[]>(),
  };
  const deliver = options.socketMode
    ? sockets.deliver
    : createDeliver({ ...options, answerMs: options.waitMs });
  return {
    ...{ faults, rates, deliver, sockets, userGroups: context.userGroups, oauth },
    router: createSlackApi({ context, rates, faults }),
    client: createSlackClient(context, deliver),
  };
}
