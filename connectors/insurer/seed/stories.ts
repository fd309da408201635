import { rowsOf } from './build.ts';
import { goldenHard } from './golden-hard.ts';
import { goldenPlain } from './golden-plain.ts';
import { hardStories } from './stories-hard.ts';
import { hostileStories } from './stories-hostile.ts';
import { plainStories } from './stories-plain.ts';
import type { Rows } from './rows.ts';
import { tellOf } from './telling.ts';

/** Every claim that was written by hand because there is something to see in it. */
export const STORIES = [
  ...plainStories,
  ...hardStories,
  ...hostileStories,
  ...[...goldenHard, ...goldenPlain].map(tellOf),
];

export const storyRows = (): Rows => rowsOf(STORIES);
