import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keepIn, openLasting, withoutStore } from '../../bin/eval/lasting.ts';
import type { EvalId } from '../../core/ids.ts';
import { TenantId } from '../../core/ids.ts';
import { openTestStores, type TestStores } from '../../test/test-stores.ts';
import { openAdmin } from '../tenants.ts';
import type { EvalResult, NewEval } from '../stores/evals.ts';

let t: TestStores;
const OTHER = TenantId.parse('saltmarsh');
beforeAll(async () => {
  t = await openTestStores();
  const admin = openAdmin({ appUrl: t.urls.appUrl });
  await admin.createTenant({ tenant: OTHER, name: 'Saltmarsh', workspaces: [] });
  await admin.close();
});
afterAll(() => t?.close());

const wanted: NewEval = {
  ...{
    agent: 'fraud-review',
    agentVersion: '1.1.0',
    promptHash: 'p1',
    casesHash: 'c1',
    model: 'rehearsal/claude',
  },
  ...{ rehearsal: true, source: 'command', requester: null, origin: {}, cases: 2 },
};
const NONE = { value: null, measured: 0, of: 12, why: 'away' };
const FIGURES = {
  ...{ faithfulness: NONE, answer_relevancy: NONE, context_precision: NONE, context_recall: NONE },
};
const result = (caseId: string, mark: number): EvalResult => ({
  ...{ caseId, kind: 'easy', mark, grades: [{ grader: 'score', mark, why: null }], failure: null, run: null },
  ...{ costMicros: 40, latencyMs: 12 },
});
async function done(change: Partial<NewEval>, ...marks: readonly number[]): Promise<EvalId> {
  const id = await t.stores.evals.start(t.tenant, { ...wanted, ...change });
  for (const [i, mark] of marks.entries())
    await t.stores.evals.saveResult(t.tenant, id, result(`case-${i}`, mark));
  await t.stores.evals.finish(t.tenant, id, { status: 'done' });
  return id;
}

describe('evaluations', () => {
  it('keep version, model, prompt and every mark; what is missing counts as 0', async () => {
    const id = await done({ cases: 3 }, 1, 0.5);
    expect(await t.stores.evals.view(t.tenant, id)).toMatchObject({
      ...{
        agentVersion: '1.1.0',
        promptHash: 'p1',
        casesHash: 'c1',
        model: 'rehearsal/claude',
        rehearsal: true,
      },
      ...{ status: 'done', mean: 0.5, marked: 2, costMicros: 80 },
    });
    expect(await t.stores.evals.marks(t.tenant, id)).toEqual({ 'case-0': 1, 'case-1': 0.5 });
  });

  it('keep the first mark of a case, and take none once they are over', async () => {
    const id = await t.stores.evals.start(t.tenant, wanted);
    await t.stores.evals.saveResult(t.tenant, id, result('a', 1));
    await t.stores.evals.saveResult(t.tenant, id, result('a', 0));
    expect(await t.stores.evals.finish(t.tenant, id, { status: 'failed' })).toBe(true);
    expect(await t.stores.evals.finish(t.tenant, id, { status: 'done' })).toBe(false);
    await t.stores.evals.saveResult(t.tenant, id, result('b', 1));
    expect(await t.stores.evals.marks(t.tenant, id)).toEqual({ a: 1 });
    expect(await t.stores.evals.view(t.tenant, id)).toMatchObject({ status: 'failed', mean: null });
  });

  it('are compared with the last one of the same kind of model that came to an end', async () => {
    const agent = 'siu-triage';
    const first = await done({ agent }, 1, 1);
    await done({ agent, rehearsal: false, model: 'claude-sonnet-5-5' }, 0, 0);
    const failed = await t.stores.evals.start(t.tenant, { ...wanted, agent });
    await t.stores.evals.finish(t.tenant, failed, { status: 'failed' });
    const now = await done({ agent }, 1, 0);
    expect((await t.stores.evals.before(t.tenant, { agent, rehearsal: true, eval: now }))?.eval).toBe(first);
    expect(await t.stores.evals.before(t.tenant, { agent, rehearsal: true, eval: first })).toBeNull();
  });

  it('of a command are kept here, and compared with the last that was good enough to pass', async () => {
    const cases = Array.from({ length: 12 }, (_, i) => `case-${i}`);
    const keep = (mark: number) =>
      keepIn(t.stores.evals, t.tenant, {
        wanted: { ...wanted, agent: 'letters', rehearsal: false, cases: cases.length },
        results: cases.map((caseId) => result(caseId, mark)),
        metrics: { judge: 'j', embedder: null, figures: FIGURES, costMicros: 7 },
      });
    const first = await keep(1);
    expect(first.comparison).toBeNull();
    expect((await keep(0.4)).comparison).toMatchObject({ verdict: 'worse', shared: 12 });
    const third = await keep(0.5);
    // not against the one that did not pass, beside which it would look better
    expect(third.comparison).toMatchObject({ verdict: 'worse' });
    const db = await t.as('superuser');
    const { rows } = await db.query(`SELECT comparison, metrics FROM eval_runs WHERE eval = $1`, [third.id]);
    expect(rows).toMatchObject([{ comparison: { difference: -0.5 }, metrics: { figures: FIGURES } }]);
    expect(await openLasting({}, undefined)).toBeNull();
    const half = { DATABASE_URL: t.urls.appUrl, LANG: 'C' };
    await expect(openLasting(half, undefined)).rejects.toThrow(/DATABASE_DISPATCHER_URL/);
    expect(withoutStore(half)).toEqual({ LANG: 'C' });
  });

  it('are nobody else’s', async () => {
    const id = await done({}, 1, 1);
    expect(await t.stores.evals.view(OTHER, id)).toBeNull();
    expect(await t.stores.evals.marks(OTHER, id)).toEqual({});
    await t.stores.evals.saveResult(OTHER, id, result('x', 1));
    expect(await t.stores.evals.finish(OTHER, id, { status: 'done' })).toBe(false);
    expect(await t.stores.evals.marks(t.tenant, id)).not.toHaveProperty('x');
  });
});
