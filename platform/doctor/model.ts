import { codeOf, note, ok, placeOf, wrong, type Finding } from './finding.ts';
import { FOUND, LINES } from './words.ts';

const TIMEOUT_MS = 10_000;
const ANTHROPIC = 'https://api.anthropic.com';
const REFUSALS: readonly number[] = [401, 403];

/**
 * Asks for the list of models, which costs nothing (https://platform.claude.com/docs/en/api/models-list). A gateway
 * need not have that list.
 */
export async function examineModel(model: {
  readonly apiKey: string | null;
  readonly baseUrl: string | null;
}): Promise<Finding> {
  const { apiKey, baseUrl } = model;
  const what = LINES.model;
  if (apiKey === null && baseUrl === null) return wrong(what, FOUND.noModel, FOUND.setModel);
  const at = (baseUrl ?? ANTHROPIC).replace(/\/+$/, '');
  const place = placeOf(at);
  try {
    const { status, ok: taken } = await fetch(`${at}/v1/models?limit=1`, {
      ...{ redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) },
      headers: { 'x-api-key': apiKey ?? '', 'anthropic-version': '2023-06-01' },
    });
    if (REFUSALS.includes(status)) return wrong(what, FOUND.modelRefuses(place, status), FOUND.modelKey);
    return taken ? ok(what, FOUND.modelTakes(place)) : note(what, FOUND.modelUntold(place, status));
  } catch (error) {
    return wrong(what, FOUND.noAnswer(place, codeOf(error)), FOUND.startIt('ANTHROPIC_BASE_URL'));
  }
}
