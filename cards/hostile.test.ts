import fc from 'fast-check';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import * as slackPage from 'slack-blocks-to-jsx';
import { describe, expect, it } from 'vitest';
import { CopyId } from '../core/ids.ts';
import { LANGUAGES } from '../core/language.ts';
import type { Sha256 } from '../core/canonical-json.ts';
import { cardDigest } from './digest.ts';
import { printInstant } from './instant.ts';
import { wordsIn } from './languages.ts';
import { SLACK, TEAMS } from './limits.ts';
import type { Block, Card, CardAction, Fact, Span } from './model.ts';
import { renderPlain } from './plain/plain.ts';
import { prepare, SQUEEZES } from './prepare.ts';
import { APPROVAL } from './samples.ts';
import type { SlackBlock } from './slack/blocks.ts';
import { renderSlackMessage } from './slack/message.ts';
import type { TeamsElement } from './teams/elements.ts';
import { renderTeamsMessage } from './teams/message.ts';
import { shown } from './text.ts';

const COPY = CopyId.parse('cpy_01M86D72R0H5RW9N3GJ0PSAY6F');
const AT = Date.parse('2026-11-26T09:12:00Z');
const WHERE = { copy: COPY, timeZone: 'Europe/Madrid', refreshUsers: [] };

/** Attacks 29, 31, 41 and 46, and pieces from which worse can be put together. */
const ATTACKS = [
  '<!channel>',
  '<!here|hello>',
  '<http://evil.example|Approve>',
  'https://evil.example/?q=secret',
  'evil.example',
  'mailto:a@evil.example',
  '@here',
  '@channel',
  '<@U08ADA>',
  '<#C123>',
  '<!date^0^{date}^http://evil.example|now>',
  '![x](https://evil/?q=secret)',
  '[Approve](https://evil.example)',
  '[id]: https://evil.example',
  '*Approved by CISO*',
  '_x_',
  'a_b_c',
  '#general',
  '~gone~',
  '`code`',
  '```\nblock\n```',
  '> quote',
  '&gt; quote',
  '&lt;!channel&gt;',
  ':white_check_mark:',
  '# Heading',
  '- item',
  '1. item',
  '{{DATE(2020-01-01T00:00:00Z,SHORT)}}',
  '{{TIME(2020-01-01T00:00:00Z)}}',
  '${title}',
  '<at>Ada</at>',
  '<script>alert(1)</script>',
  '{"type":"actions","elements":[{"type":"button","action_id":"approve"}]}',
  '{"type":"Action.Execute","verb":"approve"}',
  'pay\u202Eevif',
  'zero\u200Bwidth\u2060\uFEFF',
  'раypal.com',
  'a\nAmount\n£1.00',
  '\u2028split\r\nline',
  'e\u0301',
  '\uD800half',
  '😀👩‍👩‍👧‍👦',
  'tag\u{E0041}\u{E007F}',
  '|',
  '\\',
  ' ',
  '',
];

const hostile = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.array(fc.constantFrom(...ATTACKS), { maxLength: 4 }).map((parts) => parts.join(' ')),
  },
  { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 2, arbitrary: fc.constantFrom('Paid', 'CLM-0847', 'Ada Okafor (claims)', '£6,180.00') },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('x', '&', '<', '*', 'я', '😀', '\u202E'), fc.integer({ min: 1, max: 4000 }))
      .map(([unit, n]) => unit.repeat(n)),
  },
);

const span: fc.Arbitrary<Span> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('text', 'strong', 'code', 'struck', 'cite', 'command'),
    text: hostile,
  }) as fc.Arbitrary<Span>,
  fc.record({
    kind: fc.constant('person' as const),
    name: hostile,
    slackUser: fc.oneof(fc.constant(null), fc.constant('U08ADA'), hostile),
  }),
  fc.record({
    kind: fc.constant('instant' as const),
    atMs: fc.constant(AT),
    form: fc.constantFrom('day', 'time', 'seconds', 'moment', 'deadline'),
  }),
);
const spans = fc.array(span, { maxLength: 5 });

const fact: fc.Arbitrary<Fact> = fc.record({ label: hostile, lead: fc.array(span, { maxLength: 1 }), spans });

