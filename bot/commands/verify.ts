import { aboutHere } from '../about-here.ts';
import { askFor } from '../ask-for.ts';
import { receiptCard } from '../../cards/receipt-card.ts';
import { verifyCard } from '../../cards/verify-card.ts';
import type { ApprovalId, RunId } from '../../core/ids.ts';
import { readHead } from '../../platform/ledger/note.ts';
import { receiptText } from '../../platform/ledger/receipt-text.ts';
import type { Answered, Command, CommandContext } from '../command.ts';
import { noteRead } from '../note-read.ts';
import { receiptFor } from '../receipt-for.ts';
import { mayVerifyOwn, verifiable } from '../verifiable.ts';
import { mayOnRun } from '../visible-runs.ts';
import { suggestRunsAndApprovals } from '../suggested-runs.ts';
import { withSuggestions } from '../with-suggestions.ts';
import { askIn } from '../languages.ts';

async function told(context: CommandContext, what?: RunId | ApprovalId): Promise<Answered> {
  const { stores, tenant, person, request } = context;
  const { language, timeZone } = person;
  await noteRead(context, request.caller.platform, 'verification', what ?? tenant);
  const view = await stores.ledger.verify(tenant, what, { ...(language ? { language } : {}), timeZone });
  return { kind: 'card', done: true, audience: 'private', card: verifyCard(view, language) };
}

/** The receipt itself, to be copied and kept. */
async function handed(context: CommandContext, said: string): Promise<Answered> {
  const { tenant, person, request } = context;
  const receipt = await receiptFor(context, said, request.caller.platform);
  if ('refusal' in receipt) return receipt;
  const shown = {
    ...{
      tenant,
      of: receipt.kind === 'countersign-run-receipt' ? receipt.run : receipt.approval,
      copied: receiptText(receipt),
    },
    ...{ entries: receipt.entries.length, size: readHead(receipt.checkpoint)?.size ?? 0 },
  };
  return { kind: 'card', done: true, audience: 'private', card: receiptCard(shown, person.language) };
}

/** `verify apr_… receipt`, or in a thread `verify receipt`. */
const RECEIPT = /(?:^|\s+)receipt$/i;

async function answer(context: CommandContext): Promise<Answered> {
  const { request, may } = context;
  const words = (request.words || request.fields?.['id'] || '').trim();
  const typed = words.replace(RECEIPT, '');
  const here = typed === '' ? await aboutHere(context) : null;
  const said = typed || (here?.approval ?? here?.run ?? '');
  if (said === '') {
    if (may('verify', {})) return told(context);
    const id = { name: 'id', ...askIn(context.person.language).verifyId };
    const fields = [await withSuggestions(context, verify, id)];
    return {
      kind: 'form',
      ...askFor(
        { command: 'verify', words: '', title: askIn(context.person.language).verify, fields },
        context.person.language,
      ),
    };
  }
  if (typed !== words) return handed(context, said);
  const what = await verifiable(context, said);
  return typeof what === 'string' ? told(context, what) : what;
}

export const verify: Command = {
  name: 'verify',
  takes: '[run or approval] [receipt]',
  purpose: 'Recomputes the ledger and says whether it holds; receipt hands out the proof.',
  example: 'verify apr_01JD9Q6Z3M7T5N4X8R2V6B1C0A',
  permission: 'verify',
  suggests: {
    id: suggestRunsAndApprovals({
      run: (context, view, flagged) => mayOnRun(context, 'verify', view, flagged),
      approval: (context, id, flagged) => flagged.has(id) && mayVerifyOwn(context),
    }),
  },
  run: answer,
};
