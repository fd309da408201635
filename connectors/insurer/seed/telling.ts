import type { Paper, Person, Story } from './build.ts';
import { CAUSES, addDays, dayText, poundText, type CauseName, type PolicyRow } from './rows.ts';

/** What makes one claim of the golden set what it is; everything else follows from its number. */
export interface Telling {
  readonly n: number;
  readonly cause: CauseName;
  readonly summary: string;
  readonly who: string;
  readonly incident: string;
  readonly claimed: number;
  /** How long the policy had run; left out on a later claim of the policy `on`. */
  readonly policyDays?: number;
  readonly on?: number;
  readonly line?: PolicyRow['line'];
  readonly sumInsured?: number;
  readonly excludes?: readonly string[];
  readonly reportedAfter?: number;
  readonly ended?: Story['closed'] | 'referred';
  readonly others?: Story['others'];
  readonly papers?: readonly Draft[];
  readonly elsewhere?: Story['elsewhere'];
}

type Draft = (about: { n: number; i: number; story: Telling }) => Paper;

/** A cause belongs to one line; a claim of another line (a flood on contents cover) says so. */
const lineOf = ({ line, cause }: Telling): PolicyRow['line'] =>
  line ?? CAUSES.find((one) => one.cause === cause)?.line ?? 'home';

const EXCESS = { home: 250, contents: 150, motor: 300 } as const;
const SUM = { home: 210_000, contents: 45_000, motor: 16_000 } as const;

const numbered = (prefix: string, n: number): string => `${prefix}-${String(n).padStart(4, '0')}`;
const idOf = (n: number, i: number): string => `DOC-${n * 10 + i}`;
const filed = (story: Telling, days: number): string =>
  [addDays(story.incident, (story.reportedAfter ?? 1) + days), '2026-11-20'].toSorted()[0] as string;

/** A paper with a total. `says` is how it puts the excess. */
export const bill =
  (
    kind: 'invoice' | 'estimate' | 'receipt' | 'valuation',
    from: string,
    total: number,
    says: 'deducted' | 'open' | 'silent' = 'deducted',
    more: { reference?: string; lines?: readonly string[] } = {},
  ): Draft =>
  ({ n, i, story }) => {
    const reference = more.reference ?? `${from.replace(/[^A-Z]/g, '')}-${n}${i}`;
    const excess = poundText(EXCESS[lineOf(story)]);
    const line = {
      deducted: [`Less the policy excess of ${excess}, already deducted`],
      open: [`Excess of ${excess} not yet deducted`],
      silent: [],
    }[says];
    return {
      ...{
        id: idOf(n, i),
        kind,
        title: `${kind[0]?.toUpperCase()}${kind.slice(1)}`,
        source: from,
        reference,
      },
      filed: filed(story, 3),
      text: [`${kind[0]?.toUpperCase()}${kind.slice(1)} ${reference}`, ...(more.lines ?? []), ...line, `Total: ${poundText(total)}`], // prettier-ignore
    };
  };

/** Findings with a day each: witness, what was found, and how many days off the claim's own date. */
export const report =
  (
    from: string,
    found: readonly (readonly [witness: string, what: string, daysOff?: number])[],
    more: { kind?: 'report' | 'police report'; lines?: readonly string[] } = {},
  ): Draft =>
  ({ n, i, story }) => ({
    id: idOf(n, i),
    kind: more.kind ?? 'report',
    title: more.kind === 'police report' ? 'Crime report' : 'Report',
    source: from,
    filed: filed(story, 2),
    text: [
      'Findings:',
      ...found.map(
        ([witness, what, off = 0]) => `- ${witness}: ${what} on ${dayText(addDays(story.incident, off))}`,
      ),
      ...(more.lines ?? []),
    ],
  });

export const letter =
  (title: string, ...lines: readonly string[]): Draft =>
  ({ n, i, story }) => ({
    ...{ id: idOf(n, i), kind: 'letter', title, source: 'Policyholder', filed: filed(story, 1), text: lines },
  });

export const firm = (id: number, name: string, more: { phone?: string; account?: string } = {}): Person => ({
  id: `PTY-${id}`,
  name,
  firm: true,
  ...more,
});

/** The claim as every other story is told. */
export function tellOf(told: Telling): Story {
  const { n, on, ended } = told;
  const line = lineOf(told);
  return {
    claim: numbered('CLM', n),
    policy: `POL-${26_000 + (on ?? n)}`,
    cause: told.cause,
    summary: told.summary,
    incident: told.incident,
    reported: addDays(told.incident, told.reportedAfter ?? 1),
    claimed: told.claimed,
    ...(ended === 'referred' ? { referred: true } : ended ? { closed: ended } : {}),
    ...(on === undefined && {
      newPolicy: {
        line,
        holder: { id: `PTY-${9_000 + n}`, name: told.who, phone: `0191 498 1${String(n).padStart(3, '0')}` },
        inception: addDays(told.incident, -(told.policyDays ?? 900)),
        sumInsured: told.sumInsured ?? SUM[line],
        excess: EXCESS[line],
        account: String(1_000 + ((n * 37) % 9_000)),
        ...(told.excludes && { excludes: told.excludes }),
      },
    }),
    ...(told.others && { others: told.others }),
    ...(told.elsewhere && { elsewhere: told.elsewhere }),
    papers: (told.papers ?? []).map((draft, i) => draft({ n, i, story: told })),
  };
}
