import { setTimeout as sleep } from 'node:timers/promises';
import type { SlackFault } from '../../local/workspace/slack-api/faults.ts';
import type { Fault } from '../../local/workspace/teams-api/faults.ts';
import type { Stack } from '../stack/open-stack.ts';
import type { Dice } from './dice.ts';

const POSTING = ['chat.postMessage', 'chat.update'] as const;

/** What Slack does to the bot's calls: a storm of 429, 500s, broken connections, and answers lost after the message was there. */
function slackFault(dice: Dice): SlackFault {
  const on = dice.pick(POSTING);
  const times = Math.round(dice.between(1, 4));
  return dice.pick<SlackFault>([
    { on, kind: 'ratelimited', retryAfterSeconds: 1, times },
    { on, kind: 'ratelimited', retryAfterSeconds: 1, times },
    { on, kind: 'error', times },
    { on, kind: 'drop', times: 1 },
    { on: 'chat.postMessage', kind: 'lost-answer', times },
    { on: 'chat.update', kind: 'lost-answer', times },
  ]);
}

function teamsFault(dice: Dice): Fault {
  const times = Math.round(dice.between(1, 5));
  return dice.pick<Fault>([
    { on: 'any', status: 429, retryAfterSeconds: 1, times },
    { on: 'any', status: 500, times },
    { on: 'update', status: 412, times },
    { on: 'create', status: 504, afterwards: true, times },
    { on: 'update', status: 502, afterwards: true, times },
  ]);
}

export interface Storm {
  /** From here on both chats do as they are told, and deliver once. */
  stop(): Promise<void>;
}

/** Both chats misbehave, each in its turn, until `stop`; Slack sends every request of a person three times. */
export function raiseStorm({ workspace }: Stack, dice: Dice): Storm {
  const { slack, teams } = workspace;
  let over = false;
  slack.deliver.repeat?.(2);
  const blowing = (async () => {
    // Each gust takes the place of the last, so that they do not pile up to a chat that takes nothing at all.
    for (; !over; await sleep(dice.between(500, 2_000))) {
      slack.faults.clear();
      teams.faults.clear();
      slack.faults.add(slackFault(dice));
      teams.faults.add(teamsFault(dice));
    }
  })();
  return {
    async stop() {
      over = true;
      await blowing;
      slack.deliver.repeat?.(0);
      slack.faults.clear();
      teams.faults.clear();
    },
  };
}
