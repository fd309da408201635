import type { TenantId } from '../../core/ids.ts';
import type { Config } from '../config.ts';
import { readWitness } from '../ledger/cosignature.ts';
import { codeOf, note, ok, placeOf, wrong, type Finding } from './finding.ts';
import type { Places } from './places.ts';
import { FOUND, LINES } from './words.ts';

/** A checkpoint comes about once a minute, and a witness may take its time over one. */
const LATE_MS = 10 * 60_000;

/** Whatever it answers to a question that it has no answer for: it is there. */
async function whyAway(url: string): Promise<string | null> {
  try {
    const signal = AbortSignal.timeout(10_000);
    const answer = await fetch(`${url}/add-checkpoint`, { signal, redirect: 'error' });
    await answer.body?.cancel();
    return answer.status >= 500 ? String(answer.status) : null;
  } catch (error) {
    return codeOf(error);
  }
}

async function ofCompany(
  places: Places,
  tenant: TenantId,
  witness: { readonly name: string; readonly id: string },
): Promise<Finding> {
  const { made, signed, waitingMs } = await places.cosigned(tenant, witness.id);
  const at = { tenant, witness: witness.name, made, signed };
  return waitingMs > LATE_MS
    ? wrong(LINES.witness, FOUND.witnessLate(at), FOUND.witnessAdvice)
    : ok(LINES.witness, FOUND.witnessSigns(at));
}

/** Whoever is to sign checkpoints too: do they answer, and have they signed what there is. Nothing where none is set. */
export async function examineWitnesses(
  { witnesses, ledger }: Pick<Config, 'witnesses' | 'ledger'>,
  places: Places | null,
): Promise<Finding[]> {
  if (witnesses.length > 0 && ledger === null)
    return [note(LINES.witness, FOUND.unset('COUNTERSIGN_SIGNING_KEY'), FOUND.nothingToWitness)];
  const findings: Finding[] = [];
  for (const { url, verifierKey } of witnesses) {
    const why = await whyAway(url);
    if (why !== null)
      findings.push(wrong(LINES.witness, FOUND.noAnswer(placeOf(url), why), FOUND.witnessAway));
    const companies = places?.found() ?? [];
    for (const tenant of companies)
      if (places) findings.push(await ofCompany(places, tenant, readWitness(verifierKey)));
    if (why === null && companies.length === 0) findings.push(ok(LINES.witness, FOUND.reached(placeOf(url))));
  }
  return findings;
}
