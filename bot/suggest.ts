import type { Suggestion } from '../cards/model.ts';
import { readSource } from '../cards/payload.ts';
import type { SuggestionRequest } from './chat.ts';
import { commandContext } from './command-context.ts';
import { commands } from './commands/index.ts';
import { deadlineMs as usualDeadlineMs, within } from './deadline.ts';
import type { GatewayOptions } from './gateway-options.ts';
import { whoIs } from './identity.ts';
import { mayAtAll } from './rights.ts';

/** Slack takes a hundred (https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element#external_select). */
const MOST = 100;
const LONGEST = 100;

/** No ledger entry: every letter typed asks again, nothing is decided, and what is handed in is judged as if typed. */
async function find(
  options: GatewayOptions,
  { caller, source, typed }: SuggestionRequest,
): Promise<readonly Suggestion[]> {
  const turnAway = (result: string): readonly Suggestion[] => {
    options.count('suggestions', { platform: caller.platform, result });
    return [];
  };
  const who = await whoIs(options.stores.people, caller);
  if (!who.ok) return turnAway(who.reason);
  const asked = readSource(source);
  const command = commands.find(({ name }) => name === asked?.command);
  const suggests = command?.suggests ?? {};
  if (!asked || !command || !Object.hasOwn(suggests, asked.field)) return turnAway('not_found');
  const request = {
    ...{ caller, place: { conversation: '', thread: null, kind: 'personal' as const } },
    ...{ requestKey: '', verb: command.name, words: '' },
  };
  const context = commandContext(options, who, request);
  if (!mayAtAll(context, command.permission)) return turnAway('not_permitted');
  const found = await suggests[asked.field]?.(context, typed.trim().slice(0, LONGEST));
  options.count('suggestions', { platform: caller.platform, result: 'found' });
  return (found ?? []).slice(0, MOST);
}

/**
 * What may be chosen in a field while somebody types: nothing for whom it is not, by the rights that the command itself asks
 * for. Null when it is not known in time, which is not the same as nothing. Never rejects.
 */
export async function suggest(
  options: GatewayOptions,
  request: SuggestionRequest,
): Promise<readonly Suggestion[] | null> {
  const { log, deadlineMs = usualDeadlineMs() } = options;
  try {
    const found = await within(find(options, request), deadlineMs);
    if (found === null) log.warn({ deadlineMs }, 'suggestions did not come in time');
    return found;
  } catch (error) {
    log.error({ err: error }, 'suggestions failed');
    return null;
  }
}
