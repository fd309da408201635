import { closest } from 'fastest-levenshtein';
import type pg from 'pg';
import type { Json, JsonObject } from '../../core/canonical-json.ts';
import { formatMoney, type Money } from '../../core/money.ts';
import { InsurerRefusal } from './refusal.ts';

/** `asOf` is what the source says of its own age, as a person reads it: `filed 19 Nov 2026`, or null (read live). */
export interface Source {
  readonly citation: string;
  readonly asOf: string | null;
  /** Its own words, or what its record says in few: for a person who is to sign. */
  readonly passage?: string;
}
export interface ReadAnswer {
  readonly data: JsonObject;
  readonly sources: readonly Source[];
}
/** One question on one connection of the pool. */
export type Query = Pick<pg.Pool, 'query'>;

type Row = Record<string, Json>;

export const money = (micros: Json | undefined, currency: Json | undefined): Money => ({
  currency: String(currency),
  micros: Number(micros),
});
export const payToText = (accountEnding: Json | undefined): string =>
  `Policyholder, account ending ${String(accountEnding)}`;

const syncedText = (column: string): string =>
  `to_char(${column} AT TIME ZONE 'UTC', 'FMDD Mon YYYY, HH24:MI "UTC"')`;

const LONGEST_PASSAGE = 4_000;

/** What a record says, in few words; nothing of it that is empty. */
const says = (...parts: readonly (Json | undefined)[]): string =>
  parts
    .map((part) => (part === null || part === undefined ? '' : String(part).trim()))
    .filter((part) => part !== '')
    .join('; ')
    .slice(0, LONGEST_PASSAGE);

const claimSays = (row: Row): string =>
  says(
    row['cause'],
    row['summary'],
    `happened ${String(row['incident_on'])}, reported ${String(row['reported_on'])}`,
    `claimed ${formatMoney(money(row['claimed_micros'], row['currency']))}`,
    row['status'],
    row['outcome'],
  );

const rowsOf = async (db: Query, sql: string, values: readonly string[]): Promise<Row[]> =>
  (await db.query<Row>(sql, [...values])).rows;

async function oneOf(db: Query, what: 'claim' | 'policy', id: string, sql: string): Promise<Row> {
  const [row] = await rowsOf(db, sql, [id]);
  if (row) return row;
  // a mistyped number is common; the nearest right one is offered, never taken
  const table = what === 'claim' ? 'claims' : 'policies';
  const known = await rowsOf(db, `SELECT ${what} AS id FROM ${table} ORDER BY 1 DESC`, []);
  const ids = known.map((k) => String(k['id']));
  const nearest = ids.length > 0 ? ` The nearest is ${closest(id, ids)}.` : '';
  throw new InsurerRefusal('not_found', `There is no ${what} ${id}.${nearest}`);
}

const claimColumns = `c.claim, c.policy, c.cause, c.summary, c.incident_on::text, c.reported_on::text, c.currency,
  c.claimed_micros, c.status, c.outcome, c.paid_micros, k.line, k.peril`;

const claimLine = (row: Row): JsonObject => ({
  claim: row['claim'] ?? null,
  cause: row['cause'] ?? null,
  peril: row['peril'] ?? null,
  summary: row['summary'] ?? null,
  incidentOn: row['incident_on'] ?? null,
  reportedOn: row['reported_on'] ?? null,
  claimed: money(row['claimed_micros'], row['currency']),
  status: row['status'] ?? null,
  outcome: row['outcome'] ?? null,
  paid: row['paid_micros'] === null ? null : money(row['paid_micros'], row['currency']),
});

