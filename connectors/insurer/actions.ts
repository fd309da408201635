import type pg from 'pg';
import { canonicalJson, type JsonObject } from '../../core/canonical-json.ts';
import { formatMoney, type Money } from '../../core/money.ts';
import { InsurerRefusal } from './refusal.ts';
import { payToText } from './reads.ts';

export interface ActionAnswer {
  /** "£6,180.00 to account ending 4471" */
  readonly summary: string;
  /** "PAY-20931" */
  readonly reference: string;
}
/** Both from the call's `_meta`: who asks is Countersign, and the key is what makes a repeat harmless. */
export interface CallKey {
  readonly idempotencyKey: string;
  readonly correlationId: string;
}
interface ClaimLock {
  readonly claim: string;
  readonly status: 'open' | 'referred' | 'closed';
  readonly outcome: string | null;
  readonly currency: string;
  readonly sumInsured: number;
  readonly accountEnding: string;
}
interface Effect {
  readonly tool: string;
  readonly claim: string;
  readonly args: JsonObject;
  readonly apply: (client: pg.PoolClient, claim: ClaimLock, key: CallKey) => Promise<ActionAnswer>;
}

async function lockClaim(client: pg.PoolClient, claim: string): Promise<ClaimLock> {
  const { rows } = await client.query<ClaimLock>(
    `SELECT c.claim, c.status, c.outcome, p.currency, p.sum_insured_micros::float8 AS "sumInsured", p.account_ending AS "accountEnding"
     FROM claims c JOIN policies p USING (policy) WHERE c.claim = $1 FOR UPDATE OF c`,
    [claim],
  );
  if (!rows[0]) throw new InsurerRefusal('not_found', `There is no claim ${claim}.`);
  return rows[0];
}

/** The answer of an earlier call with this key, or null. A key means one tool with one set of arguments for ever. */
async function earlier(client: pg.PoolClient, key: CallKey, effect: Effect): Promise<ActionAnswer | null> {
  const { rows } = await client.query<ActionAnswer & { tool: string; args: JsonObject }>(
    'SELECT tool, args, summary, reference FROM actions WHERE idempotency_key = $1',
    [key.idempotencyKey],
  );
  const row = rows[0];
  if (!row) return null;
  if (row.tool !== effect.tool || canonicalJson(row.args) !== canonicalJson(effect.args))
    throw new InsurerRefusal('key_reused', 'This idempotency key was used for another call already.');
  return { summary: row.summary, reference: row.reference };
}

function mustBeOpen(claim: ClaimLock): void {
  if (claim.status === 'closed')
    throw new InsurerRefusal('claim_closed', `${claim.claim} is closed already (${claim.outcome}).`);
  if (claim.status === 'referred')
    throw new InsurerRefusal(
      'claim_referred',
      `${claim.claim} is with the special investigation unit and waits for its answer.`,
    );
}

/**
 * Runs an effect once per key, in one transaction that ends with the answer stored beside the effect.
 * Two calls with one key at once: the advisory lock makes the second wait and then read the first one's answer.
 * @throws InsurerRefusal when a precondition fails; nothing has changed then
 */
async function once(pool: pg.Pool, key: CallKey, effect: Effect): Promise<ActionAnswer> {
  if (!key.idempotencyKey || !key.correlationId)
    throw new InsurerRefusal(
      'key_missing',
      `${effect.tool} needs _meta.idempotencyKey and _meta.correlationId.`,
    );
  const client = await pool.connect();
  let broken = true;
  try {
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [key.idempotencyKey]);
    const answer = (await earlier(client, key, effect)) ?? (await perform(client, key, effect));
    await client.query('COMMIT');
    broken = false;
    return answer;
  } catch (error) {
    broken = !(await client.query('ROLLBACK').then(
      () => true,
      () => false,
    ));
    throw error;
  } finally {
    client.release(broken);
  }
}

