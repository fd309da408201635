import type { CastId } from '../cast-types.ts';
import type { ExperimentId, ExperimentReport } from '../wire.ts';

/** What acting in a chat came to. */
export interface ActAnswer {
  readonly ok?: boolean;
  readonly why?: string;
  readonly status?: number | null;
  readonly errors?: Readonly<Record<string, string>>;
  readonly error?: string;
  readonly dialog?: TeamsDialog | null;
  readonly said?: { readonly text: string; readonly card: object | null } | null;
  readonly answer?: { readonly status: number } | null;
  /** What a list that the app fills offers. */
  readonly options?: readonly object[];
  readonly choices?: readonly { readonly title: string; readonly value: string }[];
  readonly on?: { readonly conversation: string; readonly message: string };
}

export interface TeamsDialog {
  readonly title: string;
  readonly card: object;
}

async function post<T>(path: string, body: object): Promise<T> {
  const response = await fetch(`/control/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-countersign-workspace': '1' },
    body: JSON.stringify(body),
  });
  return (await response.json()) as T;
}

const away = { ok: false, error: 'The workspace does not answer. Is it still running?' };

/** Does something in a chat as this person. Never throws: trouble is in the answer. */
export const act = (
  as: CastId,
  what: { readonly act: string } & Record<string, unknown>,
): Promise<ActAnswer> => post<ActAnswer>('act', { as, ...what }).catch(() => away);

export const tryToBreak = (what: ExperimentId): Promise<ExperimentReport | { error: string }> =>
  post<ExperimentReport | { error: string }>('break', { what }).catch(() => away);

export const verifyChain = (): Promise<{ ok: boolean; sentence: string }> =>
  post<{ ok: boolean; sentence: string }>('verify', {}).catch(() => ({ ok: false, sentence: away.error }));

/** The sentence for an act that did not reach the bot, or null when it did. */
export function troubleOf(answer: ActAnswer): string | null {
  if (answer.error) return answer.error;
  if (answer.why === 'http_timeout')
    return 'Countersign did not answer within three seconds. Click again: that is safe.';
  if (answer.why === 'connection_failed' || answer.answer?.status === 0)
    return 'Countersign cannot be reached just now. Click again in a moment: that is safe.';
  if (answer.why === 'http_error') return `Countersign refused the request (HTTP ${String(answer.status)}).`;
  if (answer.answer && answer.answer.status >= 400)
    return `Countersign refused the request (HTTP ${answer.answer.status}).`;
  return null;
}
