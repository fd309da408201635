import { describe, expect, test } from 'vitest';
import { explain } from '../core/explanation/explain.ts';
import type { ExplanationSource } from '../core/explanation/types.ts';
import type { ApprovalState } from '../core/approval/types.ts';
import { renderDocument } from './document/document.ts';
import { explanationCard } from './explanation-card.ts';
import { ADA, approvalView, at, EVIDENCE, executedState } from './samples.ts';

const SAID = 'Spoke with Sofia Marin and Ada, ada@harbour.example, +44 20 7946 0958';
const source = (
  change: Partial<ExplanationSource> = {},
  state: ApprovalState = executedState(),
): ExplanationSource => ({
  view: {
    ...approvalView(state),
    evidence: {
      ...EVIDENCE,
      assessment: {
        ...EVIDENCE.assessment,
        signals: [
          { name: 'second', weight: 0.18, text: 'Second water claim', citation: 'CLM-0312' },
          { name: 'shared', weight: 0.11, text: 'Shares a telephone with Pat Nowak', citation: 'PTY-118' },
        ],
      },
      sources: [
        { citation: 'CLM-0312', readAtMs: at('09:02:00'), asOf: 'filed 19 Sep 2025' },
        { citation: 'PTY-118', readAtMs: at('09:03:00'), asOf: null },
      ],
    },
  },
  deeds: [{ did: 'approved', atMs: at('09:20:00'), roles: ['approver'], said: SAID }],
  ...{ erased: false, reviews: [], names: ['Sofia Marin', 'Will'], ...change },
});
const discloses = (citation: string): boolean => !citation.startsWith('PTY-');
const written = (
  one: ExplanationSource,
  format: 'text' | 'markdown' | 'html' = 'text',
  language: 'en' | 'de' = 'en',
) => renderDocument(explanationCard(explain(one, discloses), language), format, 'UTC');

describe('an explanation for the person concerned', () => {
  test('says what, who by role, on what data and how fresh, why and how sure, and how to contest it', () => {
    const text = written(source());
    for (const words of [
      ...[
        'How this was decided',
        'Approved and carried out',
        'by a member of staff (Approver)',
        'CLM-0312, read 24 November 2026',
      ],
      ...[
        'of itself: filed 19 Sep 2025',
        'Second water claim: raised the score by 0.18',
        'What it was not sure of:',
      ],
      ...['If you do not agree', 'Reference apr_01M86D72R0H5RW9N3GJ0PSAY6F'],
    ])
      expect(text).toContain(words);
    const german = written(source(), 'text', 'de');
    for (const words of [
      'Wie das entschieden wurde',
      'Wenn Sie nicht einverstanden sind',
      '24. November 2026',
    ])
      expect(german).toContain(words);
  });

  test('holds nobody else: no colleague, address or telephone, no record about others, no digest or guardrail', () => {
    const all = [
      JSON.stringify(explain(source(), discloses)),
      written(source()),
      written(source(), 'html'),
    ].join('\n');
    for (const other of [
      'Sofia',
      'Ada',
      ADA,
      'ada@harbour',
      '7946',
      'PTY-118',
      'Pat Nowak',
      'actionDigest',
      'guard',
    ])
      expect(all).not.toContain(other);
    expect(all).toContain('Spoke with […] and […]');
    expect(all).toContain('One more record was read. It is about other people as well');
    expect(all).toContain('rests on records about other people');
    // A contract that says nothing tells no record at all.
    expect(JSON.stringify(explain(source()))).not.toMatch(/CLM-0312|Second water claim/);
  });

  test('says what was erased, and nothing of what was there', () => {
    const text = written(
      source({ erased: true, deeds: [{ did: 'approved', atMs: 0, roles: null, said: null }] }),
    );
    expect(text).toContain('What was personal in this record was erased.');
    expect(text).toContain('by a member of staff whose details were erased');
    expect(text).not.toMatch(/Second water claim|Why the program/);
  });

  test('a decision that nobody looked at says so', () => {
    const granted = source({ deeds: [{ did: 'allowed-beforehand', atMs: 0, roles: [], said: null }] });
    expect(written(granted)).toContain('nobody looked at this very case');
  });

  test('what came of reviews: the own words are read back, a colleague’s are not', () => {
    const review = { review: executedState().id, status: 'answered', value: true, reason: 'The bill is right.', askedAtMs: 0, endedAtMs: 1 } as const; // prettier-ignore
    const reviews = [
      { ...review, by: 'concerned', why: 'I never had a second claim' },
      { ...review, by: 'company', why: 'She seems difficult', value: false, status: 'answered' },
      { ...review, by: 'company', why: null, value: null, status: 'expired' },
    ] as const;
    const text = written(source({ reviews }));
    expect(text).toMatch(
      /You asked for a review.*yes, the decision should be changed.*I never had a second claim.*The bill is right/,
    );
    expect(text).toMatch(/no, the decision stands[^]*ended without an answer/);
    expect(text).not.toContain('difficult');
  });

  test('attack: what somebody wrote means nothing in a document', () => {
    const said = '<script>alert(1)</script> [click](https://evil.example) # **x** \u202Egnp';
    const one = source({ deeds: [{ did: 'declined', atMs: 0, roles: ['approver'], said }] });
    const html = written(one, 'html');
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(html).not.toMatch(/<script|\u202E|<a /);
    const markdown = written(one, 'markdown');
    expect(markdown).toContain('\\[click\\]\\(https://evil.example\\) \\# \\*\\*x\\*\\*');
    expect(markdown.match(/^## /gm)?.length).toBeGreaterThan(4);
  });
});
