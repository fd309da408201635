import { describe, expect, it } from 'vitest';
import { textLength, validateBlocks } from './blocks.ts';
import { validateView } from './view-rules.ts';

const plain = (text: string) => ({ type: 'plain_text', text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const x = (n: number) => 'x'.repeat(n);
const many = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i));
const button = (over: object = {}) => ({ type: 'button', text: plain('Approve'), action_id: 'a', ...over });
const option = (i: number) => ({ text: plain(`o${i}`), value: String(i) });
const actions = (...elements: object[]) => ({ type: 'actions', elements });
const section = (over: object) => ({ type: 'section', ...over });
const input = (element: object, over: object = {}) => ({
  type: 'input',
  label: plain('Why'),
  element,
  ...over,
});
const entry = (over: object = {}) => ({ type: 'plain_text_input', action_id: 'why', ...over });
const rich = (...elements: object[]) => ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements }],
});

/** What just fits, what is one too much, and where Slack points. */
const TABLE: readonly [string, unknown, unknown, string][] = [
  [
    'header text',
    { type: 'header', text: plain(x(150)) },
    { type: 'header', text: plain(x(151)) },
    '/blocks/0/text/text',
  ],
  [
    'header is plain',
    { type: 'header', text: plain('a') },
    { type: 'header', text: mrkdwn('a') },
    '/blocks/0/text/type',
  ],
  [
    'section text',
    section({ text: mrkdwn(x(3000)) }),
    section({ text: mrkdwn(x(3001)) }),
    '/blocks/0/text/text',
  ],
  [
    'section text not empty',
    section({ text: mrkdwn('a') }),
    section({ text: mrkdwn('') }),
    '/blocks/0/text/text',
  ],
  ['section has content', section({ text: mrkdwn('a') }), section({}), '/blocks/0'],
  [
    'section fields',
    section({ fields: many(10, () => mrkdwn('a')) }),
    section({ fields: many(11, () => mrkdwn('a')) }),
    '/blocks/0/fields',
  ],
  [
    'field text',
    section({ fields: [mrkdwn(x(2000))] }),
    section({ fields: [mrkdwn(x(2001))] }),
    '/blocks/0/fields/0/text',
  ],
  [
    'no emoji in mrkdwn',
    section({ text: mrkdwn('a') }),
    section({ text: { ...mrkdwn('a'), emoji: true } }),
    '/blocks/0/text',
  ],
  [
    'context elements',
    { type: 'context', elements: many(10, () => mrkdwn('a')) },
    { type: 'context', elements: many(11, () => mrkdwn('a')) },
    '/blocks/0/elements',
  ],
  [
    'actions elements',
    actions(...many(25, (i) => button({ action_id: `a${i}` }))),
    actions(...many(26, (i) => button({ action_id: `a${i}` }))),
    '/blocks/0/elements',
  ],
  ['actions not empty', actions(button()), actions(), '/blocks/0/elements'],
  [
    'action_id once',
    actions(button(), button({ action_id: 'b' })),
    actions(button(), button()),
    '/blocks/0/elements',
  ],
  [
    'action_id length',
    actions(button({ action_id: x(255) })),
    actions(button({ action_id: x(256) })),
    '/blocks/0/elements/0/action_id',
  ],
  [
    'button text',
    actions(button({ text: plain(x(75)) })),
    actions(button({ text: plain(x(76)) })),
    '/blocks/0/elements/0/text/text',
  ],
  [
    'button text is plain',
    actions(button()),
    actions(button({ text: mrkdwn('a') })),
    '/blocks/0/elements/0/text/type',
  ],
  [
    'button value',
    actions(button({ value: x(2000) })),
    actions(button({ value: x(2001) })),
    '/blocks/0/elements/0/value',
  ],
  [
    'button style',
    actions(button({ style: 'danger' })),
    actions(button({ style: 'default' })),
    '/blocks/0/elements/0/style',
  ],
  [
    'button url',
    actions(button({ url: 'https://a.example' })),
    actions(button({ url: 'nonsense' })),
    '/blocks/0/elements/0/url',
  ],
  [
    'button knows no other field',
    actions(button()),
    actions(button({ disabled: true })),
    '/blocks/0/elements/0',
  ],
  [
    'overflow up to 5',
    actions({ type: 'overflow', options: many(5, option) }),
    actions({ type: 'overflow', options: many(6, option) }),
    '/blocks/0/elements/0/options',
  ],
  [
    'overflow from 2',
    actions({ type: 'overflow', options: many(2, option) }),
    actions({ type: 'overflow', options: many(1, option) }),
    '/blocks/0/elements/0/options',
  ],
  [
    'option text',
    actions({ type: 'overflow', options: [option(1), { ...option(2), text: plain(x(75)) }] }),
    actions({ type: 'overflow', options: [option(1), { ...option(2), text: plain(x(76)) }] }),
    '/blocks/0/elements/0/options/1/text/text',
  ],
  [
    'option value',
    actions({ type: 'overflow', options: [option(1), { ...option(2), value: x(150) }] }),
    actions({ type: 'overflow', options: [option(1), { ...option(2), value: x(151) }] }),
    '/blocks/0/elements/0/options/1/value',
  ],
  [
    'select options',
    actions({ type: 'static_select', options: many(100, option) }),
    actions({ type: 'static_select', options: many(101, option) }),
    '/blocks/0/elements/0/options',
  ],
  [
    'radio options',
    actions({ type: 'radio_buttons', options: many(10, option) }),
    actions({ type: 'radio_buttons', options: many(11, option) }),
    '/blocks/0/elements/0/options',
  ],
  ['no text entry among actions', actions(button()), actions(entry()), '/blocks/0/elements/0/type'],
  ['input label', input(entry()), input(entry(), { label: plain(x(2001)) }), '/blocks/0/label/text'],
  [
    'placeholder',
    input(entry({ placeholder: plain(x(150)) })),
    input(entry({ placeholder: plain(x(151)) })),
    '/blocks/0/element/placeholder/text',
  ],
  [
    'initial value',
    input(entry({ initial_value: x(3000) })),
    input(entry({ initial_value: x(3001) })),
    '/blocks/0/element/initial_value',
  ],
  ['no button as input', input(entry()), input(button()), '/blocks/0/element/type'],
  [
    'block_id length',
    { type: 'divider', block_id: x(255) },
    { type: 'divider', block_id: x(256) },
    '/blocks/0/block_id',
  ],
  ['known blocks only', { type: 'divider' }, { type: 'banner' }, '/blocks/0/type'],
  ['a type at all', { type: 'divider' }, { text: 'a' }, '/blocks/0'],
  ['an object', { type: 'divider' }, 'divider', '/blocks/0'],
  [
    'rich text words',
    rich({ type: 'text', text: 'a' }),
    rich({ type: 'text', text: '' }),
    '/blocks/0/elements/0/elements/0/text',
  ],
  [
    'rich text kinds',
    rich({ type: 'user', user_id: 'U1' }),
    rich({ type: 'button' }),
    '/blocks/0/elements/0/elements/0/type',
  ],
  [
    'rich text style',
    rich({ type: 'text', text: 'a', style: { code: true } }),
    rich({ type: 'text', text: 'a', style: { red: true } }),
    '/blocks/0/elements/0/elements/0/style',
  ],
  [
    'markdown',
    { type: 'markdown', text: x(12_000) },
    { type: 'markdown', text: x(12_001) },
    '/blocks/0/text',
  ],
  [
    'image needs alt text',
    { type: 'image', image_url: 'https://a.example/a.png', alt_text: 'a' },
    { type: 'image', image_url: 'https://a.example/a.png' },
    '/blocks/0',
  ],
];

