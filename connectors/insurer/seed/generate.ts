import type { Paper, Person, Story } from './build.ts';
import { rowsOf } from './build.ts';
import { createPrng, type Prng } from './prng.ts';
import {
  CAUSES,
  COVER,
  EXAMPLE_TODAY,
  addDays,
  dayText,
  poundText,
  type CauseName,
  type PolicyRow,
  type Rows,
} from './rows.ts';
import { STORIES } from './stories.ts';
import { FAMILY, GARAGES, GIVEN, OTHER_INSURERS, REPAIRERS, SHOPS, SUMMARIES, phoneNumber } from './words.ts';

const TAKEN = new Set(STORIES.map((s) => s.claim));
const FIRST = 501;
const LAST = 846;
const LINES = ['home', 'home', 'motor', 'motor', 'contents'] as const;
/** A claim number tells about when it came in: 501 in February, 846 in mid November. */
const incidentOf = (n: number, prng: Prng): string =>
  addDays('2026-02-06', Math.floor(((n - FIRST) * 278) / (LAST - FIRST)) + prng.between(0, 4));

const firms = [...REPAIRERS, ...GARAGES, ...SHOPS].map((name, i): Person => ({
  id: `PTY-${601 + i}`,
  name,
  phone: phoneNumber(i),
  firm: true,
}));
const firmFor = (line: PolicyRow['line'], prng: Prng): Person => {
  const names: readonly string[] = line === 'motor' ? GARAGES : line === 'home' ? REPAIRERS : SHOPS;
  const name = prng.pick(names);
  return firms.find((f) => f.name === name) as Person;
};

function findings(claim: { cause: CauseName; incident: string }, prng: Prng): string[] {
  const day = dayText(claim.incident);
  const wrong = dayText(addDays(claim.incident, -prng.between(9, 40)));
  const witness = claim.cause === 'collision' ? 'Telematics' : 'Visit';
  const photos = prng.chance(0.05) ? wrong : day;
  return ['Findings:', `- ${witness}: damage fits an event on ${day}`, `- Photos: taken on ${photos}`];
}

function paper(
  kind: string,
  n: number,
  i: number,
  story: Story,
  firm: Person,
  excess: number,
  prng: Prng,
): Paper {
  const filed = [
    addDays(story.reported ?? story.incident, prng.between(2, 9)),
    EXAMPLE_TODAY,
  ].sort()[0] as string;
  const base = {
    id: `DOC-${10_000 + n * 4 + i}`,
    kind,
    filed,
    title: `${kind[0]?.toUpperCase()}${kind.slice(1)}`,
  };
  if (kind === 'report' || kind === 'police report')
    return { ...base, source: kind === 'report' ? 'Loss adjuster' : 'Police', text: findings(story, prng) };
  const billed = prng.chance(0.04) ? story.claimed * 0.6 : story.claimed;
  const said = prng.chance(0.7)
    ? [`Less the policy excess of ${poundText(excess)}, already deducted`]
    : prng.chance(0.5)
      ? [`Excess of ${poundText(excess)} not yet deducted`]
      : [];
  const reference = `R-${20_000 + n * 4 + i}`;
  return {
    ...base,
    source: firm.name,
    reference,
    text: [`${base.title} ${reference}`, ...said, `Total: ${poundText(billed)}`],
  };
}

const round = (n: number): number => Math.round(n * 100) / 100;

function amounts(
  line: PolicyRow['line'],
  cause: CauseName,
  prng: Prng,
): { claimed: number; sumInsured: number } {
  const sumInsured =
    line === 'home'
      ? prng.between(30, 90) * 5_000
      : line === 'motor'
        ? prng.between(12, 60) * 500
        : prng.between(10, 40) * 1_500;
  const share =
    cause === 'windscreen' ? 0.02 : line === 'home' ? 0.05 : cause === 'theft of vehicle' ? 0.95 : 0.3;
  return { sumInsured, claimed: Math.max(90, round(sumInsured * share * (0.15 + 0.8 * prng.next()))) };
}

function ending(n: number, prng: Prng): Pick<Story, 'closed' | 'referred'> {
  const open = n < 780 ? prng.chance(0.06) : prng.chance(0.8);
  if (open) return prng.chance(0.08) ? { referred: true } : {};
  const roll = prng.next();
  return { closed: roll < 0.8 ? 'paid' : roll < 0.9 ? 'denied' : roll < 0.97 ? 'withdrawn' : 'fraud proven' };
}

interface Known {
  readonly policy: string;
  readonly line: PolicyRow['line'];
  readonly excess: number;
  readonly sumInsured: number;
}

function tell(n: number, prng: Prng, known: Known[]): Story {
  const again = known.length > 20 && prng.chance(0.12) ? prng.pick(known) : null;
  const line = again?.line ?? prng.pick(LINES);
  const cause = prng.pick(COVER[line].covers) as CauseName;
  const { claimed, sumInsured } = amounts(line, cause, prng);
  const incident = incidentOf(n, prng);
  const holder: Person = {
    id: `PTY-${1000 + n}`,
    name: `${prng.pick(GIVEN)} ${prng.pick(FAMILY)}`,
    phone: phoneNumber(1000 + n),
  };
  const fresh = again
    ? null
    : { policy: `POL-${24_000 + n}`, line, excess: prng.pick([100, 150, 200, 250, 350]), sumInsured };
  const policy = (again ?? fresh) as Known;
  if (fresh) known.push(fresh);
  const firm = firmFor(line, prng);
  const age = prng.chance(0.06) ? prng.between(5, 50) : prng.between(90, 2_600);
  const story: Story = {
    claim: `CLM-${String(n).padStart(4, '0')}`,
    policy: policy.policy,
    cause,
    summary: prng.pick(SUMMARIES[cause] as readonly string[]),
    incident,
    reported: addDays(incident, prng.chance(0.04) ? prng.between(31, 45) : prng.between(0, 4)),
    claimed: Math.min(claimed, policy.sumInsured),
    ...ending(n, prng),
    ...(fresh && {
      newPolicy: {
        line,
        holder,
        inception: addDays(incident, -age),
        sumInsured,
        excess: fresh.excess,
        account: String(prng.between(1000, 9999)),
      },
    }),
    others: [[line === 'motor' ? 'garage' : line === 'home' ? 'repair firm' : 'shop', firm]],
    ...(fresh &&
      prng.chance(0.08) && {
        elsewhere: [
          {
            reference: `REG-${30_000 + n}`,
            insurer: prng.pick(OTHER_INSURERS),
            peril: CAUSES.find((c) => c.cause === cause)?.peril ?? 'other',
            on: addDays(incident, -prng.between(200, 1_000)),
            paid: round(claimed * 0.7),
            outcome: 'paid',
          },
        ],
      }),
  };
  const required = CAUSES.find((c) => c.cause === cause)?.required_documents ?? [];
  const filed = story.closed ? required : required.filter(() => !prng.chance(0.07));
  return { ...story, papers: filed.map((kind, i) => paper(kind, n, i, story, firm, policy.excess, prng)) };
}

/** Some 330 ordinary claims around the stories, the same on every machine. */
export function generatedRows(): Rows {
  const prng = createPrng(847);
  const known: Known[] = [];
  const stories: Story[] = [];
  for (let n = FIRST; n <= LAST; n += 1)
    if (!TAKEN.has(`CLM-${String(n).padStart(4, '0')}`)) stories.push(tell(n, prng, known));
  return rowsOf(stories);
}
