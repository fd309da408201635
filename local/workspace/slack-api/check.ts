/**
 * Small combinators that check a value as Slack's Block Kit validator does and report what failed in its words, each with
 * the JSON pointer of the place (the messages are those seen in Slack's answers to rejected calls).
 */
export interface Report {
  /** `[ERROR] ...` lines as Slack puts them into `response_metadata.messages`, without the prefix. */
  readonly errors: string[];
}

export type Check = (value: unknown, at: string, report: Report) => void;

export const fail = (report: Report, at: string, message: string): void =>
  void report.errors.push(`${message} [json-pointer:${at}]`);

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const string =
  (min: number, max: number): Check =>
  (value, at, report) => {
    if (typeof value !== 'string') return fail(report, at, 'must be a string');
    // Slack counts characters, not UTF-16 units.
    const length = [...value].length;
    if (length < min) fail(report, at, `must be more than ${min - 1} characters`);
    if (length > max) fail(report, at, `must be less than ${max + 1} characters`);
  };

export const boolean: Check = (value, at, report) => {
  if (typeof value !== 'boolean') fail(report, at, 'must be a boolean');
};

export const integer =
  (min: number, max: number): Check =>
  (value, at, report) => {
    if (!Number.isInteger(value)) return fail(report, at, 'must be an integer');
    if ((value as number) < min) fail(report, at, `must be greater than or equal to ${min}`);
    if ((value as number) > max) fail(report, at, `must be less than or equal to ${max}`);
  };

export const oneOf =
  (...allowed: readonly string[]): Check =>
  (value, at, report) => {
    if (!allowed.includes(value as string)) fail(report, at, 'must be a valid enum value');
  };

export const matching =
  (pattern: RegExp, what: string): Check =>
  (value, at, report) => {
    if (typeof value !== 'string' || !pattern.test(value)) fail(report, at, `must be a valid ${what}`);
  };

export const url =
  (max: number): Check =>
  (value, at, report) => {
    string(1, max)(value, at, report);
    if (typeof value === 'string' && !URL.canParse(value)) fail(report, at, 'must be a valid URL');
  };

export const list =
  (item: Check, min: number, max: number): Check =>
  (value, at, report) => {
    if (!Array.isArray(value)) return fail(report, at, 'must be an array');
    if (value.length < min) fail(report, at, `no fewer than ${min} items allowed`);
    if (value.length > max) fail(report, at, `no more than ${max} items allowed`);
    value.forEach((entry, i) => item(entry, `${at}/${i}`, report));
  };

interface Shape {
  readonly required?: Readonly<Record<string, Check>>;
  readonly optional?: Readonly<Record<string, Check>>;
}

/** An object with these fields and no others. */
export const object =
  ({ required = {}, optional = {} }: Shape): Check =>
  (value, at, report) => {
    if (!isObject(value)) return fail(report, at, 'must provide an object');
    for (const field of Object.keys(required))
      if (value[field] === undefined) fail(report, at, `missing required field: ${field}`);
    for (const [field, entry] of Object.entries(value)) {
      const check = required[field] ?? optional[field];
      if (!check) fail(report, at, `invalid additional property: ${field}`);
      else if (entry !== undefined) check(entry, `${at}/${field}`, report);
    }
  };

/** An object told apart by its `type`; a type that this place does not take is reported as Slack does. */
export const byType =
  (shapes: Readonly<Record<string, Shape>>, extra?: Check): Check =>
  (value, at, report) => {
    if (!isObject(value)) return fail(report, at, 'must provide an object');
    const { type } = value;
    if (type === undefined) return fail(report, at, 'missing required field: type');
    const shape = typeof type === 'string' && Object.hasOwn(shapes, type) ? shapes[type] : undefined;
    if (!shape) return fail(report, `${at}/type`, `unsupported type: ${String(type)}`);
    object({ ...shape, required: { type: oneOf(String(type)), ...shape.required } })(value, at, report);
    extra?.(value, at, report);
  };
