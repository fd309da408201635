/** What the service can be told to do wrong, to see how the bot takes it. */
export interface Fault {
  readonly on: 'create' | 'post' | 'update' | 'delete' | 'any';
  readonly status: 403 | 404 | 412 | 413 | 429 | 500 | 502 | 503 | 504;
  /** The connector's own code, e.g. `BotNotInConversationRoster`; a general one when absent. */
  readonly code?: string;
  /** Only requests about this conversation, or the person (Entra object) that one is made with. */
  readonly where?: string;
  /** Sent as Retry-After, in seconds (RFC 9110 section 10.2.3). */
  readonly retryAfterSeconds?: number;
  /** The effect happens all the same; only the answer is lost. */
  readonly afterwards?: boolean;
  /** How many requests it hits. */
  readonly times: number;
}

export interface Faults {
  add(fault: Fault): void;
  clear(): void;
  /** Takes one hit of the first fault that fits, or null. */
  take(operation: Exclude<Fault['on'], 'any'>, where?: readonly string[]): Fault | null;
}

export function createFaults(): Faults {
  let queue: Fault[] = [];
  return {
    add: (fault) => void queue.push(fault),
    clear: () => void (queue = []),
    take(operation, where = []) {
      const i = queue.findIndex(
        (f) => (f.on === operation || f.on === 'any') && (f.where === undefined || where.includes(f.where)),
      );
      const fault = queue[i];
      if (!fault) return null;
      if (fault.times <= 1) queue.splice(i, 1);
      else queue[i] = { ...fault, times: fault.times - 1 };
      return fault;
    },
  };
}
