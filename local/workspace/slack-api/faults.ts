/** What the local Slack can be told to do wrong, to see how the bot takes it. */
export interface SlackFault {
  /** A method such as `chat.postMessage`, or `any`. */
  readonly on: string;
  /**
   * ratelimited: 429 with Retry-After. error: HTTP 500. drop: the connection breaks and nothing happened.
   * lost-answer: it happened, and then the connection breaks. slow: it happens after `delayMs`. refuse: HTTP 200 with
   * Slack's own `error`, e.g. `is_archived` or `token_revoked`.
   */
  readonly kind: 'ratelimited' | 'error' | 'drop' | 'lost-answer' | 'slow' | 'refuse';
  /** Null: the header is left out. */
  readonly retryAfterSeconds?: number | null;
  readonly error?: string;
  /** Only calls about this channel or person. */
  readonly where?: string;
  readonly delayMs?: number;
  /** How many calls it hits. */
  readonly times: number;
}

export interface SlackFaults {
  add(fault: SlackFault): void;
  clear(): void;
  /** Takes one hit of the first fault that fits, or null. `where`: the channel and the people that the call names. */
  take(method: string, where?: readonly string[]): SlackFault | null;
}

export function createSlackFaults(): SlackFaults {
  let queue: SlackFault[] = [];
  return {
    add: (fault) => void queue.push(fault),
    clear: () => void (queue = []),
    take(method, where = []) {
      const i = queue.findIndex(
        (f) => (f.on === method || f.on === 'any') && (f.where === undefined || where.includes(f.where)),
      );
      const fault = queue[i];
      if (!fault) return null;
      if (fault.times <= 1) queue.splice(i, 1);
      else queue[i] = { ...fault, times: fault.times - 1 };
      return fault;
    },
  };
}
