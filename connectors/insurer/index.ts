import { fileURLToPath, pathToFileURL } from 'node:url';
import { createRequire } from 'node:module';
import { formatMoney, Money } from '../../core/money.ts';
import type { JsonObject } from '../../core/canonical-json.ts';
import type { ConnectorDefinition, ToolGrant } from '../definition.ts';

export { prepareInsurer } from './prepare.ts';
export { seedInsurer } from './seed.ts';

const amountOf = (args: JsonObject): Money | null => Money.safeParse(args['amount']).data ?? null;
const claimOf = (args: JsonObject): string => String(args['claim'] ?? '');

const read: ToolGrant = { effect: 'read', idempotent: true, timeoutMs: 5_000 };
const act = { idempotent: true, timeoutMs: 10_000, lookup: 'find_action' } as const;

/** What Countersign may touch of the insurer. `find_action` is for the executor; no agent lists it. */
export const insurer: ConnectorDefinition = {
  name: 'insurer',
  label: 'Insurer database',
  tenants: 'all',
  tools: {
    get_claim: read,
    get_policy: read,
    claim_history: read,
    linked_parties: read,
    get_documents: read,
    find_action: read,
    settle_claim: {
      ...act,
      effect: 'irreversible',
      argumentLabels: { claim: 'Claim', amount: 'Amount', pay_to: 'Pay to', reason: 'Reason' },
      amountOf,
      titleOf: (args) => {
        const amount = amountOf(args);
        return `Pay ${amount ? formatMoney(amount) : 'an amount'} on claim ${claimOf(args)}`;
      },
    },
    refer_to_siu: {
      ...act,
      effect: 'reversible',
      argumentLabels: { claim: 'Claim', reason: 'Reason' },
      titleOf: (args) => `Refer claim ${claimOf(args)} to the special investigation unit`,
    },
    deny_claim: {
      ...act,
      effect: 'irreversible',
      argumentLabels: { claim: 'Claim', reason: 'Reason' },
      titleOf: (args) => `Deny claim ${claimOf(args)}`,
    },
  },
  connect: (secrets) => ({
    transport: 'stdio',
    command: process.execPath,
    // tsx by its own address: the server starts from any working directory
    args: [
      '--import',
      pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href,
      fileURLToPath(new URL('./server.ts', import.meta.url)),
    ],
    env: { INSURER_DATABASE_URL: secrets('INSURER_DATABASE_URL') },
  }),
};
