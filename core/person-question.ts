import { z } from 'zod';
import type { Action } from './action.ts';
import type { Json, JsonObject } from './canonical-json.ts';
import { Money } from './money.ts';
import type { Detail } from './detail.ts';

/**
 * A question that a run waits for and that is no request to sign: an action of Countersign's own, whose outcome is an
 * answer. It has an approval's row, clock, copies and ledger; nothing ever runs because of it.
 */
export const ASK_PERSON = { connector: 'countersign', tool: 'ask_person' } as const;

export const isQuestion = ({ connector, tool }: Pick<Action, 'connector' | 'tool'>): boolean =>
  connector === ASK_PERSON.connector && tool === ASK_PERSON.tool;

const QUESTION_KINDS = ['correct_field', 'choose', 'grant_exception'] as const;

const IsoDate = z.iso.date();

/** The field to be corrected: what it says now, and what an answer may be. Bounds of amounts are in whole units. */
const Field = z.strictObject({
  label: z.string().min(1).max(60).describe('What the field is called, e.g. Claimed amount'),
  type: z.enum(['text', 'number', 'date', 'amount']),
  current: z.union([z.string().max(300), z.number(), Money]).describe('What it says now, in that type'),
  least: z.number().optional().describe('number and amount: the smallest that is possible, in whole units'),
  most: z.number().optional().describe('number and amount: the largest that is possible, in whole units'),
  earliest: IsoDate.optional().describe('date: the first day that is possible, YYYY-MM-DD'),
  latest: IsoDate.optional().describe('date: the last day that is possible, YYYY-MM-DD'),
});
export type Field = z.infer<typeof Field>;

const LONGEST_TEXT = 300;

/** Flat, since the Messages API takes no union at the top of a tool's schema. */
const Shape = z.strictObject({
  kind: z.enum(QUESTION_KINDS),
  to: z.string().min(1).max(60),
  question: z.string().min(5).max(140).describe('One sentence that a person can answer without more'),
  why: z.string().min(1).max(600).describe('What hangs on the answer, and what contradicts what'),
  citations: z.array(z.string().min(1).max(60)).max(6).default([]).describe('Sources that were read'),
  field: Field.optional().describe('Only for correct_field, and needed there'),
  options: z
    .array(z.string().min(1).max(75))
    .min(2)
    .max(10)
    .optional()
    .describe('Only for choose, and needed there: what may be chosen, each different'),
});

/** Whether what a field says is of the type that it is said to be. */
function fits({ type, current }: Field): boolean {
  switch (type) {
    case 'text':
      return typeof current === 'string';
    case 'number':
      return typeof current === 'number';
    case 'date':
      return IsoDate.safeParse(current).success;
    case 'amount':
      return Money.safeParse(current).success;
  }
}

/**
 * A decision that somebody concerned wants people to look at again, as a yes or no with reasons: whoever took part in it
 * does not answer. No model is shown this, and none can say it.
 */
const Review = z.strictObject({
  of: z.string().min(1).max(60),
  decidedBy: z.array(z.string().min(1).max(60)).max(100),
  /** The person concerned asks, by a link that somebody of the company gave them. */
  concerned: z.literal(true).optional(),
});

/** Whoever is concerned may say more than an agent has to. */
export const LONGEST_REVIEW_WHY = 1_200;

type Asked = Pick<z.infer<typeof Shape>, 'kind' | 'field' | 'options'>;
function checkQuestion({ kind, field, options }: Asked, ctx: z.RefinementCtx): void {
  const refuse = (path: string, message: string): void =>
    ctx.addIssue({ code: 'custom', path: [path], message });
  if ((kind === 'correct_field') !== (field !== undefined))
    refuse('field', 'is needed for correct_field, and for nothing else');
  if ((kind === 'choose') !== (options !== undefined))
    refuse('options', 'are needed for choose, and for nothing else');
  if (options && new Set(options.map((one) => one.trim().toLowerCase())).size !== options.length)
    refuse('options', 'must all be different');
  if (field && !fits(field)) refuse('field', 'must say in "current" what it says now, in its own type');
}

/** What a model may ask. */
export const AgentQuestion = Shape.superRefine(checkQuestion);

export const PersonQuestion = Shape.extend({
  why: z.string().min(1).max(LONGEST_REVIEW_WHY),
  review: Review.optional(),
}).superRefine(checkQuestion);
export type PersonQuestion = z.infer<typeof PersonQuestion>;

/** The JSON schema that a model is shown: `to` takes the names of those whom its contract lets it ask. */
export const questionSchema = (to: readonly string[]): JsonObject =>
  JSON.parse(
    JSON.stringify(
      z.toJSONSchema(Shape.extend({ to: z.enum(to as [string, ...string[]]).describe('Who is asked') }), {
        io: 'input',
      }),
    ),
  ) as JsonObject;

/** The question that a stored action asks; null when it is none that this version can read. */
export const readQuestion = (action: Pick<Action, 'connector' | 'tool' | 'args'>): PersonQuestion | null =>
  isQuestion(action) ? (PersonQuestion.safeParse(action.args).data ?? null) : null;

/** An answer as the question's kind has it: the new value, the option, or yes and no. */
export type AnswerValue = string | number | boolean | Money;

type Problem = Detail & { readonly why: string };

function outside(value: number | string, field: Field, unit = ''): Problem | null {
  const [least, most] =
    typeof value === 'string' ? [field.earliest, field.latest] : [field.least, field.most];
  const below = least !== undefined && value < least;
  if (!below && (most === undefined || value <= most)) return null;
  return { why: 'out-of-range', least: least ?? '', most: most ?? '', unit };
}

function whyNotInField(field: Field, value: Json): Problem | null {
  switch (field.type) {
    case 'text':
      if (typeof value !== 'string' || value.trim() === '') return { why: 'no-input' };
      return value.length > LONGEST_TEXT ? { why: 'text-too-long', most: LONGEST_TEXT } : null;
    case 'number':
      if (typeof value !== 'number' || !Number.isFinite(value)) return { why: 'not-a-number' };
      return outside(value, field);
    case 'date':
      if (!IsoDate.safeParse(value).success) return { why: 'not-a-date' };
      return outside(String(value), field);
    case 'amount': {
      const money = Money.safeParse(value).data;
      const { currency } = Money.parse(field.current);
      if (money?.currency !== currency) return { why: 'not-an-amount', currency };
      return outside(money.micros / 1e6, field, currency);
    }
  }
}

/** Why this cannot be an answer to that question, as the detail of a refusal, or null when it can. */
export function whyNotThisAnswer(question: PersonQuestion, value: Json): Problem | null {
  const { kind, field, options } = question;
  if (kind === 'grant_exception') return typeof value === 'boolean' ? null : { why: 'yes-or-no' };
  if (kind === 'choose')
    return typeof value === 'string' && options?.includes(value) ? null : { why: 'not-offered' };
  return field ? whyNotInField(field, value) : { why: 'no-input' };
}
