export type InsurerRefusalCode =
  | 'not_found'
  | 'key_missing'
  | 'key_reused'
  | 'claim_closed'
  | 'claim_referred'
  | 'wrong_currency'
  | 'bad_amount'
  | 'over_sum_insured'
  | 'wrong_payee'
  | 'already_paid';

/** The insurer said no, and nothing changed. Anything else that goes wrong leaves doubt. */
export class InsurerRefusal extends Error {
  constructor(
    readonly code: InsurerRefusalCode,
    message: string,
  ) {
    super(message);
  }
}
