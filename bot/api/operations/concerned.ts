import { z } from 'zod';
import { DOCUMENT_FORMATS, renderDocument } from '../../../cards/document/document.ts';
import { explanationCard } from '../../../cards/explanation-card.ts';
import type { Explanation } from '../../../core/explanation/types.ts';
import { Language } from '../../../core/language.ts';
import { LONGEST_REVIEW_WHY } from '../../../core/person-question.ts';
import { askReview } from '../../ask-review.ts';
import {
  explanationFor,
  makeReviewLink,
  MOST_LINK_DAYS,
  revokeReviewLinks,
  USUAL_LINK_DAYS,
} from '../../explain/links.ts';
import { readsFor } from '../../explain/reads.ts';
import { noteRead } from '../../note-read.ts';
import { operation, viaOf } from '../operation.ts';
import { NONE } from '../views.ts';

const Named = z.strictObject({
  approval: z
    .string()
    .max(100)
    .describe('The id of an approval, apr_…, or of a run, run_…: its last decision.'),
});
const Time = z.iso.datetime();
const at = (ms: number): string => new Date(ms).toISOString();

const ReviewOut = z.object({
  review: z.string(),
  by: z.enum(['concerned', 'company']),
  status: z.enum(['waiting', 'should-change', 'stands', 'unanswered']),
  asked_at: Time,
  reason: z.string().nullable(),
});

const ExplanationOut = z
  .object({
    approval: z.string(),
    run: z.string(),
    status: z.string(),
    erased: z.boolean().describe('What was personal was erased; what is left is what has to be provable.'),
    title: z.string(),
    decided_at: Time.nullable(),
    deciders: z.array(
      z.object({
        did: z.enum(['approved', 'declined', 'changed', 'broke-glass', 'allowed-beforehand']),
        at: Time,
        roles: z.array(z.string()).nullable(),
        said: z.string().nullable(),
      }),
    ),
    confidence: z.number(),
    reasons: z.array(
      z.object({ text: z.string().nullable(), citation: z.string().nullable(), weight: z.number() }),
    ),
    sources: z.array(z.object({ citation: z.string(), read_at: Time, as_of: z.string().nullable() })),
    sources_withheld: z.int().describe('Records that are about other people as well.'),
    reviews: z.array(ReviewOut),
    document: z.object({
      format: z.enum(DOCUMENT_FORMATS),
      language: Language,
      text: z.string().describe('To be given to the person concerned as it is.'),
    }),
  })
  .meta({ id: 'Explanation' });

const factsOf = (told: Explanation) => ({
  ...{ approval: told.approval, run: told.run, status: told.status, erased: told.erased, title: told.title },
  decided_at: told.decidedAtMs === null ? null : at(told.decidedAtMs),
  deciders: told.deeds.map(({ did, atMs, roles, said }) => ({
    ...{ did, at: at(atMs), said },
    roles: roles === null ? null : [...roles],
  })),
  confidence: told.confidence,
  reasons: [...told.reasons],
  sources: told.sources.map(({ citation, readAtMs, asOf }) => ({
    ...{ citation, read_at: at(readAtMs), as_of: asOf },
  })),
  sources_withheld: told.withheldSources,
  reviews: told.reviews.map(({ review, by, status, askedAtMs, reason }) => ({
    ...{ review, by, status, asked_at: at(askedAtMs), reason },
  })),
});

export const getExplanation = operation({
  ...{ id: 'getExplanation', tool: 'get_explanation', method: 'GET' },
  ...{ path: '/approvals/{approval}/explanation', permission: 'see-output' },
  summary:
    'What was decided, by whom (roles only), on what data, why, and how to contest it: for the person concerned, and as a document for them.',
  ...{ params: Named, body: NONE, output: ExplanationOut },
  query: z.strictObject({
    format: z.enum(DOCUMENT_FORMATS).default('text'),
    language: Language.default('en').describe('Of the document.'),
  }),
  run: async (context, { approval, format, language }) => {
    const found = await explanationFor(context, approval);
    if ('refusal' in found) return found;
    const { told } = found;
    await noteRead(context, viaOf(context), 'explanation', told.approval);
    const text = renderDocument(explanationCard(told, language), format, 'UTC');
    return { body: { ...factsOf(told), document: { format, language, text } } };
  },
});

