import { describe, expect, it } from 'vitest';
import { readMrkdwn, type Mark } from './mrkdwn.ts';

const text = (words: string): Mark => ({ kind: 'text', text: words });

describe('mrkdwn', () => {
  it.each<[string, string, Mark[]]>([
    ['bold', 'a *b* c', [text('a '), { kind: 'bold', inside: [text('b')] }, text(' c')]],
    ['marks inside a word are letters', 'a_b_c 2*3*4', [text('a_b_c 2*3*4')]],
    ['a mark before a space is a letter', '* b *', [text('* b *')]],
    ['code takes everything as letters', '`*a* &lt;b&gt;`', [{ kind: 'code', text: '*a* <b>' }]],
    ['a user', '<@U1|Ada>', [{ kind: 'user', id: 'U1', label: 'Ada' }]],
    ['a broadcast', '<!channel>', [{ kind: 'broadcast', id: 'channel', label: null }]],
    ['a link', '<https://a.example|go>', [{ kind: 'link', url: 'https://a.example', label: 'go' }]],
    ['a date', '<!date^12^{time}|noon>', [{ kind: 'date', seconds: 12, format: '{time}', fallback: 'noon' }]],
    ['a new line', 'a\nb', [text('a'), { kind: 'break' }, text('b')]],
  ])('%s', (_what, words, marks) => expect(readMrkdwn(words)).toEqual(marks));

  it.each([
    ['&lt;!channel&gt;', '<!channel>'],
    ['&lt;https://evil.example|Approve&gt;', '<https://evil.example|Approve>'],
    ['&lt;@U1&gt; &amp;lt;', '<@U1> &lt;'],
  ])('shows escaped %s letter by letter', (escaped, shown) =>
    expect(readMrkdwn(escaped)).toEqual([text(shown)]),
  );

  it('makes no link of a script address', () =>
    expect(readMrkdwn('<javascript:alert(1)|x>')).toEqual([text('<javascript:alert(1)|x>')]));
});
