import type { ApprovalState } from '../../core/approval/types.ts';
import type { Json, JsonObject } from '../../core/canonical-json.ts';
import { Assessment } from '../../core/contract.ts';
import { caseIdOf, type Candidate } from '../../core/evals/candidate.ts';
import type { CandidateCause } from '../../core/evals/candidate-cause.ts';
import { GoldenCase } from '../../core/evals/golden-case.ts';
import { overridesIn } from '../../core/feedback.ts';
import type { RunId, TenantId } from '../../core/ids.ts';
import { OWN } from '../../core/own-actions.ts';
import { withoutPersonalData } from '../../core/personal-data.ts';
import type { Database, TenantTx } from '../database.ts';
import { OVERRIDDEN } from '../feedback/feedback.ts';
import { append, lockHead } from '../ledger/append.ts';
import type { Payloads } from '../payloads.ts';
import type { GoldenStore } from '../stores/golden.ts';
import { namesRead } from './names-read.ts';

interface Row {
  readonly run: RunId;
  readonly agent: string;
  readonly inputLabel: string;
  readonly atMs: number;
  readonly assessmentRef: string | null;
  readonly decided: 'accepted' | 'dropped' | null;
}

const REASONS = `SELECT a.run, to_timestamp((a.state ->> 'decidedAtMs')::float8 / 1000) AS at FROM approvals a WHERE ${OVERRIDDEN}
  UNION ALL SELECT f.run, f.rated_at FROM run_feedback f WHERE f.thumb = 'down'`;
const ROWS = `SELECT r.run, r.agent, r.input_label AS "inputLabel", r.assessment_ref AS "assessmentRef", g.status AS decided,
    (extract(epoch FROM max(coalesce(x.at, r.created_at))) * 1000)::bigint AS "atMs"
  FROM (${REASONS}) x JOIN runs r ON r.run = x.run LEFT JOIN golden_cases g ON g.tenant = r.tenant AND g.run = r.run
  WHERE r.environment = 'production' AND r.source <> 'eval' AND r.agent <> '${OWN.agent}'`;
const GROUP = ` GROUP BY r.tenant, r.run, g.status ORDER BY "atMs" DESC, r.run DESC`;
const OPEN = `${ROWS} AND g.run IS NULL ${GROUP} LIMIT $1`;
const ONE = `${ROWS} AND r.run = $1 ${GROUP}`;

const REQUESTS = `SELECT a.state FROM approvals a WHERE a.run = $1 AND a.agent <> '${OWN.agent}'
  AND a.state -> 'action' ->> 'connector' <> '${OWN.connector}' AND a.status <> 'superseded' ORDER BY a.created_at`;
const BAD = `SELECT word_ref AS ref FROM run_feedback WHERE run = $1 AND thumb = 'down' ORDER BY rated_at`;
const NAMES = 'SELECT name FROM people';

interface Reading {
  readonly tx: TenantTx;
  readonly payloads: Payloads;
  readonly tenant: TenantId;
  /** Of the company's own people. */
  readonly names: readonly string[];
}

type Clean = (text: string) => string;

async function causesOf(
  { tx, payloads, tenant }: Reading,
  run: RunId,
  states: readonly ApprovalState[],
  clean: Clean,
) {
  const causes = states.flatMap((state) =>
    overridesIn(state).map(({ how, reason }): CandidateCause => ({
      ...{ how, tool: state.action.tool, reason: reason === null ? null : clean(reason) },
    })),
  );
  for (const { ref } of await tx.rows<{ ref: string | null }>({ text: BAD, values: [run] })) {
    const word = ref === null ? null : String(await payloads.get(tx, tenant, ref));
    causes.push({ how: 'thumb', tool: null, reason: word === null ? null : clean(word) });
  }
  return causes;
}

/** Every text of an input, wherever it stands. */
function cleaned(value: Json, clean: Clean): Json {
  if (typeof value === 'string') return clean(value);
  if (Array.isArray(value)) return value.map((one) => cleaned(one as Json, clean));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, cleaned(one as Json, clean)]));
}

