import { rowsOf } from './build.ts';
import { hardStories } from './stories-hard.ts';
import { hostileStories } from './stories-hostile.ts';
import { plainStories } from './stories-plain.ts';
import type { Rows } from './rows.ts';

/** Every claim that was written by hand because there is something to see in it. */
export const STORIES = [...plainStories, ...hardStories, ...hostileStories];

export const storyRows = (): Rows => rowsOf(STORIES);
