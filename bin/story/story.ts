import type { World } from './world.ts';

/** `P`: what the steps hand on to each other. */
export interface StoryStep<P> {
  readonly title: string;
  /** Does it through the chats and looks at what came of it. @returns one line of what was seen @throws StoryError */
  readonly play: (world: World, plot: P) => Promise<string>;
}

export interface Story<P> {
  readonly name: string;
  /** What the product is started with, from the teller's own environment. */
  readonly env: (own: NodeJS.ProcessEnv) => NodeJS.ProcessEnv;
  readonly begin: () => P;
  readonly steps: readonly StoryStep<P>[];
}
