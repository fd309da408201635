/** One defence as it stands in the source, and how it reads once it is taken out. `from` stands there exactly once. */
export interface Defence {
  readonly attack: number;
  readonly what: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** The test file that must notice, by its tests named `attack N`. */
  readonly test: string;
}

/** Of every kind: the door's, the rules', the database's. */
export const DEFENCES: readonly Defence[] = [
  {
    attack: 1,
    what: 'the signature over the raw bytes',
    file: 'bot/slack/receiver.ts',
    from: `return 'bad_signature';`,
    to: 'return null;',
    test: 'bot/slack/signature.test.ts',
  },
  {
    attack: 4,
    what: 'no time stamp of the future',
    file: 'bot/slack/receiver.ts',
    from: `if (aheadSeconds > WINDOW_SECONDS) return 'future_timestamp';`,
    to: '',
    test: 'bot/slack/signature.test.ts',
  },
  {
    attack: 11,
    what: 'the service URL that the token vouches for',
    file: 'bot/teams/mount.ts',
    from: `if (parsed.activity && !sameServiceUrl(parsed.activity.serviceUrl ?? '', claims.serviceurl))`,
    to: 'if (false)',
    test: 'bot/teams/mount.test.ts',
  },
  {
    attack: 14,
    what: 'groups that are not in the token are not none',
    file: 'core/identity/claims.ts',
    from: 'groups: tooMany ? null : (groups ?? null),',
    to: 'groups: groups ?? [],',
    test: 'bot/link/groups.test.ts',
  },
  {
    attack: 26,
    what: 'what runs stands in the ledger as well',
    file: 'core/approval/execution.ts',
    from: `if (ctx.notBorneOut) return end('not_borne_out');`,
    to: '',
    test: 'workers/activities/execute-activities.test.ts',
  },
  {
    attack: 16,
    what: 'the requester counts in no position',
    file: 'core/approval/who-may-sign.ts',
    from: 'id !== state.requester &&',
    to: '',
    test: 'core/approval/quorum.test.ts',
  },
  {
    attack: 21,
    what: 'rights are read at the click',
    file: 'core/approval/who-may-sign.ts',
    from: `permitted(state, ctx, person, 'approve') &&`,
    to: '',
    test: 'core/approval/advance.test.ts',
  },
  {
    attack: 24,
    what: 'the quorum under the policy of now as well',
    file: 'core/approval/quorum.ts',
    from: 'return [created, effectiveRequirement(ctx.requirementNow, risk)];',
    to: 'return [created];',
    test: 'core/approval/advance.test.ts',
  },
  {
    attack: 26,
    what: 'the digest of what would run, compared with what was signed',
    file: 'core/approval/gate.ts',
    from: 'shown === state.actionDigest && actionDigest(state.action) === shown;',
    to: 'shown.length > 0 && state.v === 1;',
    test: 'workers/activities/execute-activities.test.ts',
  },
  {
    attack: 38,
    what: 'the sum over a window',
    file: 'core/policy.ts',
    from: 'above.windowMs ? subject.windowSums?.find((s) => s.rule === index)?.micros : 0;',
    to: '0;',
    test: 'core/policy.test.ts',
  },
  {
    attack: 54,
    what: 'the intent is in the ledger before the call',
    file: 'workers/activities/execute-activities.ts',
    from: 'preconditionsHold: holds(state, target),\n  });',
    to: 'preconditionsHold: holds(state, target),\n  }).catch(() => ({ ok: true as const, state }));',
    test: 'workers/activities/execute-activities.test.ts',
  },
  {
    attack: 55,
    what: 'the application’s role may only add to the ledger, by one function',
    file: 'platform/migrations/0029-personal-data-by-person.sql',
    from: 'GRANT SELECT ON ledger_entries, ledger_bodies TO countersign_app;',
    to: 'GRANT SELECT, INSERT, UPDATE, DELETE ON ledger_entries, ledger_bodies, ledger_heads TO countersign_app;',
    test: 'platform/catalogue.test.ts',
  },
  {
    attack: 56,
    what: 'row-level security by tenant',
    file: 'platform/migrations/0001-first-light.sql',
    from: 'USING (tenant = current_tenant()) WITH CHECK (tenant = current_tenant())',
    to: 'USING (true) WITH CHECK (true)',
    test: 'platform/catalogue.test.ts',
  },
];
