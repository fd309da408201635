import { TenantId } from '../../core/ids.ts';
import type { Policy, Requirement } from '../../core/policy-types.ts';

/** The example insurer that the workspace, the story and the tests live in. Invented, like everyone in it. */
export const EXAMPLE = {
  tenant: TenantId.parse('harbour-mutual'),
  name: 'Harbour Mutual',
  slack: {
    team: 'T08HARBOUR',
    botUser: 'U08COUNTERSIGN',
    botId: 'B08COUNTERSIGN',
    appId: 'A08COUNTERSIGN',
    channel: 'C08CLAIMSAPPROVALS',
    channelName: 'claims-approvals',
  },
  teams: {
    tenant: '7d0b9c1e-52a4-4c7b-9a63-0f6a1d7b5e10',
    clientId: '3c5b7a90-84d1-4a52-9f0e-6b2d8c1f7a44',
    channel: '19:claims-approvals@thread.tacv2',
    channelName: 'Claims approvals',
  },
  /** In both chats, but known to nobody here: every click of theirs is refused. */
  stranger: {
    name: 'Sam Stranger',
    slackUser: 'U08SAM',
    entraObject: '0a1f0c52-1b7e-4d0e-8d2c-5f1e6a9b0099',
  },
} as const;

const HOUR = 3_600_000;

const ask = (quorum: number, may: Pick<Requirement, 'breakGlass' | 'grants'>): Requirement => ({
  stages: [
    {
      name: 'claims',
      quorum,
      who: [
        { kind: 'group', group: 'claims' },
        { kind: 'group', group: 'senior-approvers' },
      ],
    },
  ],
  route: 'channel',
  remindAfterMs: [4 * HOUR, 24 * HOUR],
  escalateAfterMs: 48 * HOUR,
  escalateTo: [{ kind: 'group', group: 'senior-approvers' }],
  expireAfterMs: 96 * HOUR,
  executeWithinMs: 24 * HOUR,
  ...may,
});

/**
 * Payouts and denials are high risk, which asks for one more person than the stage says: two. When nobody can be reached
 * an Admin may break the glass there; what one person signs anyway needs no such way round, and a grant may sign it.
 * A higher version reaches homes that were kept: a policy that people changed from chat since then is newer, and stays.
 */
export const EXAMPLE_POLICY: Policy = {
  id: 'claims',
  version: 2,
  rules: [
    { when: { effect: 'irreversible' }, risk: 'high', require: ask(1, { breakGlass: true, grants: false }) },
    { when: { effect: 'reversible' }, risk: 'low', require: ask(1, { breakGlass: false, grants: true }) },
  ],
};
