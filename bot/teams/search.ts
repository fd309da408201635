import { z } from 'zod';
import { renderTeamsChoices } from '../../cards/teams/dialog.ts';
import { callerOf, type Heard } from './activity.ts';
import type { Answer } from './guard.ts';
import type { Admission, HandlerDeps } from './handlers.ts';

/** https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/dynamic-search, "Request" */
const Search = z.looseObject({
  queryText: z.string().max(1_000).default(''),
  dataset: z.string().max(100),
  queryOptions: z.looseObject({ skip: z.int().min(0).max(10_000).optional() }).optional(),
});

/** What may be chosen, while somebody types into a list of a form; the card says which list it is (`dataset`). */
export async function handleSearch(
  { gateway }: HandlerDeps,
  { activity, workspace }: Admission<Extract<Heard, { type: 'invoke' }>>,
): Promise<Answer> {
  const search = Search.safeParse(activity.value);
  if (!search.success) return { status: 400 };
  const { queryText: typed, dataset: source, queryOptions } = search.data;
  const found = await gateway.suggest({ caller: callerOf(activity, workspace), source, typed });
  // Not "nothing", which would be untrue; what the card itself offers can be chosen still.
  if (found === null) return { status: 503 };
  const results = renderTeamsChoices(found.slice(queryOptions?.skip ?? 0));
  return {
    status: 200,
    body: { statusCode: 200, type: 'application/vnd.microsoft.search.searchResponse', value: { results } },
  };
}
