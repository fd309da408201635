import { z } from 'zod';
import type { IncidentState } from '../../core/incident/types.ts';
import type { ChangeSeen } from '../../core/incident/views.ts';
import { OWN } from '../../core/own-actions.ts';
import type { TenantTx } from '../database.ts';

const DAY_MS = 24 * 3_600_000;
/** As many as a card shows. */
const CHANGES = 5;

/** Without an agent: of everyone's, since what many have in common may be anybody's. */
const CHANGED = `SELECT (extract(epoch FROM at) * 1000)::bigint AS "atMs", detail FROM agent_events
  WHERE kind = 'change' AND ($1::text IS NULL OR agent IN ($1, '${OWN.agent}')) AND at BETWEEN to_timestamp($2::float8 / 1000) AND to_timestamp($3::float8 / 1000)
  ORDER BY at DESC LIMIT ${CHANGES}`;

const Playing = z.object({ active: z.string(), next: z.string().nullable(), percent: z.number() });
const Version = Playing.extend({ what: z.literal('version'), before: Playing });
const Tool = z.object({ what: z.string(), tool: z.string(), connector: z.string().optional() });
const Policy = z.object({ what: z.literal('policy'), version: z.number() });

/** Who plays new runs: `1.4.0`, or `1.4.0, 5% 1.5.0` while another is on trial. */
const playing = ({ active, next, percent }: z.infer<typeof Playing>): string =>
  next === null ? active : `${active}, ${percent}% ${next}`;

const word = (value: unknown): string | null =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : null;

/** Each kind of change says in its own words what changed; hashes say nothing to a person. */
function toChange(atMs: number, detail: Record<string, unknown>): ChangeSeen {
  const what = word(detail['what']) ?? '';
  const version = Version.safeParse(detail);
  if (version.success)
    return { atMs, what, about: null, from: playing(version.data.before), to: playing(version.data) };
  const tool = Tool.safeParse(detail);
  if (tool.success) {
    const { connector } = tool.data;
    const about = connector === undefined ? tool.data.tool : `${connector}.${tool.data.tool}`;
    return { atMs, what, about, from: null, to: null };
  }
  const policy = Policy.safeParse(detail);
  if (policy.success) return { atMs, what, about: null, from: null, to: String(policy.data.version) };
  return { atMs, what, about: null, from: word(detail['from']), to: word(detail['to']) };
}

/** What of ours changed for the incident's agent, or for all, in the day before it began and until it was found; the newest first. */
export async function changesBefore(
  tx: TenantTx,
  { agent, sinceMs, openedAtMs, finding }: IncidentState,
): Promise<ChangeSeen[]> {
  if (agent === null && finding.gathered === undefined) return [];
  const rows = await tx.rows<{ atMs: number; detail: Record<string, unknown> }>({
    text: CHANGED,
    values: [agent, sinceMs - DAY_MS, Math.max(openedAtMs, sinceMs)],
  });
  return rows.map(({ atMs, detail }) => toChange(atMs, detail));
}
