import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import pg from 'pg';
import { EXAMPLE } from '../../local/example/example.ts';
import type { CastId, CastMember } from '../../local/workspace/cast-types.ts';
import type { SlackMessage } from '../../local/workspace/state/slack-types.ts';
import type { TeamsMessage } from '../../local/workspace/teams-api/store.ts';
import { RunId, type ApprovalId } from '../../core/ids.ts';
import type { ApprovalState } from '../../core/approval/types.ts';
import type { Stack } from '../stack/open-stack.ts';

/** Something that should be true and is not; the message is the sentence a person reads. */
export class StoryError extends Error {}

/** @throws StoryError with `sentence` unless `holds` */
export function expect(holds: unknown, sentence: string): asserts holds {
  if (!holds) throw new StoryError(sentence);
}

export const need = <T>(value: T | undefined): T => {
  expect(value !== undefined, 'An earlier step did not happen.');
  return value;
};

/** A verb typed on the machine, as a process of its own. */
export async function onTheMachine(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const child = spawn(process.execPath, [LAUNCH, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  return { code: code ?? -1, out, err };
}

export const CLAIM = 'CLM-0847';
const WAIT_MS = 120_000;
const LAUNCH = join(import.meta.dirname, '../launch.mjs');

/** Everything the insurer paid on a claim, in its own books. */
async function paymentsOn(insurerUrl: string, claim: string): Promise<{ micros: number }[]> {
  const client = new pg.Client({ connectionString: insurerUrl });
  await client.connect();
  const sql = 'SELECT amount_micros::float8 AS micros FROM payments WHERE claim = $1';
  return client
    .query<{ micros: number }>(sql, [claim])
    .then(({ rows }) => rows)
    .finally(() => client.end());
}

/** The cards that hang in the channels for all to see. */
function cardsIn({ workspace: { control }, stores }: Stack) {
  /** Once the card is in it: Teams is sent a message that announces the card first. */
  const messageOf = async (platform: 'slack' | 'teams', subject: string): Promise<string | null> =>
    (await stores.copies.ofSubject(EXAMPLE.tenant, subject)).find(
      (c) => c.platform === platform && c.person === null && c.shownVersion > 0,
    )?.message ?? null;
  return {
    messageOf,
    slackCard: async (id: string): Promise<SlackMessage> => {
      const ts = await messageOf('slack', id);
      const message = (await control.messages('slack')).find((m) => m.ts === ts);
      expect(message, `The card of ${id} is not in Slack's channel.`);
      return message;
    },
    teamsCard: async (id: string): Promise<TeamsMessage> => {
      const activity = await messageOf('teams', id);
      const message = (await control.messages('teams')).find((m) => m.id === activity);
      expect(message, `The card of ${id} is not in Teams' channel.`);
      return message;
    },
  };
}

/** What the story looks at: the chats as people see them, the insurer's books, and the store for what nobody sees. */
export async function createWorld(stack: Stack) {
  const { workspace, stores } = stack;
  const { control } = workspace;
  const { tenant } = EXAMPLE;
  // Another story may have been told here before: what people were shown then is no answer in this one.
  const shown = async ({ id }: CastMember) => [id, (await control.ephemerals(id)).length] as const;
  const seen = new Map<string, number>(await Promise.all(control.cast.map(shown)));

  const until = <T>(
    what: string,
    check: () => Promise<T | null | undefined | false>,
    waitMs = WAIT_MS,
  ): Promise<T> =>
    control.until(what, check, waitMs).catch((error: Error) => {
      throw new StoryError(error.message);
    });

  const approval = async (id: ApprovalId): Promise<ApprovalState> => {
    const state = await stores.approvals.get(tenant, id);
    expect(state, `The approval ${id} is not in the store.`);
    return state;
  };

  const hanging = cardsIn(stack);
  const { messageOf } = hanging;

  return {
    control,
    stores,
    tenant,
    until,
    approval,
    rehearsal: stack.rehearsal,
    env: stack.env,
    home: stack.home.dir,
    ...hanging,
    /** The words this person alone was shown since the last look, '' when none. */
    ephemeralsSince: async (id: CastId): Promise<string> => {
      const all = await control.ephemerals(id);
      const fresh = all.slice(seen.get(id) ?? 0);
      seen.set(id, all.length);
      return fresh.map((m) => m.text || wordsIn(m.blocks)).join('\n');
    },
    /** The approval that a run waits for now, once its card hangs in both chats. */
    cardsOf: (run: RunId): Promise<ApprovalId> =>
      until('the approval card in Slack and in Teams', async () => {
        const view = await stores.runs.view(tenant, run);
        const pending = view?.approvals.find((a) => a.status === 'pending');
        if (!pending) return null;
        const both = await Promise.all([messageOf('slack', pending.id), messageOf('teams', pending.id)]);
        return both.every(Boolean) ? pending.id : null;
      }),
    payments: (claim: string) => paymentsOn(stack.insurerUrl, claim),
    ledgerKinds: async (): Promise<string[]> => (await stores.ledger.recent(tenant, 500)).map((l) => l.kind),
    /** The run id that an answer names. */
    runIn: (text: string): RunId => {
      const found = /run_[0-9A-HJKMNP-TV-Z]{26}/.exec(text)?.[0];
      expect(found, `The answer names no run: ${text.slice(0, 200)}`);
      return RunId.parse(found);
    },
  };
}

export type World = Awaited<ReturnType<typeof createWorld>>;

/** The texts of blocks, without their markup. */
function wordsIn(value: unknown): string {
  if (Array.isArray(value)) return value.map(wordsIn).filter(Boolean).join(' ');
  if (value === null || typeof value !== 'object') return '';
  return Object.entries(value)
    .map(([key, item]) => (key === 'text' && typeof item === 'string' ? item : wordsIn(item)))
    .filter(Boolean)
    .join(' ');
}

/** Every text in a card of either chat, for looking for words in it. */
export const wordsOf = (card: unknown): string => JSON.stringify(card);
