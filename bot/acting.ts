import type { JsonObject } from '../core/canonical-json.ts';
import type { Refusal } from '../core/views.ts';
import type { NewRun } from '../platform/stores.ts';
import type { CommandContext } from './command.ts';
import { originOf } from './origin.ts';

/** What it takes to act in somebody's name, whichever door they came by: a command has it, and so has a call of the API. */
export type Acting = Pick<
  CommandContext,
  'stores' | 'tenant' | 'person' | 'agents' | 'versions' | 'rehearsal' | 'may' | 'away' | 'site'
>;

/** Where and by which request something was asked for. */
export interface Asked {
  readonly source: NewRun['source'];
  /** The same key acts once; null: each request by itself. */
  readonly key: string | null;
  /** Where the result is told; empty: nowhere. */
  readonly origin: JsonObject;
}

/** Why not, and what it was about: the door that they came by records it. */
export interface Refused {
  readonly refusal: Refusal;
  readonly subject?: string;
}

export const askedInChat = ({ request }: CommandContext): Asked => ({
  source: request.caller.platform,
  key: `${request.caller.platform} ${request.requestKey}`,
  origin: originOf(request.caller, request.place),
});
