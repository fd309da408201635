import type { Stack } from './stack/open-stack.ts';
import { withThrowawayStack } from './stack/throwaway.ts';
import { STORY } from './story/steps.ts';
import { createWorld } from './story/world.ts';

export interface Told {
  readonly ok: boolean;
  readonly steps: readonly { title: string; ok: boolean; seen: string; ms: number }[];
}

/** Plays the story on a running stack and stops at the first step that fails. `tell` gets a line a step. */
export async function tellStory(stack: Stack, tell: (line: string) => void): Promise<Told> {
  const world = createWorld(stack);
  const plot = {};
  const steps: { title: string; ok: boolean; seen: string; ms: number }[] = [];
  for (const { title, play } of STORY) {
    const startedAt = Date.now();
    const [ok, seen] = await play(world, plot).then(
      (line) => [true, line] as const,
      (error: Error) => [false, error.message] as const,
    );
    steps.push({ title, ok, seen, ms: Date.now() - startedAt });
    tell(`${ok ? '✓' : '✗'} ${steps.length}. ${title}\n     ${seen}`);
    if (!ok) break;
  }
  return { ok: steps.length === STORY.length && steps.every((s) => s.ok), steps };
}

/** Prints what came of it. @returns the exit code: 0 only if every step holds */
export function reportStory(told: Told, json: boolean): number {
  const failed = told.steps.find((s) => !s.ok);
  if (json) console.log(JSON.stringify({ story: 'run', ...told }));
  else if (failed) console.error(`The story failed at "${failed.title}": ${failed.seen}`);
  else console.log(`The whole story holds: ${told.steps.length} steps.`);
  return told.ok ? 0 : 1;
}

/** `countersign story [--json]`: the main job headless, in a world of its own. */
export async function run(args: string[]): Promise<number> {
  const json = args.includes('--json');
  const say = (line: string) => (json ? console.error(line) : console.log(line));
  say('Building a world of its own for the story ...');
  const told = await withThrowawayStack({ say, durable: false }, (stack) => tellStory(stack, say));
  return reportStory(told, json);
}