describe('Block Kit limits', () => {
  it.each(TABLE)('%s', (_what, good, bad, pointer) => {
    expect(validateBlocks([good])).toEqual([]);
    const errors = validateBlocks([bad]);
    expect(
      errors.some((e) => e.endsWith(`[json-pointer:${pointer}]`)),
      errors.join('\n'),
    ).toBe(true);
  });

  it('takes 50 blocks in a message and no more', () => {
    expect(validateBlocks(many(50, () => ({ type: 'divider' })))).toEqual([]);
    expect(validateBlocks(many(51, () => ({ type: 'divider' })))).toEqual([
      'no more than 50 items allowed [json-pointer:/blocks]',
    ]);
  });

  it('wants a block_id once', () => {
    const twice = [
      { type: 'divider', block_id: 'a' },
      { type: 'divider', block_id: 'a' },
    ];
    expect(validateBlocks(twice)[0]).toContain('/blocks/1/block_id');
  });

  it('says what Slack says about a long text', () => {
    expect(validateBlocks([section({ text: mrkdwn(x(3001)) })])).toEqual([
      'failed to match all allowed schemas [json-pointer:/blocks/0/text]',
      'must be less than 3001 characters [json-pointer:/blocks/0/text/text]',
    ]);
  });

  it('counts characters, not UTF-16 units', () => {
    expect(validateBlocks([{ type: 'header', text: plain('🖋'.repeat(150)) }])).toEqual([]);
  });

  it('adds up text wherever it stands', () => {
    expect(textLength([section({ text: mrkdwn('abc'), fields: [mrkdwn('de')] }), actions(button())])).toBe(
      12,
    );
  });
});

describe('views', () => {
  const modal = (over: object = {}) => ({
    type: 'modal',
    title: plain('Decline'),
    submit: plain('Decline'),
    blocks: [input(entry())],
    ...over,
  });
  const VIEWS: readonly [string, object, string][] = [
    ['title up to 24', modal({ title: plain(x(25)) }), '/view/title/text'],
    ['submit up to 24', modal({ submit: plain(x(25)) }), '/view/submit/text'],
    ['private_metadata up to 3000', modal({ private_metadata: x(3001) }), '/view/private_metadata'],
    ['a form has a submit button', modal({ submit: undefined }), '/view'],
    ['up to 100 blocks', modal({ blocks: many(101, () => ({ type: 'divider' })) }), '/view/blocks'],
    ['no markdown block', modal({ blocks: [{ type: 'markdown', text: 'a' }] }), '/view/blocks/0/type'],
    ['a modal, not a home tab', { type: 'home', blocks: [{ type: 'divider' }] }, '/view/type'],
  ];

  it('takes a form', () => expect(validateView(modal(), 'modal')).toEqual([]));

  it.each(VIEWS)('%s', (_what, view, pointer) => {
    const errors = validateView(view, 'modal');
    expect(
      errors.some((e) => e.endsWith(`[json-pointer:${pointer}]`)),
      errors.join('\n'),
    ).toBe(true);
  });
});