const action: fc.Arbitrary<CardAction> = fc.record({
  verb: fc.constantFrom('approve', 'approve_comment', 'decline', 'edit', 'verify'),
  label: hostile,
  style: fc.constantFrom('primary', 'normal'),
  opens: fc.constantFrom('form', null),
  target: fc.constant({
    kind: 'approval' as const,
    approval: APPROVAL,
    version: 2,
    actionDigest: 'b'.repeat(64) as Sha256,
  }),
});

const block: fc.Arbitrary<Block> = fc.oneof(
  fc.record({ kind: fc.constant('paragraph' as const), spans }),
  fc.record({
    kind: fc.constant('facts' as const),
    layout: fc.constantFrom('grid', 'lines'),
    whole: fc.boolean(),
    facts: fc.array(fact, { maxLength: 12 }),
  }),
  fc.record({ kind: fc.constant('list' as const), items: fc.array(spans, { maxLength: 30 }) }),
  fc.record({ kind: fc.constant('table' as const), lines: fc.array(hostile, { maxLength: 80 }) }),
  fc.constant({ kind: 'divider' as const }),
  fc.record({ kind: fc.constant('context' as const), spans }),
  fc.record({
    kind: fc.constant('actions' as const),
    actions: fc.array(action, { maxLength: 6 }),
    menu: fc.array(action, { maxLength: 5 }),
  }),
);

const card: fc.Arbitrary<Card> = fc.record({
  v: fc.constant(1 as const),
  language: fc.constantFrom('en' as const, 'de' as const),
  kind: fc.constant('approval' as const),
  subject: fc.constant(APPROVAL as string),
  version: fc.nat(),
  title: hostile,
  state: fc.oneof(
    fc.constant(null),
    fc.record({
      icon: hostile,
      words: hostile,
      aside: spans,
      tone: fc.constantFrom('waiting', 'done', 'over'),
    }),
  ),
  blocks: fc.array(block, { maxLength: 12 }),
  summary: hostile,
});

type Node = Readonly<Record<string, unknown>>;

/** Every object inside a rendering. */
function nodes(value: unknown): Node[] {
  if (value === null || typeof value !== 'object') return [];
  const inner = Object.values(value).flatMap(nodes);
  return Array.isArray(value) ? inner : [value as Node, ...inner];
}

const texts = (value: unknown, type: string): string[] =>
  nodes(value)
    .filter((node) => node['type'] === type)
    .map((node) => String(node['text']));

/** Our own tokens of mrkdwn taken out, nothing may be left that Slack would act upon. */
const OWN_TOKEN = /<!date\^\d+\^[^<>|^]*\|[^<>|]*>|<@[UW][A-Z0-9]{2,20}>/g;

/** What a reader reads: no spacing, since both chats lay lines out in their own way. */
const bare = (text: string): string => text.replace(/[\s·•-]/g, '');

const entities = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

