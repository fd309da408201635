/** What the local Slack can be told to do wrong, to see how the bot takes it. */
export interface SlackFault {
  /** A method such as `chat.postMessage`, or `any`. */
  readonly on: string;
  /**
   * ratelimited: 429 with Retry-After. error: HTTP 500. drop: the connection breaks and nothing happened.
   * lost-answer: it happened, and then the connection breaks. slow: it happens after `delayMs`.
   */
  readonly kind: 'ratelimited' | 'error' | 'drop' | 'lost-answer' | 'slow';
  readonly retryAfterSeconds?: number;
  readonly delayMs?: number;
  /** How many calls it hits. */
  readonly times: number;
}

export interface SlackFaults {
  add(fault: SlackFault): void;
  clear(): void;
  /** Takes one hit of the first fault that fits, or null. */
  take(method: string): SlackFault | null;
}

export function createSlackFaults(): SlackFaults {
  let queue: SlackFault[] = [];
  return {
    add: (fault) => void queue.push(fault),
    clear: () => void (queue = []),
    take(method) {
      const i = queue.findIndex((f) => f.on === method || f.on === 'any');
      const fault = queue[i];
      if (!fault) return null;
      if (fault.times <= 1) queue.splice(i, 1);
      else queue[i] = { ...fault, times: fault.times - 1 };
      return fault;
    },
  };
}
