import { parseArgs } from 'node:util';
import { start } from './start.ts';

/** `npm run teams:playground [-- --as ada]`: what `TEAMS_ALLOW_UNAUTHENTICATED=1 npm start` does, by a name to remember. */
export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { as: { type: 'string', default: 'robin' } } });
  return start({ ...process.env, TEAMS_ALLOW_UNAUTHENTICATED: '1' }, values.as);
}
