import type { Command } from '../command.ts';
import { ack } from './ack.ts';
import { agents } from './agents.ts';
import { cancel } from './cancel.ts';
import { candidates } from './candidates.ts';
import { costs } from './costs.ts';
import { deadLetters } from './dead-letters.ts';
import { delegate } from './delegate.ts';
import { explain } from './explain.ts';
import { escalate } from './escalate.ts';
import { digest } from './digest.ts';
import { evaluate } from './eval.ts';
import { grants } from './grants.ts';
import { help } from './help.ts';
import { inbox } from './inbox.ts';
import { link } from './link.ts';
import { note } from './note.ts';
import { oncall } from './oncall.ts';
import { passkeys } from './passkeys.ts';
import { pause } from './pause.ts';
import { policy } from './policy.ts';
import { rate } from './rate.ts';
import { reads } from './reads.ts';
import { ready } from './ready.ts';
import { replay } from './replay.ts';
import { resolve } from './resolve.ts';
import { resume } from './resume.ts';
import { review } from './review.ts';
import { rollback } from './rollback.ts';
import { roles } from './roles.ts';
import { run } from './run.ts';
import { runs } from './runs.ts';
import { silence } from './silence.ts';
import { stop } from './stop.ts';
import { trace } from './trace.ts';
import { verify } from './verify.ts';
import { whoami } from './whoami.ts';

/** Every verb, in the order of `help`. A test holds this to the folder. */
export const commands: readonly Command[] = [
  run,
  cancel,
  runs,
  trace,
  replay,
  rate,
  deadLetters,
  agents,
  pause,
  resume,
  rollback,
  review,
  explain,
  reads,
  evaluate,
  ready,
  candidates,
  stop,
  oncall,
  ack,
  escalate,
  note,
  silence,
  resolve,
  costs,
  digest,
  inbox,
  delegate,
  grants,
  policy,
  verify,
  whoami,
  passkeys,
  link,
  roles,
  help,
];
