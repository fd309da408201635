import { ConfigError } from '../config-error.ts';
import { loadConfig, type Config, type Program } from '../config.ts';
import { ok, wrong, type Finding } from './finding.ts';
import { FOUND, LINES } from './words.ts';

const PROGRAMS: readonly Program[] = ['bot', 'workers'];

function problemsOf(env: NodeJS.ProcessEnv, program: Program): readonly string[] {
  try {
    loadConfig(env, program);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

/** Variables come in families (SLACK_..., TEMPORAL_...): one that is wrong takes the others along. */
const familyOf = (name: string): string => name.split('_', 1)[0] ?? name;

function withoutFamilies(env: NodeJS.ProcessEnv, problems: readonly string[]): NodeJS.ProcessEnv {
  const families = new Set(problems.flatMap((p) => p.match(/\b[A-Z]+_[A-Z0-9_]+\b/g) ?? []).map(familyOf));
  return Object.fromEntries(Object.entries(env).filter(([name]) => !families.has(familyOf(name))));
}

/** One line for each thing that is missing or wrong, and the settings without it, so that the rest can be examined. */
export function examineEnvironment(env: NodeJS.ProcessEnv): { findings: Finding[]; config: Config } {
  const problems = [...new Set(PROGRAMS.flatMap((program) => problemsOf(env, program)))];
  const findings = problems.map((problem) => wrong(LINES.environment, problem, FOUND.setIt));
  // What is merely missing is no obstacle to reading the rest.
  const broken = problemsOf(env, 'none');
  return {
    findings: findings.length > 0 ? findings : [ok(LINES.environment, FOUND.complete)],
    config: loadConfig(broken.length > 0 ? withoutFamilies(env, broken) : env),
  };
}
