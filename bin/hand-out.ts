import { writeFileSync } from 'node:fs';

/** What a verb was asked for: into the file that `--out` names, else to stdout, where nothing else goes. */
export function handOut(text: string, out: string | undefined): void {
  if (out === undefined) process.stdout.write(text);
  else writeFileSync(out, text);
}

export const handOutJson = (value: object, out: string | undefined): void =>
  handOut(`${JSON.stringify(value)}\n`, out);
