/** What is wrong with one value that was written by hand. */
export interface InvalidWords {
  readonly missing: string;
  readonly type: (expected: string) => string;
  readonly oneOf: (values: string) => string;
  readonly least: (least: string) => string;
  readonly above: (limit: string) => string;
  readonly most: (most: string) => string;
  readonly below: (limit: string) => string;
  /** Of a text its characters, of a list its entries. */
  readonly shortest: (least: string) => string;
  readonly longest: (most: string) => string;
  readonly unknown: (keys: string) => string;
  readonly other: string;
  /** What a schema calls its types. */
  readonly types: Readonly<Record<string, string>>;
}

export const INVALID_ENGLISH: InvalidWords = {
  missing: 'is missing',
  type: (expected) => `must be ${expected}`,
  oneOf: (values) => `must be one of ${values}`,
  least: (least) => `must be ${least} or more`,
  above: (limit) => `must be above ${limit}`,
  most: (most) => `must be ${most} or less`,
  below: (limit) => `must be below ${limit}`,
  shortest: (least) => `must be ${least} long or longer`,
  longest: (most) => `must be ${most} long or shorter`,
  unknown: (keys) => `does not take ${keys}`,
  other: 'is not what is wanted here',
  types: {
    ...{ string: 'a text', number: 'a number', int: 'a whole number', boolean: 'true or false' },
    ...{ array: 'a list', object: 'an object' },
  },
};

export const INVALID_GERMAN: InvalidWords = {
  missing: 'fehlt',
  type: (expected) => `muss ${expected} sein`,
  oneOf: (values) => `muss eines davon sein: ${values}`,
  least: (least) => `muss mindestens ${least} sein`,
  above: (limit) => `muss über ${limit} liegen`,
  most: (most) => `darf höchstens ${most} sein`,
  below: (limit) => `muss unter ${limit} liegen`,
  shortest: (least) => `muss mindestens die Länge ${least} haben`,
  longest: (most) => `darf höchstens die Länge ${most} haben`,
  unknown: (keys) => `kennt nicht: ${keys}`,
  other: 'ist nicht das, was hier stehen muss',
  types: {
    ...{ string: 'ein Text', number: 'eine Zahl', int: 'eine ganze Zahl', boolean: '„true“ oder „false“' },
    ...{ array: 'eine Liste', object: 'ein Objekt' },
  },
};
