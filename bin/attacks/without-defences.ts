import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { DEFENCES, type Defence } from './defences.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const LEFT_OUT = ['node_modules', '.git', '.countersign', '.stryker-tmp', 'coverage'];

const Report = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })),
    }),
  ),
});
interface Tally {
  readonly passed: number;
  readonly failed: number;
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/gu, '\\$&');
/** `attack 1` begins no `attack 12`. */
const nameOf = (attack: string): string => `${escaped(attack)}(?!\\d)`;

/** Plays the tests of some attacks in a copy of the source. @returns what became of each attack's own tests */
async function play(copy: string, defences: readonly Defence[]): Promise<(of: Defence) => Tally> {
  const files = [...new Set(defences.map(({ test }) => test))];
  const names = defences.map(({ attack }) => nameOf(attack)).join('|');
  const out = join(copy, 'attacks.json');
  rmSync(out, { force: true });
  await new Promise<void>((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [
        'node_modules/vitest/vitest.mjs',
        'run',
        ...files,
        '-t',
        names,
        '--reporter=json',
        `--outputFile=${out}`,
      ],
      { cwd: copy, stdio: 'ignore' },
    );
    child.once('error', reject);
    child.once('exit', () => resolve());
  });
  const { testResults } = Report.parse(JSON.parse(readFileSync(out, 'utf8')));
  return ({ attack, test }) => {
    const mine = testResults
      .filter(({ name }) => name.endsWith(test))
      .flatMap(({ assertionResults }) => assertionResults)
      .filter(({ fullName }) => new RegExp(nameOf(attack), 'u').test(fullName));
    const count = (status: string): number => mine.filter((one) => one.status === status).length;
    return { passed: count('passed'), failed: count('failed') };
  };
}

/** The source with the defence taken out. @throws when it does not stand there exactly once */
export function takenOut(source: string, { attack, file, from, to }: Defence): string {
  const [before, after, ...more] = source.split(from);
  if (before === undefined || after === undefined || more.length > 0)
    throw new Error(`The defence against ${attack} does not stand once in ${file}: name it anew.`);
  return `${before}${to}${after}`;
}

async function without(copy: string, defence: Defence): Promise<Tally> {
  const file = join(copy, defence.file);
  const source = readFileSync(file, 'utf8');
  writeFileSync(file, takenOut(source, defence));
  try {
    return (await play(copy, [defence]))(defence);
  } finally {
    writeFileSync(file, source);
  }
}

/**
 * Takes one defence at a time out of a copy of the source and plays its attack: the test must pass with the defence
 * and fail without it. The checkout itself is never touched.
 */
export async function attackWithoutDefences(): Promise<number> {
  const copy = mkdtempSync(join(tmpdir(), 'countersign-attacks-'));
  const wanted = (path: string): boolean => !LEFT_OUT.includes(relative(ROOT, path).split('/').at(0) ?? '');
  cpSync(ROOT, copy, { recursive: true, filter: wanted });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  try {
    const standing = await play(copy, DEFENCES);
    const seen: string[] = [];
    for (const defence of DEFENCES) {
      const [kept, gone] = [standing(defence), await without(copy, defence)];
      const ok = kept.passed > 0 && kept.failed === 0 && gone.failed > 0;
      if (ok) seen.push(defence.attack);
      const tests = `${kept.passed} passed and ${kept.failed} failed with it, ${gone.failed} failed without it`;
      console.log(`${ok ? 'ok  ' : 'FAIL'} ${defence.attack}: ${defence.what} (${defence.file}): ${tests}`);
    }
    const ok = seen.length === DEFENCES.length;
    console.log(
      JSON.stringify({ attacks: 'without defences', tried: DEFENCES.length, noticed: seen.length, ok }),
    );
    return ok ? 0 : 1;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
