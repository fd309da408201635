import type { Child } from '../../local/engines/child.ts';
import type { Say } from '../../local/engines/progress.ts';
import { openDoor } from '../../local/playground/door.ts';
import { connectorAt, startPlayground } from '../../local/playground/playground.ts';
import { readCast } from '../../local/workspace/cast.ts';
import type { CastMember } from '../../local/workspace/cast-types.ts';
import { openStack, type Stack, type StackOptions } from './open-stack.ts';
import { createUndo } from './undo.ts';

export interface PlaygroundChoice {
  readonly playgroundPort: number;
  readonly doorPort: number;
  /** Whose name the Playground's user goes by at first. */
  readonly as: string;
}

/** @throws Error naming those there are */
function castMember(cast: readonly CastMember[], as: string): CastMember {
  const found = cast.find(({ id }) => id === as);
  if (!found) throw new Error(`--as must be one of ${cast.map(({ id }) => id).join(', ')}.`);
  return found;
}

/** The whole product with Microsoft's Agents Playground as its Teams; Slack is the workspace's. */
export async function openStackWithPlayground(
  options: StackOptions,
  { playgroundPort, doorPort, as }: PlaygroundChoice,
): Promise<Stack & { readonly playgroundUrl: string }> {
  const cast = readCast();
  const me = castMember(cast, as);
  const undo = createUndo();
  const serviceUrl = connectorAt(playgroundPort);
  try {
    const stack = await openStack({ ...options, teamsServiceUrl: serviceUrl });
    undo.add(() => stack.stop());
    const door = await openDoor({
      ...{ port: doorPort, serviceUrl, cast, me, botMessagesUrl: `${stack.botUrl}/api/messages` },
      sign: (serviceurl) => stack.workspace.teams.issuer.signForBot({ serviceurl }),
    });
    undo.add(() => door.close());
    const started = await startIt(options.say, stack, {
      port: playgroundPort,
      door: door.messagesUrl,
      cast,
      me,
    });
    undo.add(() => started.stop());
    return { ...stack, playgroundUrl: started.url, stop: undo.run };
  } catch (error) {
    await undo.run();
    throw error;
  }
}

const startIt = (
  say: Say,
  stack: Stack,
  { port, door, cast, me }: { port: number; door: string; cast: readonly CastMember[]; me: CastMember },
): Promise<Child & { url: string }> =>
  startPlayground({ homeDir: stack.home.dir, port, messagesUrl: door, cast, me, say });
