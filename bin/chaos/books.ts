import pg from 'pg';
import type { Stack } from '../stack/open-stack.ts';

/** What the insurer did, by its own books. */
export interface Booked {
  readonly key: string;
  readonly correlation: string;
  readonly claim: string;
  readonly tool: string;
}

export interface Entry {
  readonly seq: number;
  readonly kind: string;
  readonly subject: string;
  readonly actor: string | null;
}

async function ask<Row extends object>(
  url: string,
  text: string,
  values: readonly unknown[],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query<Row & pg.QueryResultRow>(text, [...values])).rows;
  } finally {
    await client.end().catch(() => {});
  }
}

/** The superuser's door to Countersign's own database: row-level security shows nobody else everything. */
export const ownDatabase = (stack: Stack): string => {
  const url = new URL(stack.engines.postgres?.url ?? '');
  url.pathname = '/countersign';
  return url.href;
};

/** Open claims whose papers are all there, so that the agent proposes something. */
export const openClaims = async (stack: Stack): Promise<string[]> =>
  (
    await ask<{ claim: string }>(
      stack.insurerUrl,
      `SELECT c.claim FROM claims c JOIN causes USING (cause) WHERE c.status = 'open' AND NOT EXISTS (
         SELECT 1 FROM unnest(required_documents) AS r(kind)
         WHERE NOT EXISTS (SELECT 1 FROM documents d WHERE d.claim = c.claim AND d.kind = r.kind))
       ORDER BY c.claim`,
      [],
    )
  ).map(({ claim }) => claim);

export const bookedOn = (stack: Stack, claims: readonly string[]): Promise<Booked[]> =>
  ask<Booked>(
    stack.insurerUrl,
    `SELECT idempotency_key AS key, correlation_id AS correlation, claim, tool FROM actions WHERE claim = ANY($1)`,
    [claims],
  );

export const paymentsOn = async (stack: Stack, claims: readonly string[]): Promise<string[]> =>
  (
    await ask<{ claim: string }>(stack.insurerUrl, `SELECT claim FROM payments WHERE claim = ANY($1)`, [
      claims,
    ])
  ).map(({ claim }) => claim);

export const entriesAbout = (
  stack: Stack,
  subjects: readonly string[],
  seqs: readonly number[],
): Promise<Entry[]> =>
  ask<Entry>(
    ownDatabase(stack),
    `SELECT seq::int, kind, subject, header::jsonb->>'actor' AS actor FROM ledger_entries
     WHERE subject = ANY($1) OR seq = ANY($2) ORDER BY seq`,
    [subjects, seqs],
  );

/** The cards that do not show the newest version of what they are about. */
export const copiesBehind = async (stack: Stack): Promise<string[]> =>
  (
    await ask<{ copy: string }>(
      ownDatabase(stack),
      `SELECT copy FROM card_copies WHERE status <> 'failed' AND shown_version < wanted_version`,
      [],
    )
  ).map(({ copy }) => copy);
