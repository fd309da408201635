import { boolean, byType, fail, isObject, list, string, url, type Check, type Report } from './check.ts';
import { accessory, actionElement, id, imageElement, inputElement, plain, text } from './elements.ts';
import { LIMITS } from './limits.ts';
import { richTextBlock, richTextParts } from './rich-text.ts';

/** https://docs.slack.dev/reference/block-kit/blocks. A card that breaks one rule is rejected whole. */
const blockId = { block_id: id };
const cell: Check = (value, at, report) => {
  if (isObject(value) && value['type'] === 'rich_text') return richTextBlock(value, at, report);
  byType({ raw_text: { required: { text: string(0, LIMITS.sectionText) } } })(value, at, report);
};

const shared = {
  divider: { optional: blockId },
  header: { required: { text: plain(LIMITS.header) }, optional: blockId },
  section: {
    optional: {
      ...blockId,
      text: text(LIMITS.sectionText),
      fields: list(text(LIMITS.sectionField), 1, LIMITS.sectionFields),
      accessory,
      expand: boolean,
    },
  },
  context: {
    required: {
      elements: list(
        (value, at, report) =>
          isObject(value) && value['type'] === 'image'
            ? byType({ image: imageElement })(value, at, report)
            : text(LIMITS.contextText)(value, at, report),
        1,
        LIMITS.contextElements,
      ),
    },
    optional: blockId,
  },
  actions: { required: { elements: list(actionElement, 1, LIMITS.actionElements) }, optional: blockId },
  image: {
    ...imageElement,
    optional: { ...blockId, ...imageElement.optional, title: plain(LIMITS.altText) },
  },
  input: {
    required: { label: plain(LIMITS.inputLabel), element: inputElement },
    optional: { ...blockId, hint: plain(LIMITS.inputLabel), optional: boolean, dispatch_action: boolean },
  },
  rich_text: { required: { elements: richTextParts }, optional: blockId },
};

const messageOnly = {
  markdown: { required: { text: string(1, LIMITS.markdown) }, optional: blockId },
  table: {
    required: { rows: list(list(cell, 1, LIMITS.tableColumns), 1, LIMITS.tableRows) },
    optional: { ...blockId, column_settings: list(() => {}, 0, LIMITS.tableColumns) },
  },
  video: {
    required: {
      alt_text: string(1, LIMITS.altText),
      title: plain(200),
      thumbnail_url: url(3000),
      video_url: url(3000),
    },
    optional: { ...blockId, title_url: url(3000), description: plain(200), provider_name: string(1, 50) },
  },
};

const hasTextOrFields: Check = (value, at, report) => {
  if (!isObject(value) || value['type'] !== 'section') return;
  if (value['text'] === undefined && value['fields'] === undefined)
    fail(report, at, 'must provide either text or fields');
};

/** A block_id once per message; an action_id once per block (and per view, see `validateView`). */
function checkIds(blocks: readonly unknown[], at: string, report: Report): void {
  const seen = new Set<unknown>();
  blocks.forEach((block, i) => {
    if (!isObject(block)) return;
    if (block['block_id'] !== undefined && seen.has(block['block_id']))
      fail(report, `${at}/${i}/block_id`, `\`block_id\` already exists: ${String(block['block_id'])}`);
    seen.add(block['block_id']);
    const actions = new Set<unknown>();
    for (const element of Array.isArray(block['elements']) ? block['elements'] : []) {
      const action = isObject(element) ? element['action_id'] : undefined;
      if (action !== undefined && actions.has(action))
        fail(report, `${at}/${i}/elements`, `\`action_id\` "${String(action)}" already exists`);
      actions.add(action);
    }
  });
}

const messageBlock = byType({ ...shared, ...messageOnly }, hasTextOrFields);
const viewBlock = byType(shared, hasTextOrFields);

/** What is wrong with the blocks of a message, in Slack's words; empty when nothing is. */
export function validateBlocks(blocks: unknown, at = '/blocks'): string[] {
  const report: Report = { errors: [] };
  list(messageBlock, 0, LIMITS.messageBlocks)(blocks, at, report);
  if (Array.isArray(blocks)) checkIds(blocks, at, report);
  return report.errors;
}

/** The same for the blocks of a modal or a home tab. */
export function validateViewBlocks(blocks: unknown, at: string, report: Report): void {
  list(viewBlock, 1, LIMITS.viewBlocks)(blocks, at, report);
  if (Array.isArray(blocks)) checkIds(blocks, at, report);
}

/** All characters of text in the blocks: Slack limits the sum as well (`msg_blocks_too_long`). */
export function textLength(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, entry) => sum + textLength(entry), 0);
  if (!isObject(value)) return 0;
  return Object.entries(value).reduce(
    (sum, [key, entry]) =>
      sum + (key === 'text' && typeof entry === 'string' ? entry.length : textLength(entry)),
    0,
  );
}
