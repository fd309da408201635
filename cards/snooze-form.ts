import type { Language } from '../core/language.ts';
import type { ApprovalView } from '../core/views.ts';
import { readWhen, toMinute, tomorrowMorning } from '../core/when.ts';
import { approvalForm, heading, textField } from './approval-forms.ts';
import { printInstant } from './instant.ts';
import { wordsIn } from './languages.ts';
import type { Form } from './model.ts';
import { text } from './spans.ts';

const HOUR_MS = 3_600_000;
/** Chosen instead of an instant: the field below says when. */
const OTHER = 'other';
/** A day without a time of day means its morning. */
const MORNING = 9 * 60;

export interface SnoozeReader {
  readonly nowMs: number;
  readonly timeZone: string;
  readonly language?: Language | undefined;
}

/** Comes back with `until` and `at`, read by `readSnooze`. The choices are instants, so that a repeated hand-in is the same. */
export function snoozeForm(view: ApprovalView, { nowMs, timeZone, language }: SnoozeReader): Form {
  const say = wordsIn(language);
  const printed = (atMs: number): string => printInstant(say, atMs, 'moment', timeZone);
  const inHours = (n: number): { value: string; label: string } => {
    const atMs = toMinute(nowMs + n * HOUR_MS);
    return { value: String(atMs), label: say.snoozeHours(n, printed(atMs)) };
  };
  const morning = tomorrowMorning(nowMs, timeZone);
  const options = [
    inHours(1),
    inHours(4),
    { value: String(morning), label: say.snoozeTomorrow(printed(morning)) },
    { value: OTHER, label: say.snoozeOther },
  ];
  return approvalForm(say, 'snooze', view, {
    title: say.snoozeTitle,
    intro: [heading(view), { kind: 'paragraph', spans: [text(say.snoozeMeans)] }],
    inputs: [
      {
        ...textField(say),
        kind: 'select',
        name: 'until',
        label: say.snoozeUntil,
        hint: '',
        initial: options[0]?.value ?? '',
        required: true,
        options,
      },
      {
        ...textField(say),
        kind: 'text',
        name: 'at',
        label: say.snoozeAt,
        hint: say.snoozeAtHint,
        maxLength: 60,
      },
    ],
    submit: say.snoozeSubmit,
  });
}

/** Until when, in epoch ms; null when it cannot be told. Words typed below go before what was chosen above. */
export function readSnooze(
  { until, at }: { readonly until: string; readonly at: string },
  { nowMs, timeZone }: SnoozeReader,
): number | null {
  if (at.trim() !== '') return readWhen(at, { nowMs, timeZone, dayMeans: MORNING });
  return /^\d{13}$/.test(until) ? Number(until) : null;
}
