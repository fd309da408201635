import { reportJson, reportTable } from '../evals/report.ts';
import { chosenAgents, evaluate } from './eval/evaluate.ts';

/** `countersign eval [agent]`: exit code 1 when the mean grader score of any agent is below its threshold. */
export async function run(args: string[]): Promise<number> {
  const chosen = chosenAgents(args[0]);
  if (chosen === null) return 2;
  let pass = true;
  for (const agent of chosen) {
    const { report, rehearsal } = await evaluate(agent, (line) => console.log(line));
    console.log(reportTable(report));
    if (rehearsal) console.log('Measured on the rehearsal model: this says nothing about a real one.');
    console.log(reportJson(report));
    pass = report.pass && pass;
  }
  return pass ? 0 : 1;
}
