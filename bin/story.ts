import { parseArgs } from 'node:util';
import type { Stack } from './stack/open-stack.ts';
import { withThrowawayStack } from './stack/throwaway.ts';
import { OPERATE_STORY } from './story/operate.ts';
import { RUN_STORY } from './story/steps.ts';
import type { Story } from './story/story.ts';
import { createWorld } from './story/world.ts';

export interface Told {
  readonly story: string;
  readonly ok: boolean;
  readonly steps: readonly { title: string; ok: boolean; seen: string; ms: number }[];
}

/** Plays the story on a running stack and stops at the first step that fails. `tell` gets a line a step. */
export async function tellStory<P>(
  story: Story<P>,
  stack: Stack,
  tell: (line: string) => void,
): Promise<Told> {
  const world = await createWorld(stack);
  const plot = story.begin();
  const steps: { title: string; ok: boolean; seen: string; ms: number }[] = [];
  for (const { title, play } of story.steps) {
    const startedAt = Date.now();
    const [ok, seen] = await play(world, plot).then(
      (line) => [true, line] as const,
      (error: Error) => [false, error.message] as const,
    );
    steps.push({ title, ok, seen, ms: Date.now() - startedAt });
    tell(`${ok ? '✓' : '✗'} ${steps.length}. ${title}\n     ${seen}`);
    if (!ok) break;
  }
  return { story: story.name, ok: steps.length === story.steps.length && steps.every((s) => s.ok), steps };
}

/** Prints what came of it. @returns the exit code: 0 only if every step holds */
export function reportStory(told: Told, json: boolean): number {
  const failed = told.steps.find((s) => !s.ok);
  if (json) console.log(JSON.stringify(told));
  else if (failed) console.error(`The story failed at "${failed.title}": ${failed.seen}`);
  else console.log(`The whole story holds: ${told.steps.length} steps.`);
  return told.ok ? 0 : 1;
}

async function play<P>(story: Story<P>, say: (line: string) => void): Promise<Told> {
  say('Building a world of its own for the story ...');
  // What is told holds on a slow machine too, whose chats wait longer than the three seconds of the real ones.
  const env = { COUNTERSIGN_CHATS_WAIT_MS: '60000', ...story.env(process.env) };
  const options = { say, durable: false, env };
  return withThrowawayStack(options, (stack) => tellStory(story, stack, say));
}

/** `countersign story [operate] [--json]`: the main job headless, or an incident of it, in a world of its own. */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  });
  const [which = 'run', ...more] = positionals;
  const { json } = values;
  const say = (line: string) => (json ? console.error(line) : console.log(line));
  if (more.length === 0 && which === 'run') return reportStory(await play(RUN_STORY, say), json);
  if (more.length === 0 && which === 'operate') return reportStory(await play(OPERATE_STORY, say), json);
  console.error('countersign story [run|operate] [--json]');
  return 2;
}
