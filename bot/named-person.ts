import { PersonId } from '../core/ids.ts';
import type { Person } from '../core/people.ts';
import type { Refusal } from '../core/views.ts';
import type { CommandContext } from './command.ts';
import { mayAtAll, mayOn } from './rights.ts';
import { refusal } from './words.ts';

const LONGEST_NAME = 60;

const no = (why: string, detail: Refusal['detail'] = {}): Refusal =>
  refusal('arguments_refused', { why, ...detail });

/** `@Ben Sato`, `ben`, `ben@harbour.example`; a whole name or address goes before a part of one. */
function called(everyone: readonly Person[], said: string): readonly Person[] {
  const words = said.replace(/^@/, '').trim().toLowerCase();
  if (words === '') return [];
  const whole = everyone.filter(({ name, email }) =>
    [name, email].some((one) => one.toLowerCase() === words),
  );
  if (whole.length > 0) return whole;
  return everyone.filter(
    ({ name, email }) =>
      email.toLowerCase().split('@')[0] === words || name.toLowerCase().split(/\s+/).includes(words),
  );
}

/** An account that this chat's own picker or mention named: `U08BEN`, `<@U08BEN>`, or a person's id. */
async function picked(
  { stores, tenant, request }: CommandContext,
  said: string,
): Promise<Person | Refusal | null> {
  const id = PersonId.safeParse(said);
  if (id.success) return (await stores.people.person(tenant, id.data)) ?? no('delegate-unknown', { said });
  const { platform, workspace, homeWorkspace } = request.caller;
  const account =
    /^<@([UW][A-Z0-9]+)(?:\|[^>]*)?>$/.exec(said)?.[1] ?? (/^[UW][A-Z0-9]{5,}$/.test(said) ? said : null);
  if (platform !== 'slack' || account === null) return null;
  const found = await stores.people.identify(tenant, {
    platform,
    workspace: homeWorkspace ?? workspace,
    account,
  });
  if (found.ok) return found.person;
  return found.reason === 'guest_or_external'
    ? no('delegate-guest')
    : no('delegate-unknown', { said: account });
}

/** Exactly one person whom the words, or this chat's own picker, name. */
async function namedPerson(context: CommandContext, words: string): Promise<Person | Refusal> {
  const { stores, tenant } = context;
  const said = words.trim().slice(0, LONGEST_NAME);
  const chosen = await picked(context, said);
  if (chosen !== null && 'reason' in chosen) return chosen;
  const found = chosen === null ? called(await stores.people.everyone(tenant), said) : [chosen];
  const [person, ...others] = found;
  if (person === undefined) return no('delegate-unknown', { said });
  if (others.length > 0) {
    const names = found.slice(0, 5).map(({ name, team }) => `${name}, ${team}`);
    return no('delegate-ambiguous', { said, names: names.join('; ') });
  }
  return person;
}

async function isMember({ stores, tenant }: CommandContext, person: Person): Promise<boolean> {
  const accounts = await stores.people.accountsOf(tenant, person.id);
  return person.active && accounts.some(({ kind }) => kind === 'member');
}

/** Exactly one person who is here and can be asked something in a chat. */
export async function namedMember(context: CommandContext, words: string): Promise<Person | Refusal> {
  const person = await namedPerson(context, words);
  if ('reason' in person || (await isMember(context, person))) return person;
  return no('oncall-guest', { name: person.name });
}

/** Exactly one person who could stand in for somebody: known, a member, and allowed to approve at all. */
export async function namedDelegate(context: CommandContext, words: string): Promise<Person | Refusal> {
  const person = await namedPerson(context, words);
  if ('reason' in person) return person;
  if (!(await isMember(context, person))) return no('delegate-guest');
  return maySign(context, person) ? person : no('delegate-may-not-sign', { name: person.name });
}

/** Do the roles let them approve anything. Which requests, the machine judges one by one. */
const maySign = ({ tenant }: CommandContext, person: Person): boolean =>
  mayAtAll({ person, may: mayOn({ ok: true, tenant, person }) }, 'approve');

/** More names than a form holds; a chat with a picker of its own is not bound by them. */
const NAMES_AT_MOST = 150;

/** Those whom a form may offer. */
export async function possibleDelegates(context: CommandContext): Promise<Person[]> {
  const everyone = await context.stores.people.everyone(context.tenant);
  return everyone
    .filter((one) => one.id !== context.person.id && maySign(context, one))
    .slice(0, NAMES_AT_MOST);
}
