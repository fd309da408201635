import type { Suggestion } from '../cards/model.ts';
import type { AgentContract } from '../core/contract.ts';
import type { TenantId } from '../core/ids.ts';
import type { Person } from '../core/people.ts';
import type { Resource, Verb } from '../core/roles.ts';
import type { Refusal } from '../core/views.ts';
import type { Site, Stores } from '../platform/stores.ts';
import type { Away } from './api/engines.ts';
import type { CommandRequest, Outcome } from './chat.ts';
import type { GoldenSets } from './gateway-options.ts';
import type { KeepInbox } from './inboxes.ts';
import type { SignInLinks } from './link/sign-in.ts';

/** What a command may use. Handlers answer with an outcome or say why not; refusals are recorded by the gateway. */
export interface CommandContext {
  readonly stores: Stores;
  readonly tenant: TenantId;
  readonly person: Person;
  readonly request: CommandRequest;
  /** One contract an agent: that of its newest version. */
  readonly agents: readonly AgentContract[];
  /** Every version of every agent that the code has. */
  readonly versions: readonly AgentContract[];
  readonly golden: GoldenSets;
  readonly commands: readonly Command[];
  /** Runs started now are played by the rehearsal model. */
  readonly rehearsal: boolean;
  /** May the person use the verb on this: `core/roles.ts`, read now. */
  readonly may: (verb: Verb, on: Partial<Resource>) => boolean;
  readonly keepInbox: KeepInbox;
  /** Ways to a sign-in, each for one person's eyes. */
  readonly links: SignInLinks;
  /** Where the pages are on which people sign with a proof; null: there are none. */
  readonly site: Site | null;
  /** The engines that do not answer just now, by the names people know. */
  readonly away: () => Promise<Away>;
}

export type Answered = Outcome | { readonly refusal: Refusal; readonly subject?: string };

/** What may be chosen in a field of a command's form: by the rights that the command asks for, newest first. */
export type Suggests = (context: CommandContext, typed: string) => Promise<readonly Suggestion[]>;

/** One verb, in both chats. One file each in `commands/`. */
export interface Command {
  readonly name: string;
  /** What follows the verb, e.g. `<agent> <input>`; empty when nothing does. */
  readonly takes: string;
  /** One sentence for `help`. */
  readonly purpose: string;
  readonly example: string;
  /** The row of the roles table that must allow it at all; the handler asks again for the very thing. */
  readonly permission: Verb;
  /** By field name: fields of its form that are chosen while somebody types (`with-suggestions.ts`). */
  readonly suggests?: Readonly<Record<string, Suggests>>;
  readonly run: (context: CommandContext) => Promise<Answered>;
}