const Said = Assessment.pick({ score: true, recommendation: true, signals: true }).loose();

async function read(reading: Reading, row: Row): Promise<Candidate> {
  const { tx, payloads, tenant } = reading;
  const { run, agent, inputLabel, atMs, assessmentRef } = row;
  const names = [...reading.names, ...(await namesRead(tx, payloads, { tenant, run }))];
  const clean: Clean = (text) => withoutPersonalData(text, names);
  const states = (await tx.rows<{ state: ApprovalState }>({ text: REQUESTS, values: [run] })).map(
    (r) => r.state,
  );
  const given = assessmentRef === null ? null : await payloads.get(tx, tenant, assessmentRef);
  const said = Said.safeParse(given).data ?? null;
  return {
    ...{ run, agent, atMs, inputLabel: clean(inputLabel) },
    causes: await causesOf(reading, run, states, clean),
    input: cleaned((await payloads.get(tx, tenant, `${run}/input`)) as Json, clean) as JsonObject,
    said: said && {
      score: said.score,
      recommendation: said.recommendation,
      signals: said.signals.map(({ citation, weight }) => ({ citation, weight })),
    },
    proposed: [...new Set(states.map(({ action }) => action.tool))],
  };
}

async function readingIn(tx: TenantTx, payloads: Payloads, tenant: TenantId): Promise<Reading> {
  const names = (await tx.rows<{ name: string }>({ text: NAMES })).map(({ name }) => name);
  return { tx, payloads, tenant, names };
}

const INSERT = `INSERT INTO golden_cases (tenant, run, agent, status, golden, decided_by)
  VALUES (current_tenant(), $1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING run`;
const ACCEPTED = `SELECT golden FROM golden_cases WHERE agent = $1 AND status = 'accepted' ORDER BY decided_at, run`;

/** The cases that a company accepted for an agent, in the order in which it did. */
export async function acceptedCases(tx: TenantTx, agent: string): Promise<GoldenCase[]> {
  const rows = await tx.rows<{ golden: unknown }>({ text: ACCEPTED, values: [agent] });
  return rows.map(({ golden }) => GoldenCase.parse(golden));
}

type Wanted = Parameters<GoldenStore['decide']>[1];

async function decide(tx: TenantTx, tenant: TenantId, { run, agent, golden, edited, by }: Wanted) {
  await lockHead(tx, tenant);
  const status = golden === null ? 'dropped' : 'accepted';
  const values = [run, agent, status, golden === null ? null : JSON.stringify(golden), by];
  if ((await tx.rows({ text: INSERT, values })).length === 0) return { changed: false, ledgerSeq: null };
  const ledgerSeq = await append(tx, tenant, {
    ...{ kind: `golden-case.${status}`, subject: run, run, actor: by },
    body: { agent, case: golden?.id ?? caseIdOf(run), edited },
  });
  return { changed: true, ledgerSeq };
}

/** The only writer of golden cases; each decision with its ledger entry in one transaction. */
export const createGoldenStore = (db: Database, payloads: Payloads): GoldenStore => ({
  candidates: (tenant, limit) =>
    db.inTenant(tenant, async (tx) => {
      const reading = await readingIn(tx, payloads, tenant);
      const found: Candidate[] = [];
      for (const row of await tx.rows<Row>({ text: OPEN, values: [limit] }))
        found.push(await read(reading, row));
      return found;
    }),
  candidate: (tenant, run) =>
    db.inTenant(tenant, async (tx) => {
      const row = await tx.row<Row>({ text: ONE, values: [run] });
      if (row === null) return null;
      return { candidate: await read(await readingIn(tx, payloads, tenant), row), decided: row.decided };
    }),
  decide: (tenant, wanted) => db.inTenant(tenant, (tx) => decide(tx, tenant, wanted)),
  accepted: (tenant, agent) => db.inTenant(tenant, (tx) => acceptedCases(tx, agent)),
});
