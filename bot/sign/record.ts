import type { ButtonPayload } from '../../cards/payload.ts';
import type { FoundLink } from '../../platform/stores.ts';
import type { Proof } from '../../core/proof.ts';
import type { Gateway, Outcome } from '../chat.ts';

/** The decision of a page, by the same door as a click: rights, policy and request are read anew behind it. */
export function recordSigned(
  gateway: Pick<Gateway, 'decide'>,
  { caller, approval, statement, words, link }: Extract<FoundLink, { purpose: 'sign' }>,
  proof: Proof,
): Promise<Outcome> {
  const { actionDigest, cardDigest } = statement;
  const shown = cardDigest === null ? {} : { cardDigest };
  const payload: ButtonPayload = { v: 1, approval, version: 0, actionDigest, ...shown, copy: null };
  return gateway.decide({
    ...{ caller, payload, message: null, requestKey: `page ${link}` },
    place: { conversation: '', thread: null, kind: 'personal' },
    choice:
      statement.decision === 'approve'
        ? { verb: 'approve', comment: words.comment ?? null, seen: 'whole', proof }
        : { verb: 'break_glass', reason: words.reason ?? '', confirmation: '', proof },
  });
}
