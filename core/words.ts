import type { Happening } from './approval/happening.ts';
import type { ApprovalStatus } from './approval/types.ts';
import type { Detail } from './detail.ts';
import type { Refusal } from './views.ts';

export type { Happening };

/** Says names and times as one reader would. */
export interface Saying {
  readonly name: (person: string | number | undefined) => string;
  readonly time: (ms: string | number | undefined) => string;
}

type Sentence = (detail: Detail, say: Saying) => string;

/** Our own reasons within a refusal (`detail.why`), said after it. What an agent or a system said stands as it is. */
export type Why =
  | 'answered-before'
  | 'delegate-self'
  | 'delegate-unknown'
  | 'delegate-ambiguous'
  | 'delegate-guest'
  | 'delegate-may-not-sign'
  | 'delegate-overlap'
  | 'delegate-cycle'
  | 'window-backwards'
  | 'window-too-long'
  | 'time-unclear'
  | 'digest-unclear'
  | 'window-unclear'
  | 'no-window'
  | 'time-passed'
  | 'holds-nul'
  | 'nothing-changed'
  | 'needs-new-id'
  | 'too-many-arguments'
  | 'argument-too-long'
  | 'too-many-bytes'
  | 'amount-lost'
  | 'no-policy'
  | 'no-input'
  | 'nothing-asked'
  | 'nobody-else'
  | 'run-over'
  | 'eval-runs'
  | 'no-cases'
  | 'cases-wrong'
  | 'no-version'
  | 'run-goes-on'
  | 'no-step'
  | 'input-off'
  | 'letter-replayed'
  | 'letter-discarded'
  | 'no-priority'
  | 'key-reused'
  | 'no-cursor'
  | 'no-checkpoint-yet'
  | 'bodies-dropped'
  | 'no-pages'
  | 'no-role'
  | 'sign-in-unknown'
  | 'sign-in-expired'
  | 'sign-in-used'
  | 'sign-in-other-browser'
  | 'sign-in-declined'
  | 'sign-in-not-believed'
  | 'sign-in-not-fresh'
  | 'sign-in-first-passkey'
  | 'sign-in-away'
  | 'sign-in-other-tenant'
  | 'sign-in-guest'
  | 'sign-in-somebody-else'
  | 'sign-in-unverified'
  | 'sign-in-nobody'
  | 'sign-in-taken'
  | 'sign-in-other-account'
  | 'sign-in-not-set-up'
  | 'sign-in-no-directory'
  | 'no-group-source'
  | 'no-group'
  | 'mapping-there'
  | 'mapping-gone'
  | 'mapping-unreadable'
  | 'own-action'
  | 'grant-unreadable'
  | 'grant-too-long'
  | 'grant-unseen'
  | 'grant-needs-sum'
  | 'policy-damaged'
  | 'policy-stale'
  | 'policy-too-long'
  | 'policy-lint'
  | 'sum-unread'
  | 'no-threshold'
  | 'no-rule'
  | 'not-canonical'
  | 'version-unreadable'
  | 'version-stale'
  | 'nothing-before'
  | 'not-a-question'
  | 'nobody-may-answer'
  | 'not-offered'
  | 'yes-or-no'
  | 'not-a-number'
  | 'not-a-date'
  | 'not-an-amount'
  | 'text-too-long'
  | 'out-of-range'
  | 'incident-over'
  | 'incident-acknowledged'
  | 'nobody-further'
  | 'silence-too-long'
  | 'note-empty'
  | 'note-too-long'
  | 'nothing-failed'
  | 'oncall-unclear'
  | 'oncall-nobody'
  | 'oncall-too-many'
  | 'oncall-two-at-once'
  | 'oncall-stale'
  | 'oncall-left'
  | 'oncall-guest'
  | 'oncall-not-yours'
  | 'oncall-none'
  | 'oncall-zone'
  | 'oncall-calendar'
  | 'oncall-calendar-rule'
  | 'oncall-whose';

type Whys = Readonly<Record<Why, (detail: Detail) => string>>;

export const given = (detail: Detail, key: string): boolean =>
  detail[key] !== undefined && detail[key] !== '';

/** The reason as it follows a sentence, or nothing. */
export const saysWhy =
  (whys: Whys) =>
  (detail: Detail): string => {
    if (!given(detail, 'why')) return '';
    const said = String(detail['why']);
    return ` ${Object.hasOwn(whys, said) ? whys[said as Why](detail) : said}`;
  };

/** The parts of an instant, named as the language's locale names them. */
export interface MomentParts {
  readonly weekday: string;
  readonly day: string;
  readonly month: string;
  /** `09:12`. */
  readonly time: string;
}

/** The ways an approval can stand; more than the statuses, since people must be able to tell them apart. */
export type Standing =
  | Exclude<ApprovalStatus, 'lapsed'>
  | 'waiting-for-answer'
  | 'question-open'
  | 'question-expired'
  | 'lapsed-in-time'
  | 'lapsed-signatures'
  | 'lapsed-preconditions'
  | 'lapsed-record';

/** One language. A second one is a second record of this type. */
export interface Words {
  readonly whys: Whys;
  readonly moment: (parts: MomentParts) => string;
  readonly refusals: Readonly<Record<Refusal['reason'], Sentence>>;
  /** What to do next, after the refusal; empty where nothing can be done. */
  readonly hints: Readonly<Record<Refusal['reason'], string>>;
  readonly happenings: Readonly<Record<Happening, Sentence>>;
  readonly standings: Readonly<
    Record<Standing, { readonly words: Sentence; readonly note: string; readonly next: string }>
  >;
  /** How it came to be approved, by what stands behind it. */
  readonly approvedBy: Readonly<Record<'signatures' | 'edit' | 'grant' | 'break-glass', string>>;
  readonly risks: { readonly irreversible: string; readonly reversible: string; readonly high: string };
  readonly escalated: string;
  readonly somebody: string;
}