async function perform(client: pg.PoolClient, key: CallKey, effect: Effect): Promise<ActionAnswer> {
  const claim = await lockClaim(client, effect.claim);
  const answer = await effect.apply(client, claim, key);
  await client.query(
    `INSERT INTO actions (idempotency_key, correlation_id, tool, claim, args, summary, reference)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [
      key.idempotencyKey,
      key.correlationId,
      effect.tool,
      effect.claim,
      JSON.stringify(effect.args),
      answer.summary,
      answer.reference,
    ],
  );
  return answer;
}

type Sequence = 'payment_numbers' | 'referral_numbers' | 'denial_numbers';

async function nextReference(client: pg.PoolClient, prefix: string, sequence: Sequence): Promise<string> {
  const { rows } = await client.query<{ n: string }>(`SELECT nextval('${sequence}')::text AS n`);
  return `${prefix}-${rows[0]?.n}`;
}

function checkPayment(claim: ClaimLock, amount: Money, payTo: string): void {
  mustBeOpen(claim);
  if (amount.currency !== claim.currency)
    throw new InsurerRefusal(
      'wrong_currency',
      `${claim.claim} is paid in ${claim.currency}, not ${amount.currency}.`,
    );
  if (amount.micros <= 0 || amount.micros % 10_000 !== 0)
    throw new InsurerRefusal('bad_amount', 'The amount must be positive and in whole pence.');
  if (amount.micros > claim.sumInsured)
    throw new InsurerRefusal(
      'over_sum_insured',
      `${formatMoney(amount)} is over the sum insured of ${formatMoney({ currency: claim.currency, micros: claim.sumInsured })}.`,
    );
  if (payTo !== payToText(claim.accountEnding))
    throw new InsurerRefusal('wrong_payee', `pay_to must be "${payToText(claim.accountEnding)}".`);
}

export interface SettleArgs {
  readonly claim: string;
  readonly amount: Money;
  readonly pay_to: string;
  readonly reason: string;
}
export interface ReasonArgs {
  readonly claim: string;
  readonly reason: string;
}

/** Pays the policyholder and closes the claim. Cannot be undone. @throws InsurerRefusal */
export const settleClaim = (pool: pg.Pool, args: SettleArgs, key: CallKey): Promise<ActionAnswer> =>
  once(pool, key, {
    tool: 'settle_claim',
    claim: args.claim,
    args: { ...args, amount: { ...args.amount } },
    apply: async (client, claim) => {
      checkPayment(claim, args.amount, args.pay_to);
      const paid = await client.query('SELECT payment FROM payments WHERE claim = $1', [args.claim]);
      if (paid.rowCount) throw new InsurerRefusal('already_paid', `${args.claim} was paid already.`);
      const reference = await nextReference(client, 'PAY', 'payment_numbers');
      await client.query(
        `INSERT INTO payments (payment, claim, currency, amount_micros, account_ending, idempotency_key)
         VALUES ($1, $2, $3, $4, $5, $6)`,
        [
          reference,
          args.claim,
          args.amount.currency,
          args.amount.micros,
          claim.accountEnding,
          key.idempotencyKey,
        ],
      );
      await client.query(
        `UPDATE claims SET status = 'closed', outcome = 'paid', paid_micros = $2 WHERE claim = $1`,
        [args.claim, args.amount.micros],
      );
      return { summary: `${formatMoney(args.amount)} to account ending ${claim.accountEnding}`, reference };
    },
  });

/** Hands the claim to the special investigation unit, which can hand it back. @throws InsurerRefusal */
export const referToSiu = (pool: pg.Pool, args: ReasonArgs, key: CallKey): Promise<ActionAnswer> =>
  once(pool, key, {
    tool: 'refer_to_siu',
    claim: args.claim,
    args: { ...args },
    apply: async (client, claim) => {
      mustBeOpen(claim);
      const reference = await nextReference(client, 'SIU', 'referral_numbers');
      await client.query(`UPDATE claims SET status = 'referred' WHERE claim = $1`, [args.claim]);
      return { summary: `${args.claim} handed to the special investigation unit`, reference };
    },
  });

/** Refuses the claim and closes it. Cannot be undone. @throws InsurerRefusal */
export const denyClaim = (pool: pg.Pool, args: ReasonArgs, key: CallKey): Promise<ActionAnswer> =>
  once(pool, key, {
    tool: 'deny_claim',
    claim: args.claim,
    args: { ...args },
    apply: async (client, claim) => {
      mustBeOpen(claim);
      const reference = await nextReference(client, 'DEN', 'denial_numbers');
      await client.query(`UPDATE claims SET status = 'closed', outcome = 'denied' WHERE claim = $1`, [
        args.claim,
      ]);
      return { summary: `${args.claim} denied`, reference };
    },
  });