/** The claim, who is on it, and how often claims of this cause turned out to be fraud. */
export async function getClaim(db: Query, claim: string): Promise<ReadAnswer> {
  const row = await oneOf(
    db,
    'claim',
    claim,
    `SELECT ${claimColumns}, k.base_rate::float8, k.rated_on::text FROM claims c JOIN causes k USING (cause) WHERE c.claim = $1`,
  );
  const parties = await rowsOf(
    db,
    `SELECT cp.part, p.party, p.kind, p.name FROM claim_parties cp JOIN parties p USING (party) WHERE cp.claim = $1 ORDER BY cp.part, p.party`,
    [claim],
  );
  return {
    data: {
      ...claimLine(row),
      line: row['line'] ?? null,
      policy: row['policy'] ?? null,
      baseRate: {
        rate: row['base_rate'] ?? null,
        of: row['cause'] ?? null,
        ratedOn: row['rated_on'] ?? null,
      },
      parties,
    },
    sources: [{ citation: claim, asOf: null, passage: claimSays(row) }],
  };
}

const policySays = (row: Row): string =>
  says(
    row['line'],
    `from ${String(row['inception'])} to ${String(row['renews'])}`,
    `sum insured ${formatMoney(money(row['sum_insured_micros'], row['currency']))}`,
    `excess ${formatMoney(money(row['excess_micros'], row['currency']))}`,
    `covers ${String(row['covers'] ?? '')}`,
    `excludes ${String(row['excludes'] ?? '')}`,
  );

/** Cover, limits and the one account that a payment may go to. */
export async function getPolicy(db: Query, policy: string): Promise<ReadAnswer> {
  const row = await oneOf(
    db,
    'policy',
    policy,
    `SELECT p.*, p.inception_on::text AS inception, p.renews_on::text AS renews, h.name FROM policies p JOIN parties h ON h.party = p.holder WHERE p.policy = $1`,
  );
  return {
    data: {
      policy,
      line: row['line'] ?? null,
      holder: { party: row['holder'] ?? null, name: row['name'] ?? null },
      inceptionOn: row['inception'] ?? null,
      renewsOn: row['renews'] ?? null,
      sumInsured: money(row['sum_insured_micros'], row['currency']),
      excess: money(row['excess_micros'], row['currency']),
      covers: row['covers'] ?? [],
      excludes: row['excludes'] ?? [],
      payTo: payToText(row['account_ending']),
    },
    sources: [{ citation: policy, asOf: null, passage: policySays(row) }],
  };
}

/** Every claim on the policy, newest first, and what other insurers reported to the shared register. */
export async function claimHistory(db: Query, policy: string): Promise<ReadAnswer> {
  await oneOf(db, 'policy', policy, 'SELECT 1 AS found FROM policies WHERE policy = $1');
  const claims = await rowsOf(
    db,
    `SELECT ${claimColumns} FROM claims c JOIN causes k USING (cause) WHERE c.policy = $1 ORDER BY c.incident_on DESC, c.claim DESC`,
    [policy],
  );
  const elsewhere = await rowsOf(
    db,
    `SELECT reference, insurer, peril, incident_on::text, currency, paid_micros, outcome,
       ${syncedText('synced_at')} AS synced
     FROM prior_claims WHERE policy = $1 ORDER BY incident_on DESC`,
    [policy],
  );
  return {
    data: {
      policy,
      claims: claims.map(claimLine),
      elsewhere: elsewhere.map((e) => ({
        reference: e['reference'] ?? null,
        insurer: e['insurer'] ?? null,
        peril: e['peril'] ?? null,
        incidentOn: e['incident_on'] ?? null,
        paid: money(e['paid_micros'], e['currency']),
        outcome: e['outcome'] ?? null,
      })),
    },
    sources: [
      ...claims.map((c) => ({ citation: String(c['claim']), asOf: null, passage: claimSays(c) })),
      ...elsewhere.map((e) => ({
        citation: String(e['reference']),
        asOf: `synced ${String(e['synced'])}`,
        passage: says(
          e['insurer'],
          e['peril'],
          `happened ${String(e['incident_on'])}`,
          `paid ${formatMoney(money(e['paid_micros'], e['currency']))}`,
          e['outcome'],
        ),
      })),
    ],
  };
}

const linkWords = (l: Row): string =>
  `${String(l['shared'])} of ${String(l['party'])} (${String(l['part'])})`;

