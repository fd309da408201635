import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The blocks of a page of docs/guides that are to be typed, as they stand there. */
export function blocksOf(page: string, kind: 'sh' | 'bash'): string[] {
  const text = readFileSync(join(import.meta.dirname, `../docs/guides/${page}.md`), 'utf8');
  return [...text.matchAll(new RegExp(`^\`\`\`${kind}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(
    ([, block = '']) => block,
  );
}

/**
 * Types blocks into a shell of its own, in a folder with these files, to the end, whatever the shell says meanwhile: as
 * somebody does who pastes a whole page.
 * @throws the error of `execFile`, with `stdout` and `stderr`, when the shell ends with another code than 0
 */
export async function typeBlocks(
  blocks: readonly string[],
  files: Readonly<Record<string, string>>,
): Promise<string> {
  const cwd = mkdtempSync(join(tmpdir(), 'countersign-typed-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
  try {
    return await new Promise((resolve, reject) => {
      const shell = execFile('bash', [], { cwd }, (error, stdout, stderr) => {
        if (error) reject(Object.assign(error, { stdout, stderr }));
        else resolve(stdout);
      });
      // The shell may end before it has read everything.
      shell.stdin?.on('error', () => {});
      shell.stdin?.end(blocks.join('\n'));
    });
  } finally {
    rmSync(cwd, { recursive: true });
  }
}
