import type { OverrideId, PersonId, RotationId } from '../core/ids.ts';
import type { Language } from '../core/language.ts';
import type { OnCall, Plan, Rotation } from '../core/on-call/types.ts';
import type { OnCallView, RotationView } from '../core/on-call/views.ts';
import type { Card, Form } from './model.ts';
import { oncallCard } from './oncall-card.ts';
import { importForm, overrideForm, setForm } from './oncall-forms.ts';
import { ADA, RUN_VIEW } from './samples.ts';

const NOW = RUN_VIEW.createdAtMs;
const DAY = 86_400_000;
const BEN = 'per_01J0000000000000000000BEN0' as PersonId;
const named = (id: PersonId, name: string) => [id, { ...RUN_VIEW.requester, id, name }] as const;
const people = new Map([named(ADA, 'Ada Okafor'), named(BEN, 'Ben Sato')]);

const weekly: Plan = { kind: 'weekly', startsOn: '2026-11-16', time: '09:00', order: [ADA, BEN] };
const rotation = (place: Rotation['place'], plan: Plan): Rotation => ({
  id: `rot_${place}` as RotationId,
  ...{ place, plan, team: 'claims', timeZone: 'Europe/London' },
});
const by: OnCall = { person: ADA, untilMs: NOW + 3 * DAY, next: BEN, passedOver: [], override: null };
const override = {
  ...{ id: 'ovr_01M86D72R0H5RW9N3GJ0PSAY6F' as OverrideId, person: BEN },
  ...{ fromMs: NOW + DAY, untilMs: NOW + 2 * DAY },
};
const first: RotationView = { rotation: rotation('first', weekly), now: by, overrides: [override] };
const shifts: Plan = { kind: 'shifts', shifts: [{ person: ADA, fromMs: NOW + DAY, untilMs: NOW + 2 * DAY }] };
const gap: RotationView = {
  rotation: rotation('second', shifts),
  now: { ...by, person: null, next: ADA, untilMs: NOW + DAY },
  overrides: [],
};
const view = (...rotations: RotationView[]): OnCallView => ({
  ...{ nowMs: NOW, manager: BEN, people, rotations },
});
const ALL = { any: true, places: ['first', 'second'] } as const;
const NONE = { any: false, places: [] } as const;
const empty = { ...gap.now, untilMs: null, next: null };
const many: Plan = { ...weekly, order: Array.from({ length: 30 }, (_, i) => (i % 2 === 0 ? ADA : BEN)) };

/** Two rotations, none, a gap, nobody at all, who left, who is on both, and more than a card shows. */
export const oncallCards = (language?: Language): [string, Card][] => [
  ['on call, two rotations', oncallCard(view(first, gap), ALL, language)],
  ['on call, to read only', oncallCard(view(first, gap), NONE, language)],
  ['on call, no rotation', oncallCard({ ...view(), manager: null }, ALL, language)],
  ['on call, nobody', oncallCard(view({ ...gap, now: empty }), ALL, language)],
  ['on call, who left', oncallCard(view({ ...first, now: { ...by, person: BEN, passedOver: [ADA] } }), ALL, language)], // prettier-ignore
  ['on call, on both', oncallCard(view(first, { ...gap, now: by }), NONE, language)],
  [
    'on call, many',
    oncallCard(
      view(
        {
          ...first,
          rotation: rotation('first', many),
          overrides: Array.from({ length: 40 }, () => override),
        },
        gap,
      ),
      ALL,
      language,
    ),
  ],
];

const everyone = [ADA, BEN].map((id) => ({
  ...{ id, name: people.get(id)?.name ?? '', email: '', roles: [], team: 'claims', manager: null },
  ...{ timeZone: 'Europe/London', active: true },
}));

export const oncallForms = (language: Language = 'en'): [string, Form][] => {
  const reader = { language, timeZone: 'Europe/London', team: 'claims' };
  return [
    ['on call: set', setForm(view(first, gap), reader)],
    ['on call: override', overrideForm(everyone, reader)],
    ['on call: from a calendar', importForm(view(), reader)],
  ];
};
