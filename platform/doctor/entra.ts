import type { Config } from '../config.ts';
import { createEntra, type Entra } from '../identity/entra.ts';
import { codeOf, note, ok, placeOf, skipped, wrong, type Finding } from './finding.ts';
import { FOUND, LINES } from './words.ts';

/** Without these nobody's groups can be read; a third is needed for app roles alone. */
const NEEDED = ['User.Read.All', 'GroupMember.Read.All'];

async function examineGraph(entra: Entra, tid: string): Promise<Finding> {
  const what = LINES.graph;
  try {
    const granted = await entra.graphPermissions(tid);
    const missing = NEEDED.filter(
      (name) => !granted.some((one) => one === name || one === 'Directory.Read.All'),
    );
    if (missing.length > 0) return note(what, FOUND.graphLacks(missing), FOUND.consentGraph);
    return ok(what, FOUND.graphMay(granted));
  } catch (error) {
    return wrong(what, FOUND.graphRefused(codeOf(error)), FOUND.entraSecret);
  }
}

/** Sign-in with Entra: is the directory found, does it know our secret, and what may we read there. Nothing where it is not set. */
export async function examineEntra({ entra, graphUrl, teams }: Config): Promise<Finding[]> {
  if (entra === null) return [];
  const client = createEntra({ ...entra, graphUrl });
  const tid = teams?.tenantId ?? '';
  try {
    const to = { redirectUri: 'https://localhost/', state: '-', nonce: '-', verifier: '-'.repeat(43) };
    await client.authorizeUrl({ ...to, tid, fresh: false });
  } catch (error) {
    const place = placeOf(entra.issuer);
    return [
      wrong(LINES.signIn, FOUND.noAnswer(place, codeOf(error)), FOUND.startIt('ENTRA_ISSUER')),
      skipped(LINES.graph, FOUND.notChecked(FOUND.away(LINES.signIn))),
    ];
  }
  return [ok(LINES.signIn, FOUND.entraFound(placeOf(entra.issuer))), await examineGraph(client, tid)];
}
