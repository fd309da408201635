import { parseArgs } from 'node:util';
import { withOwnCases } from '../core/evals/own-cases.ts';
import { TenantId } from '../core/ids.ts';
import { Language } from '../core/language.ts';
import { nothingKnown, type ReadyEvidence } from '../core/ready/evidence.ts';
import { judgeReady } from '../core/ready/judge.ts';
import { readyMarkdown } from '../core/ready/report.ts';
import { EXAMPLE } from '../local/example/example.ts';
import { loadConfig } from '../platform/config.ts';
import { openReadiness, type ReadinessStore } from '../platform/evals/readiness.ts';
import { goldenSetOf } from '../workers/evals/golden-set.ts';
import { chosenAgents } from './eval/evaluate.ts';

const OPTIONS = { tenant: { type: 'string' }, language: { type: 'string', default: 'en' } } as const;

/** The store that the environment names; null where it names none. @throws Error when it names half of one */
function openNamed(env: NodeJS.ProcessEnv): ReadinessStore | null {
  if (!env['DATABASE_URL']) return null;
  const { database } = loadConfig(env, 'store');
  return openReadiness({ appUrl: database.appUrl ?? '' });
}

/**
 * `countersign ready <agent> [version] [--tenant TENANT] [--language en|de]`: the seven points of the production gate, each
 * with its evidence. Exit code 0 only if all seven are ok; what nobody measured is missing, which is not ok.
 */
export async function run(args: string[], env: NodeJS.ProcessEnv = process.env): Promise<number> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: OPTIONS });
  const [name = '', version] = positionals;
  const language = Language.parse(values.language);
  const tenant = values.tenant === undefined ? EXAMPLE.tenant : TenantId.parse(values.tenant);
  const agent = (await chosenAgents(name, version, env))?.[0];
  if (agent === undefined) return 2;
  const store = openNamed(env);
  try {
    const { contract } = agent;
    const evidence: ReadyEvidence = (await store?.evidence(tenant, contract)) ?? nothingKnown(Date.now());
    const own = (await store?.accepted(tenant, contract.name)) ?? [];
    const { promptHash, casesHash } = withOwnCases(contract, goldenSetOf(agent, false), own);
    const readiness = judgeReady(evidence, { contract, promptHash, casesHash });
    console.log(readyMarkdown(readiness, store !== null, language));
    console.log(JSON.stringify(readiness));
    return readiness.ready ? 0 : 1;
  } finally {
    await store?.close();
  }
}
