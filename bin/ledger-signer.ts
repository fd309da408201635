import type { Config } from '../platform/config.ts';
import { createNoteSigner, type NoteSigner } from '../platform/ledger/note.ts';

/** Who signs this deployment's checkpoints; null without `COUNTERSIGN_SIGNING_KEY`. @throws Error when that is no Ed25519 key */
export const ledgerSigner = ({ ledger }: Pick<Config, 'ledger'>): NoteSigner | null =>
  ledger && createNoteSigner(ledger.name, ledger.signingKey);

/** Whose signature on checkpoints counts here: the key that was given for it, or the public half of our own. */
export const ledgerKey = (config: Pick<Config, 'ledger' | 'ledgerKey'>): string | undefined =>
  config.ledgerKey ?? ledgerSigner(config)?.verifierKey;
