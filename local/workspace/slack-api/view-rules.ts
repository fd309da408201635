import { boolean, byType, fail, isObject, string, type Report } from './check.ts';
import { validateViewBlocks } from './blocks.ts';
import { id, plain } from './elements.ts';
import { LIMITS } from './limits.ts';

/** https://docs.slack.dev/reference/views */
const common = {
  blocks: () => {},
  private_metadata: string(0, LIMITS.privateMetadata),
  callback_id: string(0, LIMITS.id),
  external_id: string(0, LIMITS.id),
};

const shape = byType({
  modal: {
    required: { title: plain(LIMITS.viewTitle), blocks: common.blocks },
    optional: {
      ...common,
      close: plain(LIMITS.viewButton),
      submit: plain(LIMITS.viewButton),
      clear_on_close: boolean,
      notify_on_close: boolean,
      submit_disabled: boolean,
    },
  },
  home: { required: { blocks: common.blocks }, optional: { ...common, block_id: id } },
});

/** What is wrong with a view, in Slack's words; empty when nothing is. */
export function validateView(view: unknown, kind: 'modal' | 'home'): string[] {
  const report: Report = { errors: [] };
  shape(view, '/view', report);
  if (!isObject(view)) return report.errors;
  if (view['type'] !== kind && (view['type'] === 'modal' || view['type'] === 'home'))
    fail(report, '/view/type', `must be a valid enum value`);
  const blocks = view['blocks'];
  if (blocks !== undefined) validateViewBlocks(blocks, '/view/blocks', report);
  const hasInput = Array.isArray(blocks) && blocks.some((b) => isObject(b) && b['type'] === 'input');
  if (kind === 'modal' && hasInput && view['submit'] === undefined)
    fail(report, '/view', 'missing required field: submit');
  return report.errors;
}
