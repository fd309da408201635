import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Sha256 } from '../core/canonical-json.ts';
import { CopyId } from '../core/ids.ts';
import { approvalCard } from './approval-card.ts';
import { approveWithCommentForm } from './approval-forms.ts';
import {
  packMenuValue,
  readPress,
  readSlackAction,
  readSlackFields,
  readSlackView,
  readTeamsData,
  readTeamsFields,
} from './payload.ts';
import { APPROVAL, approvalState, approvalView } from './samples.ts';
import { renderSlackMessage } from './slack/message.ts';
import { renderSlackModal } from './slack/modal.ts';
import { renderTeamsMessage } from './teams/message.ts';

const COPY = CopyId.parse('cpy_01M86D72R0H5RW9N3GJ0PSAY6F');
const state = approvalState();

describe('what buttons carry', () => {
  it('comes back from every Slack element as it was sent', () => {
    const rendered = renderSlackMessage(approvalCard(approvalView(state)), { copy: COPY });
    if (!rendered.fits) throw new Error('fits');
    const row = rendered.card.blocks.find((one) => one.type === 'actions')!;
    const elements = row.type === 'actions' ? row.elements : [];
    const presses = elements.flatMap((one) =>
      one.type === 'button'
        ? [readSlackAction(one)]
        : one.options.map((option) => readSlackAction({ action_id: one.action_id, selected_option: option })),
    );
    const verbs = [
      ...['approve', 'decline', 'edit', 'evidence'],
      ...['approve_comment', 'ask', 'delegate', 'snooze', 'verify'],
    ];
    expect(presses.map((one) => (one?.kind === 'approval' ? one.verb : null))).toEqual(verbs);
    for (const press of presses)
      expect(press?.payload).toMatchObject({
        v: 1,
        approval: APPROVAL,
        version: 2,
        actionDigest: state.actionDigest,
        copy: COPY,
      });
  });

  it('comes back from Teams, forms as dialogs and the rest as Execute', () => {
    const rendered = renderTeamsMessage(approvalCard(approvalView(state)), {
      copy: COPY,
      timeZone: 'UTC',
      refreshUsers: [],
    });
    if (!rendered.fits) throw new Error('fits');
    const sets = rendered.card.card.body.filter(({ type }) => type === 'ActionSet');
    const actions = sets.flatMap(
      (set) => set['actions'] as { type: string; data: Record<string, unknown> }[],
    );
    expect(sets.every((set) => (set['actions'] as unknown[]).length <= 5)).toBe(true);
    expect(actions.map(({ type }) => type)).toEqual([
      'Action.Execute',
      'Action.Submit',
      'Action.Submit',
      'Action.Submit',
      'Action.Submit',
      'Action.Submit',
      'Action.Submit',
      'Action.Submit',
      'Action.Execute',
    ]);
    for (const { type, data } of actions) {
      expect(readTeamsData(data)?.payload).toMatchObject({ approval: APPROVAL, copy: COPY });
      expect(data['msteams']).toEqual(type === 'Action.Submit' ? { type: 'task/fetch' } : undefined);
    }
  });

  it('comes back from a modal', () => {
    const modal = renderSlackModal(approveWithCommentForm(approvalView(state)), {
      copy: COPY,
      cardDigest: null,
    });
    if (!modal.fits) throw new Error('fits');
    expect(readSlackView(modal.card)).toMatchObject({ verb: 'approve_comment', payload: { copy: COPY } });
  });

  it('fits an option of 150 characters with the largest version', () => {
    const target = {
      kind: 'approval',
      approval: APPROVAL,
      version: 1_000_000_000,
      actionDigest: state.actionDigest,
    } as const;
    expect(
      packMenuValue('approve_comment', target, { copy: COPY, cardDigest: null }).length,
    ).toBeLessThanOrEqual(150);
  });

  it('is refused when anything is added, missing or malformed', () => {
    const good = { v: 1, approval: APPROVAL, version: 2, actionDigest: 'a'.repeat(64) as Sha256, copy: null };
    expect(readPress('approve', good)).not.toBeNull();
    expect(readPress('launch', good)).toBeNull();
    expect(readPress('approve', { ...good, admin: true })).toBeNull();
    expect(readPress('approve', { ...good, v: 2 })).toBeNull();
    expect(readPress('approve', { ...good, approval: 'apr_1' })).toBeNull();
    expect(readPress('approve', { ...good, actionDigest: 'A'.repeat(64) })).toBeNull();
    expect(readPress('approve', { ...good, copy: undefined })).toBeNull();
    expect(readPress('command', { v: 1, command: 'run', words: 'x'.repeat(400) })).toBeNull();
  });

  it('never throws and never yields a press from noise', () => {
    fc.assert(
      fc.property(fc.anything(), fc.string(), (noise, text) => {
        expect(readPress('approve', noise)).toBeNull();
        expect(readTeamsData(noise)).toBeNull();
        expect(readSlackAction({ action_id: 'approve', value: text })).toBeNull();
        expect(readSlackAction({ action_id: 'menu', selected_option: { value: text } })).toBeNull();
        expect(readSlackFields(noise)).toEqual(expect.any(Object));
      }),
    );
  });

  it('reads fields and nothing else', () => {
    expect(
      readSlackFields({
        'field.reason': { value: { type: 'plain_text_input', value: 'no' } },
        'field.choice': { value: { selected_option: { value: 'true' } } },
        'field.empty': { value: { value: null } },
        other: { value: { value: 'x' } },
      }),
    ).toEqual({ reason: 'no', choice: 'true', empty: '' });
    expect(readTeamsFields({ verb: 'decline', 'field.reason': 'no', payload: {} })).toEqual({ reason: 'no' });
  });
});
