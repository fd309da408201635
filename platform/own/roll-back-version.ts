import { canonicalJson } from '../../core/canonical-json.ts';
import { rollBack, RollBackRequest, stepBack, type VersionState } from '../../core/versions.ts';
import { stateWhenActive, versionsNow, writeVersions } from '../versions/version-state.ts';
import type { OwnChecked, OwnEffect } from './effect.ts';

const refuse = (why: string): OwnChecked => ({ ok: false, reason: 'arguments_refused', detail: { why } });

/** What is signed must still be the one step back from where it stands: any change meanwhile makes it another one. */
function isStep(request: RollBackRequest, state: VersionState): boolean {
  const step = stepBack(state);
  const { from_version: from, share, to_version: to, revision } = request;
  return (
    step !== null &&
    canonicalJson({ ...step, revision: state.revision }) === canonicalJson({ from, share, to, revision })
  );
}

/** One step back: a share that tries another version ends, or the version before is active again. */
export const rollBackVersion: OwnEffect = async (tx, { args }): Promise<OwnChecked> => {
  const parsed = RollBackRequest.safeParse(args);
  if (!parsed.success) return refuse('version-unreadable');
  const request = parsed.data;
  const { agent, environment, to_version } = request;
  const place = { agent, environment };
  // Where nothing was recorded yet, this is what the first run would begin with; it names both versions of the step.
  const from = await versionsNow(tx, { ...place, known: [to_version, request.from_version] });
  if (from === null || !isStep(request, from)) return refuse('version-stale');
  const before = from.previous === null ? null : await stateWhenActive(tx, place, from.previous);
  const moved = rollBack(from, before);
  if (!moved.ok) return refuse(moved.why);
  return {
    ok: true,
    apply: async ({ id: approval, requester, action: { run } }) => {
      const { to } = moved;
      const entry = await writeVersions(tx, {
        ...{ place, from, to, why: 'rolled_back', actor: requester, approval, run },
      });
      return {
        summary: `New runs of ${agent} are played by ${to.active} again.`,
        reference: `${agent}/${to.active}`,
        entries: [entry],
      };
    },
  };
};
