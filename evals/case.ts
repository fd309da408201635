import { z } from 'zod';
import { GoldenCase } from '../core/evals/golden-case.ts';

export { GoldenCase };

/** Cases out of JSON lines. @throws Error that names the line that cannot be read. */
export function parseCases(jsonLines: string): GoldenCase[] {
  return jsonLines
    .split('\n')
    .map((line, i) => ({ line: line.trim(), number: i + 1 }))
    .filter(({ line }) => line !== '')
    .map(({ line, number }) => {
      const parsed = GoldenCase.safeParse(readJson(line, number));
      if (parsed.success) return parsed.data;
      throw new Error(`case on line ${number}: ${z.prettifyError(parsed.error)}`);
    });
}

function readJson(line: string, number: number): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new Error(`case on line ${number}: is not JSON`);
  }
}
