import { z } from 'zod';
import type { Observed } from './observed.ts';

const Money = z.looseObject({ currency: z.string(), micros: z.number() });
export type Amount = { readonly currency: string; readonly micros: number };

const ClaimRecord = z.looseObject({
  claim: z.string(),
  policy: z.string(),
  cause: z.string(),
  peril: z.string(),
  summary: z.string(),
  incidentOn: z.string(),
  reportedOn: z.string(),
  claimed: Money,
  status: z.string(),
  outcome: z.string().nullable(),
  baseRate: z.looseObject({ rate: z.number() }),
});
const PolicyRecord = z.looseObject({
  policy: z.string(),
  inceptionOn: z.string(),
  sumInsured: Money,
  excess: Money,
  covers: z.array(z.string()),
  excludes: z.array(z.string()),
  payTo: z.string(),
});
const HistoryRecord = z.looseObject({
  claims: z.array(
    z.looseObject({
      claim: z.string(),
      peril: z.string(),
      incidentOn: z.string(),
      outcome: z.string().nullable(),
    }),
  ),
  elsewhere: z.array(z.looseObject({ reference: z.string(), peril: z.string(), incidentOn: z.string() })),
});
const LinksRecord = z.looseObject({
  links: z.array(
    z.looseObject({
      part: z.string(),
      shared: z.string(),
      linkedParty: z.string(),
      linkedClaim: z.string(),
      linkedStatus: z.string(),
      linkedOutcome: z.string().nullable(),
    }),
  ),
});
const DocumentsRecord = z.looseObject({
  missing: z.array(z.string()),
  documents: z.array(
    z.looseObject({
      document: z.string(),
      kind: z.string(),
      alsoFiledOn: z.array(z.looseObject({ claim: z.string() })),
      content: z.string(),
    }),
  ),
});

/** Everything read about one claim. Records are told apart by their shape, not by the tool that gave them. */
export interface CaseFile {
  readonly claim: z.infer<typeof ClaimRecord>;
  readonly policy: z.infer<typeof PolicyRecord> | null;
  readonly history: z.infer<typeof HistoryRecord> | null;
  readonly links: z.infer<typeof LinksRecord> | null;
  readonly papers: z.infer<typeof DocumentsRecord> | null;
  /** What a tool named as a source; nothing else may be cited. */
  readonly citations: ReadonlySet<string>;
  /** The agent's prompt: what it names as a reason is weighed, what it does not is not. */
  readonly told: string;
  /** What a person put right when they were asked. */
  readonly corrected?: { readonly citation: string; readonly claimed: Amount };
}

const Sources = z.array(z.looseObject({ citation: z.string() }));

export function caseFileOf({ calls, told }: Observed): CaseFile | null {
  const answers = calls
    .filter((call) => !call.isError)
    .map((call) => call.json as { data?: unknown; sources?: unknown });
  const find = <T>(schema: z.ZodType<T>): T | null =>
    answers.map((answer) => schema.safeParse(answer?.data).data).findLast((data) => data !== undefined) ??
    null;
  const claim = find(ClaimRecord);
  if (!claim) return null;
  return {
    claim,
    told,
    policy: find(PolicyRecord),
    history: find(HistoryRecord),
    links: find(LinksRecord),
    papers: find(DocumentsRecord),
    citations: new Set(
      answers.flatMap((a) => Sources.safeParse(a?.sources).data ?? []).map((s) => s.citation),
    ),
  };
}