export const askForReview = operation({
  ...{ id: 'askForReview', tool: 'ask_for_review', method: 'POST' },
  ...{ path: '/approvals/{approval}/review', permission: 'ask-review' },
  summary:
    'Asks people who did not decide it to look at a decision again. Once for each decision: the same again finds the first.',
  ...{ params: Named, query: NONE, makes: true },
  body: z.strictObject({ why: z.string().min(1).max(LONGEST_REVIEW_WHY) }),
  output: z.object({ review: z.string(), asked_before: z.boolean() }),
  run: async (context, { approval, why }) => {
    const asked = await askReview(context, approval, why);
    if ('refusal' in asked) return asked;
    const { approval: review, before } = asked;
    const location = `/approvals/${review}`;
    return { status: before ? 200 : 201, location, body: { review, asked_before: before } };
  },
});

export const createReviewLink = operation({
  ...{ id: 'createReviewLink', tool: 'create_review_link', method: 'POST' },
  ...{ path: '/approvals/{approval}/review-links', permission: 'invite-review' },
  summary:
    'A link to give to the person concerned: it shows them the explanation and takes one request for review. Told once, kept as a digest.',
  ...{ params: Named, query: NONE, makes: true },
  body: z.strictObject({ days: z.int().min(1).max(MOST_LINK_DAYS).default(USUAL_LINK_DAYS) }),
  output: z.object({ approval: z.string(), url: z.url(), expires_at: Time }),
  run: async (context, { approval, days }) => {
    const made = await makeReviewLink(context, approval, days);
    if ('refusal' in made) return made;
    return {
      status: 201,
      body: { approval: made.approval, url: made.url, expires_at: at(made.expiresAtMs) },
    };
  },
});

export const revokeLinks = operation({
  ...{ id: 'revokeReviewLinks', tool: 'revoke_review_links', method: 'POST' },
  ...{ path: '/approvals/{approval}/review-links/revoke', permission: 'invite-review' },
  summary: 'Takes back every link of a decision that still holds.',
  ...{ params: Named, query: NONE, body: NONE },
  output: z.object({ approval: z.string(), revoked: z.int() }),
  run: async (context, { approval }) => {
    const done = await revokeReviewLinks(context, approval);
    return 'refusal' in done ? done : { body: done };
  },
});

const ReadOut = z
  .object({
    at: Time,
    reader: z.string().describe('per_…, "link" with the beginning of a link’s digest, or "operator".'),
    name: z.string().nullable(),
    what: z.string(),
    via: z.string(),
    subject: z.string(),
  })
  .meta({ id: 'RecordRead' });

export const listReads = operation({
  ...{ id: 'listReads', tool: 'list_reads', method: 'GET', path: '/reads', permission: 'see-reads' },
  summary: 'Who read what of the record, newest first: the first time in each hour.',
  ...{ params: NONE, body: NONE },
  query: z.strictObject({
    of: z.string().max(100).optional().describe('run_… or apr_…; missing: everything.'),
    before: Time.optional().describe('next_before of the page before.'),
    limit: z.coerce.number().int().min(1).max(500).default(100),
  }),
  output: z.object({ reads: z.array(ReadOut), next_before: Time.nullable() }),
  run: async (context, { of, before, limit }) => {
    const page = { limit, ...(before === undefined ? {} : { before: Date.parse(before) }) };
    const found = await readsFor(context, of, page);
    if ('refusal' in found) return found;
    await noteRead(context, viaOf(context), 'reads', found.of ?? context.tenant);
    const reads = found.rows.map(({ readAtMs, reader, name, what, via, subject }) => ({
      ...{ at: at(readAtMs), reader, name, what, via, subject },
    }));
    return { body: { reads, next_before: reads.length < limit ? null : (reads.at(-1)?.at ?? null) } };
  },
});