/** People and firms of this claim who share a phone or a bank account with somebody else's claim. */
export async function linkedParties(db: Query, claim: string): Promise<ReadAnswer> {
  await oneOf(db, 'claim', claim, 'SELECT 1 AS found FROM claims WHERE claim = $1');
  const links = await rowsOf(
    db,
    `SELECT l.party, mine.name, cp.part, l.shared, l.linked_party, theirs.name AS linked_name, l.linked_claim,
       c.status AS linked_status, c.outcome AS linked_outcome,
       ${syncedText('l.synced_at')} AS synced
     FROM party_links l JOIN parties mine ON mine.party = l.party JOIN parties theirs ON theirs.party = l.linked_party
     JOIN claims c ON c.claim = l.linked_claim JOIN claim_parties cp ON cp.claim = l.claim AND cp.party = l.party
     WHERE l.claim = $1 ORDER BY l.linked_claim, l.linked_party, l.shared`,
    [claim],
  );
  return {
    data: {
      claim,
      links: links.map((l) => ({
        part: l['part'] ?? null,
        party: l['party'] ?? null,
        name: l['name'] ?? null,
        shared: l['shared'] ?? null,
        linkedParty: l['linked_party'] ?? null,
        linkedName: l['linked_name'] ?? null,
        linkedClaim: l['linked_claim'] ?? null,
        linkedStatus: l['linked_status'] ?? null,
        linkedOutcome: l['linked_outcome'] ?? null,
      })),
    },
    sources: [...new Set(links.map((l) => String(l['linked_party'])))].map((citation) => {
      const about = links.filter((l) => String(l['linked_party']) === citation);
      return {
        citation,
        asOf: `synced ${String(about[0]?.['synced'])}`,
        passage: says(
          ...about.map(
            (l) =>
              `${linkWords(l)} is also on ${says(l['linked_claim'], l['linked_status'], l['linked_outcome'])}`,
          ),
        ),
      };
    }),
  };
}

/** Every paper filed on the claim with its text, what is still missing, and where the same paper was filed before. */
export async function getDocuments(db: Query, claim: string): Promise<ReadAnswer> {
  const asked = await oneOf(
    db,
    'claim',
    claim,
    'SELECT k.required_documents AS required FROM claims c JOIN causes k USING (cause) WHERE c.claim = $1',
  );
  const documents = await rowsOf(
    db,
    `SELECT d.document, d.kind, d.title, d.source, d.reference, d.filed_on::text, d.content,
       to_char(d.filed_on, 'FMDD Mon YYYY') AS filed_text,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('document', o.document, 'claim', o.claim) ORDER BY o.document), '[]')
        FROM documents o WHERE o.reference = d.reference AND o.source = d.source AND o.claim <> d.claim) AS filed_also
     FROM documents d WHERE d.claim = $1 ORDER BY d.document`,
    [claim],
  );
  const required = asked['required'] as string[];
  return {
    data: {
      claim,
      required,
      missing: required.filter((kind) => !documents.some((d) => d['kind'] === kind)),
      documents: documents.map((d) => ({
        document: d['document'] ?? null,
        kind: d['kind'] ?? null,
        title: d['title'] ?? null,
        source: d['source'] ?? null,
        reference: d['reference'] ?? null,
        filedOn: d['filed_on'] ?? null,
        alsoFiledOn: d['filed_also'] ?? [],
        content: d['content'] ?? null,
      })),
    },
    sources: documents.map((d) => ({
      citation: String(d['document']),
      asOf: `filed ${String(d['filed_text'])}`,
      passage: says(d['title'], d['content']),
    })),
  };
}

/** What an earlier call with this correlation id did, for whoever never heard the answer. */
export async function findAction(db: Query, correlationId: string): Promise<ReadAnswer> {
  const [row] = await rowsOf(
    db,
    'SELECT tool, claim, summary, reference FROM actions WHERE correlation_id = $1 ORDER BY done_at LIMIT 1',
    [correlationId],
  );
  return { data: row ? { found: true, ...row } : { found: false }, sources: [] };
}
