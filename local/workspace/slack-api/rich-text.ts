import { boolean, byType, integer, list, matching, object, oneOf, string, url, type Check } from './check.ts';
import { id } from './elements.ts';
import { LIMITS } from './limits.ts';

/** https://docs.slack.dev/reference/block-kit/blocks/rich-text-block */
const styleFields = { bold: boolean, italic: boolean, strike: boolean, code: boolean, underline: boolean };
const style = object({
  optional: { ...styleFields, highlight: boolean, client_highlight: boolean, unlink: boolean },
});

const inline = byType({
  text: { required: { text: string(1, LIMITS.sectionText) }, optional: { style } },
  link: {
    required: { url: url(LIMITS.url) },
    optional: { text: string(1, LIMITS.sectionText), unsafe: boolean, style },
  },
  user: { required: { user_id: id }, optional: { style } },
  usergroup: { required: { usergroup_id: id }, optional: { style } },
  channel: { required: { channel_id: id }, optional: { style } },
  emoji: { required: { name: id }, optional: { unicode: string(1, 64), style } },
  broadcast: { required: { range: oneOf('here', 'channel', 'everyone') }, optional: { style } },
  color: { required: { value: matching(/^#[0-9a-f]{6}$/i, 'colour') }, optional: { style } },
  date: {
    required: { timestamp: integer(0, 9_999_999_999), format: string(1, 255) },
    optional: { url: url(LIMITS.url), fallback: string(1, 255), style },
  },
});

const elements = { elements: list(inline, 0, 1000) };
const section = { required: elements };
const border = { border: integer(0, 1) };

const part: Check = byType({
  rich_text_section: section,
  rich_text_list: {
    required: {
      style: oneOf('bullet', 'ordered'),
      elements: list(byType({ rich_text_section: section }), 1, 1000),
    },
    optional: { indent: integer(0, 8), offset: integer(0, 10_000), ...border },
  },
  rich_text_preformatted: { required: elements, optional: { ...border, language: string(1, 64) } },
  rich_text_quote: { required: elements, optional: border },
});

export const richTextParts = list(part, 1, 1000);
export const richTextBlock = byType({
  rich_text: { required: { elements: richTextParts }, optional: { block_id: id } },
});
