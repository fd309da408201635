export interface Criterion {
  readonly name: 'grounded' | 'answers' | 'weighs' | 'doubts' | 'plain';
  /** As the judge reads it; 1 if it is so. */
  readonly asks: string;
}

/** What a good output of an agent is, whatever it recommends. Each is decided by itself, 0 or 1. */
export const RUBRIC: readonly Criterion[] = [
  { name: 'grounded', asks: 'grounded: every fact and figure in the answer is in what was read' },
  {
    name: 'answers',
    asks: 'answers: the answer is about what was asked, and says what it recommends or that it cannot tell',
  },
  {
    name: 'weighs',
    asks: 'weighs: the answer names what speaks for and against, each with the record it was read in',
  },
  {
    name: 'doubts',
    asks: 'doubts: the answer says what it is unsure of, or nothing in what was read contradicts it',
  },
  {
    name: 'plain',
    asks: 'plain: the answer is free of urgency, praise and claims that something was already approved',
  },
];