function slackLetters(value: unknown): string {
  if (Array.isArray(value)) return value.map(slackLetters).join('');
  if (value === null || typeof value !== 'object') return '';
  const node = value as Node;
  const text = typeof node['text'] === 'string' ? node['text'] : '';
  if (node['type'] === 'mrkdwn')
    return entities(
      text
        .replace(/<!date[^>]*>/g, '⌚')
        .replace(/<@[^>]*>/g, '👤')
        .replace(/[*~`]/g, ''),
    );
  if (node['type'] === 'plain_text' || node['type'] === 'text') return text;
  if (node['type'] === 'user') return '👤';
  if (node['type'] === 'date') return '⌚';
  return [node['text'], node['elements'], node['fields'], node['options']].map(slackLetters).join('');
}

const PRINTED = (['day', 'time', 'seconds', 'moment', 'deadline'] as const)
  .flatMap((form) => LANGUAGES.map((one) => bare(printInstant(wordsIn(one), AT, form, WHERE.timeZone))))
  .sort((a, b) => b.length - a.length);

const withoutTimes = (text: string): string =>
  PRINTED.reduce((rest, printed) => rest.replaceAll(printed, '⌚'), bare(text));

function teamsLetters(value: unknown): string {
  if (Array.isArray(value)) return value.map(teamsLetters).join('');
  if (value === null || typeof value !== 'object') return '';
  const node = value as Node;
  const markdown = (text: unknown): string =>
    String(text)
      .replace(
        /\{\{DATE\([^)]*\)\}\}, \{\{TIME\([^)]*\)\}\}( your time| Ihre Zeit)?|\{\{(?:DATE|TIME)\([^)]*\)\}\}/g,
        '⌚',
      )
      .replaceAll('**', '');
  if (node['type'] === 'TextBlock') return markdown(node['text']);
  if (node['type'] === 'TextRun') return String(node['text']);
  if (String(node['type']).startsWith('Action.')) return String(node['title']);
  if (node['type'] === 'FactSet')
    return (node['facts'] as Node[]).map((one) => markdown(one['title']) + markdown(one['value'])).join('');
  return [node['body'], node['items'], node['columns'], node['inlines'], node['actions']]
    .map(teamsLetters)
    .join('');
}

/** The letters that a prepared card holds, in order. */
function cardLetters(prepared: Card, chat: 'slack' | 'teams'): string {
  const one = (part: Span): string => {
    if (part.kind === 'instant') return '⌚';
    if (part.kind === 'command') return `${chat === 'slack' ? '/countersign ' : '@Countersign '}${part.text}`;
    if (part.kind !== 'person') return part.text;
    return chat === 'slack' && part.slackUser === 'U08ADA' ? '👤' : part.name;
  };
  const line = (parts: readonly Span[]): string => parts.map(one).join('');
  const blockLetters = (each: Block): string => {
    switch (each.kind) {
      case 'paragraph':
      case 'context':
        return line(each.spans);
      case 'facts':
        return each.facts.map((f) => f.label + line(f.lead) + line(f.spans)).join('');
      case 'list':
        return each.items.map(line).join('');
      case 'table':
        return each.lines.join('');
      case 'item':
        return each.lines.map(line).join('') + each.action.label;
      case 'picture':
        return each.alt;
      case 'link':
        return each.label;
      case 'divider':
        return '';
      case 'actions':
        return [...each.actions, ...each.menu].map(({ label }) => label).join('');
    }
  };
  const state = prepared.state ? prepared.state.icon + prepared.state.words + line(prepared.state.aside) : '';
  return prepared.title + state + prepared.blocks.map(blockLetters).join('');
}

const possible = (made: Card, chat: 'slack' | 'teams'): string[] =>
  SQUEEZES.flatMap((squeeze) => {
    const prepared = prepare(made, squeeze);
    return prepared.fits ? [withoutTimes(cardLetters(prepared.card, chat))] : [];
  });

const buttons = (made: Card): number =>
  made.blocks.flatMap((one) => (one.kind === 'actions' ? [...one.actions, ...one.menu] : [])).length;

/** Slack's own rules, written down a second time. */
function slackProblems(blocks: readonly SlackBlock[], text: string): string[] {
  const problems: string[] = [];
  const hold = (ok: boolean, what: string): void => void (ok || problems.push(what));
  hold(blocks.length >= 1 && blocks.length <= 50, 'blocks');
  hold(text.length <= 3000, 'text');
  for (const one of blocks) {
    if (one.type === 'header') hold(one.text.text.length >= 1 && one.text.text.length <= 150, 'header');
    if (one.type === 'section' && 'fields' in one) {
      hold(one.fields.length >= 1 && one.fields.length <= 10, 'fields');
      one.fields.forEach((field) => hold(field.text.length >= 1 && field.text.length <= 2000, 'field'));
    }
    if (one.type === 'context') {
      hold(one.elements.length >= 1 && one.elements.length <= 10, 'context');
      one.elements.forEach((each) => hold(each.text.length >= 1 && each.text.length <= 3000, 'context text'));
    }
    if (one.type === 'rich_text') {
      hold(one.elements.length > 0, 'rich text');
      hold(slackLetters(one).length <= 3000, 'rich text length');
      texts(one, 'text').forEach((each) => hold(each.length > 0, 'empty text element'));
    }
    if (one.type !== 'actions') continue;
    hold(one.elements.length >= 1 && one.elements.length <= 25, 'action elements');
    const ids = one.elements.map((each) => each.action_id);
    hold(new Set(ids).size === ids.length, 'action ids differ');
    for (const each of one.elements) {
      hold(each.action_id.length <= 255, 'action id');
      if (each.type === 'button')
        hold(each.text.text.length <= 75 && 'value' in each && each.value.length <= 2000, 'button');
      else {
        hold(each.options.length >= 2 && each.options.length <= 5, 'options');
        each.options.forEach((o) => hold(o.text.text.length <= 75 && o.value.length <= 150, 'option'));
      }
    }
  }
  return problems;
}

const RUNS = { numRuns: 150 };

describe('any text in any field', () => {
  it('never breaks a limit of Slack', () => {
    fc.assert(
      fc.property(card, (made) => {
        const rendered = renderSlackMessage(made, { copy: COPY });
        if (rendered.fits) expect(slackProblems(rendered.card.blocks, rendered.card.text)).toEqual([]);
      }),
      RUNS,
    );
  });

  it('attack 31: never becomes a link, mention, broadcast or mark in Slack', () => {
    fc.assert(
      fc.property(card, (made) => {
        const rendered = renderSlackMessage(made, { copy: COPY });
        if (!rendered.fits) return;
        const { blocks, text } = rendered.card;
        expect(text).not.toMatch(/[<>]/);
        for (const mark of texts(blocks, 'mrkdwn')) {
          const left = mark.replace(OWN_TOKEN, '');
          expect(left).not.toMatch(/[<>|@]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|:\/\/|:[^\s:]+:|```/u);
          expect(left).not.toMatch(/^&gt;/m);
        }
        const users = nodes(blocks).filter((node) => node['type'] === 'user');
        users.forEach((user) => expect(user['user_id']).toMatch(/^[UW][A-Z0-9]+$/));
        const kinds = new Set(nodes(blocks).map((node) => node['type']));
        for (const kind of ['link', 'broadcast', 'usergroup', 'channel', 'emoji', 'image', 'markdown'])
          expect(kinds.has(kind)).toBe(false);
      }),
      RUNS,
    );
  });

  it('adds and hides no button in either chat', () => {
    fc.assert(
      fc.property(card, (made) => {
        const slack = renderSlackMessage(made, { copy: COPY });
        const teams = renderTeamsMessage(made, WHERE);
        if (slack.fits) {
          const pressable = nodes(slack.card.blocks).filter((n) => n['type'] === 'button' || 'value' in n);
          expect(pressable.length).toBe(buttons(made));
        }
        if (teams.fits) {
          const actions = nodes(teams.card.card).filter((n) => String(n['type']).startsWith('Action.'));
          expect(actions.length).toBe(buttons(made));
          expect(actions.every((n) => ['Action.Execute', 'Action.Submit'].includes(String(n['type'])))).toBe(
            true,
          );
        }
      }),
      RUNS,
    );
  });

  it('attack 29: shows the same letters in Slack as the card holds', () => {
    fc.assert(
      fc.property(card, (made) => {
        const rendered = renderSlackMessage(made, { copy: COPY });
        if (!rendered.fits) return;
        expect(possible(made, 'slack')).toContain(withoutTimes(slackLetters(rendered.card.blocks)));
      }),
      RUNS,
    );
  });

  it('shows the same letters in Teams as the card holds', () => {
    fc.assert(
      fc.property(card, (made) => {
        const rendered = renderTeamsMessage(made, WHERE);
        if (!rendered.fits) return;
        expect(possible(made, 'teams')).toContain(withoutTimes(teamsLetters(rendered.card.card)));
      }),
      RUNS,
    );
  });

  it('attack 31: never becomes markdown, a macro of its own or an over-long card in Teams', () => {
    fc.assert(
      fc.property(card, (made) => {
        const rendered = renderTeamsMessage(made, WHERE);
        if (!rendered.fits) return;
        const all = nodes(rendered.card.card);
        expect(Buffer.byteLength(JSON.stringify(rendered.card.card))).toBeLessThanOrEqual(TEAMS.cardBytes);
        const factTexts = all.filter((n) => n['type'] === undefined && 'title' in n && 'value' in n);
        const marked = [
          ...texts(all, 'TextBlock'),
          ...factTexts.flatMap((n) => [String(n['title']), String(n['value'])]),
        ];
        for (const text of marked) {
          const left = text
            .replace(/\{\{(?:DATE\(2026-11-26T09:12:00Z,SHORT|TIME\(2026-11-26T09:12:00Z)\)\}\}/g, '')
            .replace(/\*\*[^*]+\*\*/g, (bold) => bold.slice(2, -2));
          expect(left).not.toMatch(/[[\]<>_*`\\{}|@!]|:\/\//);
        }
        texts(all, 'TextRun').forEach((text) => expect(text).not.toMatch(/\{\{/));
        all.forEach((n) => expect(Object.keys(n)).not.toContain('url'));
        all.forEach((n) => expect(Object.keys(n)).not.toContain('selectAction'));
      }),
      RUNS,
    );
  });

  it('has a digest, a notification and a plain text, whatever it holds', () => {
    fc.assert(
      fc.property(card, (made) => {
        expect(cardDigest(made)).toMatch(/^[0-9a-f]{64}$/);
        expect(renderPlain(made, 'UTC')).not.toMatch(/[\u202A-\u202E\u2066-\u2069\u200B]/);
      }),
      RUNS,
    );
  });
});

describe('another reader of Block Kit', () => {
  const Message = slackPage.Message as unknown as Parameters<typeof createElement>[0];
  const html = (blocks: readonly SlackBlock[]): string =>
    renderToStaticMarkup(
      createElement(Message, { blocks, logo: 'data:,', name: 'Countersign', time: new Date(AT) } as never),
    );

  it('finds no link and no mention in any attack string', () => {
    for (const attack of ATTACKS.filter((text) => text.trim() !== '')) {
      const made: Card = {
        v: 1,
        language: 'en',
        kind: 'approval',
        subject: APPROVAL,
        version: 1,
        title: attack,
        state: { icon: '✍️', words: attack, aside: [{ kind: 'text', text: attack }], tone: 'waiting' },
        blocks: [
          { kind: 'paragraph', spans: [{ kind: 'text', text: attack }] },
          {
            kind: 'facts',
            layout: 'grid',
            whole: true,
            facts: [{ label: 'Reason', lead: [], spans: [{ kind: 'text', text: attack }] }],
          },
          { kind: 'context', spans: [{ kind: 'text', text: attack }] },
        ],
        summary: attack,
      };
      const rendered = renderSlackMessage(made, { copy: null });
      if (!rendered.fits) throw new Error('an attack string fits');
      const page = html(rendered.card.blocks);
      expect(page).not.toMatch(/<a\s|<script|<em|<i>|<del|<ul|<ol|<pre|<blockquote|mention|broadcast/i);
      const words = page
        .replace(/<[^>]*>/g, '')
        .replaceAll('&quot;', '"')
        .replaceAll('&#x27;', "'");
      expect(bare(entities(words))).toContain(bare(shown(attack)));
    }
  });
});

describe('limits', () => {
  const long = (text: string): Card => ({
    v: 1,
    language: 'en',
    kind: 'approval',
    subject: APPROVAL,
    version: 1,
    title: text,
    state: null,
    blocks: [
      {
        kind: 'facts',
        layout: 'grid',
        whole: false,
        facts: [
          { label: 'First', lead: [], spans: [{ kind: 'text', text }] },
          { label: 'Second', lead: [], spans: [{ kind: 'text', text: 'still here' }] },
        ],
      },
    ],
    summary: text,
  });

  it('cuts per value, says by how much and never hides a later key', () => {
    const plain = renderPlain(long('x'.repeat(5000)), 'UTC');
    expect(plain).toMatch(/… \(\d+ more characters\)/);
    expect(plain).toContain('Second: still here');
    const missing = /First: (x+)… \((\d+) more characters\)/.exec(plain)!;
    expect(missing[1]!.length + Number(missing[2])).toBe(5000);
  });

  it('refuses a card whose whole values are too long, in both chats', () => {
    const made = long('x'.repeat(5000));
    const whole: Card = {
      ...made,
      blocks: made.blocks.map((b) => (b.kind === 'facts' ? { ...b, whole: true } : b)),
    };
    expect(renderSlackMessage(whole, { copy: null })).toEqual({ fits: false });
    expect(renderTeamsMessage(whole, WHERE)).toEqual({ fits: false });
  });

  it('caps who refreshes a Teams card at sixty', () => {
    const users = Array.from({ length: 90 }, (_, i) => `29:${i}`);
    const rendered = renderTeamsMessage(long('x'), { ...WHERE, refreshUsers: users });
    if (!rendered.fits) throw new Error('fits');
    const refresh = rendered.card.card['refresh'] as { userIds: string[]; action: TeamsElement };
    expect(refresh.userIds).toHaveLength(TEAMS.refreshUsers);
    expect(refresh.action.type).toBe('Action.Execute');
  });

  it('knows the limits of the facts', () => {
    expect([SLACK.header, SLACK.section, SLACK.fields, SLACK.field, SLACK.messageBlocks]).toEqual([
      150, 3000, 10, 2000, 50,
    ]);
    expect([SLACK.buttonText, SLACK.buttonValue, SLACK.modalTitle, SLACK.privateMetadata, SLACK.id]).toEqual([
      75, 2000, 24, 3000, 255,
    ]);
  });
});
