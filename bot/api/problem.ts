import type { RefusalReason } from '../../core/approval/types.ts';
import type { Refusal } from '../../core/views.ts';

/** What a caller is told when something does not work: RFC 9457, with a code that stays. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  /** RFC 6901 pointers into what was sent. */
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
  /** Seconds after which it may work. */
  readonly retry_after?: number;
}

export const PROBLEM_TYPE = 'application/problem+json';

/** A reason of ours as HTTP says it; what is not here conflicts with how things stand. */
const STATUS: Readonly<Partial<Record<Refusal['reason'], number>>> = {
  not_found: 404,
  not_permitted: 403,
  own_request: 403,
  not_an_approver: 403,
  wrong_tenant: 403,
  bad_input: 422,
  unknown_agent: 422,
  arguments_refused: 422,
  line_full: 429,
  engine_away: 503,
  directory_away: 503,
};

const TITLES: Readonly<Record<number, string>> = {
  400: 'Not understood',
  401: 'Not signed in',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Not for this path',
  409: 'Not as things stand',
  413: 'Too large',
  415: 'Not JSON',
  422: 'Not as it has to be',
  429: 'Too many',
  500: 'Our fault',
  503: 'Away',
};

export function problem(status: number, code: string, detail: string, more: Partial<Problem> = {}): Problem {
  const type = `urn:countersign:problem:${code}`;
  return { type, title: TITLES[status] ?? 'Refused', status, detail, code, ...more };
}

/** A refusal of the gateway's, with the sentence that a person would read. */
export function refusedAs({ reason, detail: given }: Refusal, sentence: string): Problem {
  const code: RefusalReason | string = reason;
  const minutes = Number(given['minutes']);
  const retry = Number.isFinite(minutes) && minutes > 0 ? { retry_after: minutes * 60 } : {};
  return problem(STATUS[reason] ?? 409, code, sentence, retry);
}
