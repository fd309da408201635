import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { pythonWith } from '../../local/engines/python.ts';

const REQUIREMENTS = join(import.meta.dirname, 'requirements.txt');

export interface Sent {
  readonly chat: 'slack' | 'teams';
  readonly kind: 'message' | 'modal' | 'home';
  readonly name: string;
  readonly body: unknown;
}

/** @returns a line for each card that a validator refuses, with what it says */
export async function refusedBy(cards: readonly Sent[]): Promise<string[]> {
  const python = await pythonWith('validators', REQUIREMENTS, (line) => console.error(line));
  const child = spawn(python, [join(import.meta.dirname, 'validate.py')]);
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  child.stdin.end(cards.map((card) => `${JSON.stringify(card)}\n`).join(''));
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`The validators did not run: ${err.slice(-800)}`);
  return out.split('\n').filter(Boolean);
}
