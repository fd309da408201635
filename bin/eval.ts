import { parseArgs } from 'node:util';
import { reportJson, reportTable } from '../evals/report.ts';
import { chosenAgents, evaluate, type Evaluated } from './eval/evaluate.ts';
import { openLasting, type Lasting } from './eval/lasting.ts';

async function show(done: Evaluated, lasting: Lasting | null): Promise<boolean> {
  const { report, rehearsal, kept } = done;
  console.log(reportTable(report));
  if (rehearsal) console.log('Measured on the rehearsal model: this says nothing about a real one.');
  const stored = await lasting?.keep(kept);
  if (stored) console.log(`Kept as ${stored.id}.`);
  console.log(reportJson(report));
  return report.pass;
}

/**
 * `countersign eval [agent] [version] [--tenant TENANT]`: exit code 1 when the mean grader score of any agent is below its
 * threshold. Where the environment names a store, it is kept there.
 */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { tenant: { type: 'string' } },
  });
  const chosen = await chosenAgents(positionals[0], positionals[1], process.env);
  if (chosen === null) return 2;
  const lasting = await openLasting(process.env, values.tenant);
  try {
    let pass = true;
    for (const agent of chosen) {
      const done = await evaluate(agent, (line) => console.log(line));
      pass = (await show(done, lasting)) && pass;
    }
    return pass ? 0 : 1;
  } finally {
    await lasting?.close();
  }
}
