import { parseArgs } from 'node:util';
import { examine } from './doctor/examine.ts';
import { printFindings } from './doctor/print.ts';

export const USAGE = `countersign doctor [--url https://bot.example.com]
Reads the environment of the bot and the workers. With --url, the address is tried as Slack and Teams would use it.`;

/** `countersign doctor`: what is set up, line by line, and what to do. Exit code 1 when anything is wrong. */
export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { url: { type: 'string' } } });
  if (values.url !== undefined && !/^https?:\/\//.test(values.url)) {
    console.error(USAGE);
    return 2;
  }
  const url = values.url?.replace(/\/+$/, '') ?? null;
  const findings = await examine({ env: process.env, url });
  console.log(printFindings(findings, process.env));
  const wrong = findings.filter(({ state }) => state === 'wrong').length;
  console.log(wrong === 0 ? '\nNothing is wrong.' : `\n${wrong} wrong.`);
  return wrong === 0 ? 0 : 1;
}
