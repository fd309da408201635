import { createPrng, type Prng } from '../../connectors/insurer/seed/prng.ts';
import type { Sample } from '../../evals/metrics/measured.ts';

/** One sample with all that judge and embedder will say about it. */
export interface ScriptedCase {
  readonly sample: Sample;
  readonly statements: readonly string[];
  readonly supported: readonly (0 | 1)[];
  readonly questions: readonly { readonly question: string; readonly noncommittal: 0 | 1 }[];
  readonly useful: readonly (0 | 1)[];
  readonly attributed: readonly (0 | 1)[];
  readonly vectors: Readonly<Record<string, readonly number[]>>;
}

const WORDS =
  'claim pipe burst kitchen floor £350 excess policy invoice 17 Nov "quoted" adjuster naïve Straße 保険 phone account theft storm\u2028roof'.split(
    ' ',
  );
const PLACES = 8;

/** What Ragas treats apart; each comes up several times in a hundred cases. */
const ODD = {
  noStatements: (n: number) => n % 11 === 3,
  noVerdicts: (n: number) => n % 23 === 5,
  noContexts: (n: number) => n % 19 === 7,
  noneUseful: (n: number) => n % 13 === 4,
  noReference: (n: number) => n % 17 === 6,
  emptyQuestions: (n: number) => n % 29 === 8,
  oneEmptyQuestion: (n: number) => n % 7 === 2,
  allEvasive: (n: number) => n % 9 === 1,
  zeroVector: (n: number) => n % 31 === 9,
  opposite: (n: number) => n % 10 === 6,
} as const;

const words = (prng: Prng, about: string): string =>
  [about, ...Array.from({ length: prng.between(2, 9) }, () => prng.pick(WORDS))].join(' ');
const many = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));

function caseOf(n: number, prng: Prng): ScriptedCase {
  const bit = (share = 0.6): 0 | 1 => (prng.chance(share) ? 1 : 0);
  const vector = (): number[] => many(PLACES, () => Math.round((prng.next() * 2 - 1) * 1e6) / 1e6);
  const question = words(prng, `Question ${n}:`);
  const contexts = many(ODD.noContexts(n) ? 0 : prng.between(1, 7), (i) => words(prng, `Context ${n}.${i}:`));
  const statements = many(ODD.noStatements(n) ? 0 : prng.between(1, 9), (i) =>
    words(prng, `Statement ${i}:`),
  );
  const blank = (i: number) => ODD.emptyQuestions(n) || (ODD.oneEmptyQuestion(n) && i === 0);
  const questions = many(3, (i) => ({
    question: blank(i) ? '' : words(prng, `Made ${n}.${i}:`),
    noncommittal: ODD.allEvasive(n) ? (1 as const) : bit(0.3),
  }));
  const asked = vector();
  const made = (): number[] =>
    ODD.zeroVector(n) ? many(PLACES, () => 0) : ODD.opposite(n) ? asked.map((x) => -2 * x) : vector();
  return {
    sample: {
      question,
      answer: words(prng, `Answer ${n}:`),
      contexts,
      reference: words(prng, `Reference ${n}:`),
    },
    statements,
    supported: ODD.noVerdicts(n) ? [] : statements.map(() => bit()),
    questions,
    useful: contexts.map(() => (ODD.noneUseful(n) ? 0 : bit())),
    attributed: many(ODD.noReference(n) ? 0 : prng.between(1, 8), () => bit()),
    vectors: Object.fromEntries([[question, asked], ...questions.map((q) => [q.question, made()])]) as Record<
      string,
      number[]
    >,
  };
}

/** The same cases on every machine. */
export function scriptedCases(count: number, seed: number): ScriptedCase[] {
  const prng = createPrng(seed);
  return many(count, (n) => caseOf(n, prng));
}
