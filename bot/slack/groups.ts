import type { WebClient } from '@slack/web-api';
import { groupName } from '../../core/identity/role-mapping.ts';
import type { DirectorySource } from '../../platform/identity/fresh-rights.ts';
import { DirectoryAwayError } from '../../platform/identity/graph.ts';
import { deadlineMs, within } from '../deadline.ts';
import { failureOf } from './web-api.ts';

/** Slack takes 20 of these a minute; what one told is good for everybody who clicks meanwhile. */
const KEPT_MS = 10_000;
/** A click is answered within the chats' time, and the rest of it is for writing it down. */
const clickMs = (): number => deadlineMs() * 0.6;

interface Told {
  readonly atMs: number;
  readonly members: ReadonlyMap<string, ReadonlySet<string>>;
}

async function usersOfGroups(client: WebClient): Promise<Told> {
  const atMs = Date.now();
  const { usergroups } = await client.usergroups.list({ include_users: true, include_disabled: false });
  if (!usergroups) throw new DirectoryAwayError('Slack did not say which user groups there are');
  const members = new Map<string, ReadonlySet<string>>();
  for (const { id, users } of usergroups) {
    // Too many for one answer: never the same as nobody.
    const all =
      users ??
      (id === undefined ? [] : ((await client.usergroups.users.list({ usergroup: id })).users ?? []));
    if (id !== undefined) members.set(id, new Set(all));
  }
  return { atMs, members };
}

async function standingOf(client: WebClient, account: string): Promise<'member' | 'guest' | 'deactivated'> {
  const { user } = await client.users.info({ user: account });
  if (!user) throw new DirectoryAwayError('Slack did not say who that is');
  if (user.deleted || user.is_bot) return 'deactivated';
  return user.is_restricted || user.is_ultra_restricted || user.is_stranger ? 'guest' : 'member';
}

async function inTime<T extends object>(work: Promise<T>): Promise<T> {
  const found = await within(work, clickMs());
  if (found === null) throw new DirectoryAwayError('Slack took too long');
  return found;
}

/** Slack's user groups, by the bot's token (scope `usergroups:read`), and whether somebody is a full member there. */
export function createSlackGroups(
  clientFor: (workspace: string) => Promise<WebClient | null>,
): DirectorySource {
  const told = new Map<string, Promise<Told>>();
  function groupsOf(workspace: string, client: WebClient): Promise<Told> {
    const before = told.get(workspace);
    if (before) return before;
    const asked = usersOfGroups(client);
    const forget = (): boolean => told.delete(workspace);
    told.set(workspace, asked);
    asked.then(() => setTimeout(forget, KEPT_MS).unref(), forget);
    return asked;
  }
  async function readOne({ workspace, account }: { workspace: string; account: string }) {
    const client = await clientFor(workspace);
    if (client === null) throw new DirectoryAwayError('there is no token for that Slack workspace');
    const [{ atMs, members }, standing] = await inTime(
      Promise.all([groupsOf(workspace, client), standingOf(client, account)]),
    );
    const groups = [...members].filter(([, users]) => users.has(account)).map(([id]) => id);
    return { atMs, groups, standing };
  }
  return {
    async read(_tenant, accounts, mappings) {
      const wanted = new Set(mappings.map(({ group }) => group));
      const all = await Promise.all(accounts.map(readOne)).catch((error: unknown) => {
        if (error instanceof DirectoryAwayError) throw error;
        throw new DirectoryAwayError(`Slack answered ${failureOf(error).why}`);
      });
      const readAtMs = Math.min(Date.now(), ...all.map(({ atMs }) => atMs));
      const out = all.find(({ standing }) => standing !== 'member');
      if (out) return { groups: [], standing: out.standing, readAtMs };
      const groups = all.flatMap((one) => one.groups).filter((group) => wanted.has(group));
      return {
        ...{ standing: 'member', readAtMs },
        groups: [...new Set(groups)].map((group) => groupName({ source: 'slack', group })),
      };
    },
  };
}
