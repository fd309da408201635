import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshDatabase } from '../../test/engines.ts';
import { insurer, prepareInsurer, seedInsurer } from './index.ts';

interface Answer {
  readonly isError?: boolean;
  readonly content: readonly { text: string }[];
  readonly structuredContent?: {
    data?: Record<string, never>;
    sources?: { citation: string; asOf: string | null }[];
    error?: { code: string; message: string };
    summary?: string;
    reference?: string;
  };
}

let client: Client;
let app: pg.Pool;
let owner: pg.Pool;
let ownerUrl: string;

beforeAll(async () => {
  const urls = await prepareInsurer(freshDatabase());
  ownerUrl = urls.ownerUrl;
  await seedInsurer(ownerUrl);
  app = new pg.Pool({ connectionString: urls.appUrl });
  owner = new pg.Pool({ connectionString: ownerUrl });
  const how = insurer.connect(() => urls.appUrl);
  if (how.transport !== 'stdio') throw new Error('expected stdio');
  client = new Client({ name: 'test', version: '0' });
  await client.connect(new StdioClientTransport({ command: how.command, args: [...how.args], env: how.env }));
});
afterAll(async () => {
  await client?.close();
  await app?.end();
  await owner?.end();
});

const call = async (name: string, args: object, key?: string): Promise<Answer> =>
  (await client.callTool({
    name,
    arguments: { ...args },
    ...(key && { _meta: { idempotencyKey: key, correlationId: key } }),
  })) as unknown as Answer;

const settle = (claim: string, pounds: number, ending: string) => ({
  claim,
  amount: { currency: 'GBP', micros: pounds * 1_000_000 },
  pay_to: `Policyholder, account ending ${ending}`,
  reason: 'Escape of water, invoice',
});
const paymentsOf = async (claim: string): Promise<number> =>
  (await owner.query('SELECT 1 FROM payments WHERE claim = $1', [claim])).rowCount ?? -1;

describe('the seed', () => {
  it('holds more than 300 claims on all lines and is the same when it is made again', async () => {
    const count = await owner.query<{ line: string; n: number }>(
      'SELECT k.line, count(*)::int AS n FROM claims JOIN causes k USING (cause) GROUP BY 1 ORDER BY 1',
    );
    expect(count.rows.map((r) => r.line)).toEqual(['contents', 'home', 'motor']);
    expect(count.rows.reduce((sum, r) => sum + r.n, 0)).toBeGreaterThan(300);
    const digest = `SELECT md5(string_agg(c::text, '|' ORDER BY claim)) AS claims,
      (SELECT md5(string_agg(d::text, '|' ORDER BY document)) FROM documents d) AS documents,
      (SELECT md5(string_agg(l::text, '|' ORDER BY l::text)) FROM party_links l) AS links FROM claims c`;
    const other = await prepareInsurer(freshDatabase());
    await seedInsurer(other.ownerUrl);
    const pool = new pg.Pool({ connectionString: other.ownerUrl });
    expect((await pool.query(digest)).rows).toEqual((await owner.query(digest)).rows);
    await pool.end();
  });

  it('does nothing the second time, and keeps what agents did', async () => {
    expect(await seedInsurer(ownerUrl)).toMatchObject({ seeded: false });
  });

  it('links only the parties that a story or chance meant to link', async () => {
    const links = await owner.query<{ claim: string }>('SELECT DISTINCT claim FROM party_links ORDER BY 1');
    expect(links.rows.map((r) => r.claim)).toEqual(
      expect.arrayContaining(['CLM-0790', 'CLM-0812', 'CLM-0836', 'CLM-0847']),
    );
    expect(links.rowCount).toBeLessThan(20);
  });
});

describe('the roles', () => {
  it.each([
    `DELETE FROM claims`,
    `UPDATE claims SET claimed_micros = 1`,
    `UPDATE documents SET content = ''`,
    `DELETE FROM actions`,
    `UPDATE actions SET summary = ''`,
    `TRUNCATE payments`,
    `CREATE TABLE mine (a int)`,
    `SET ROLE postgres`,
  ])('the server may not: %s', async (sql) => {
    await expect(app.query(sql)).rejects.toThrow(/permission denied|must be owner/);
  });

  it('lets no other role in', async () => {
    const { rows } = await owner.query<{ open: boolean }>(
      `SELECT has_database_privilege('pg_monitor', current_database(), 'CONNECT') AS open`,
    );
    expect(rows[0]?.open).toBe(false);
  });
});

describe('reading', () => {
  it('offers exactly the granted tools', async () => {
    const { tools } = await client.listTools();
    expect(tools.map((t) => t.name).sort()).toEqual(Object.keys(insurer.tools).sort());
    for (const tool of tools) {
      const labels = insurer.tools[tool.name]?.argumentLabels;
      if (labels) expect(Object.keys(labels)).toEqual(Object.keys(tool.inputSchema.properties ?? {}));
      expect(tool.inputSchema['additionalProperties']).toBe(false);
    }
  });

  it('tells the story of CLM-0847 with its sources', async () => {
    const claim = await call('get_claim', { claim: 'CLM-0847' });
    expect(claim.structuredContent).toMatchObject({
      data: {
        policy: 'POL-22913',
        claimed: { currency: 'GBP', micros: 6_180_000_000 },
        baseRate: { rate: 0.18 },
      },
      sources: [{ citation: 'CLM-0847', asOf: null }],
    });
    expect(JSON.parse(claim.content[0]?.text ?? '')).toEqual(claim.structuredContent);
    const links = await call('linked_parties', { claim: 'CLM-0847' });
    expect(links.structuredContent).toMatchObject({
      data: {
        links: [{ part: 'repair firm', shared: 'phone', linkedClaim: 'CLM-0790', linkedParty: 'PTY-118' }],
      },
      sources: [{ citation: 'PTY-118', asOf: 'synced 20 Nov 2026, 06:00 UTC' }],
    });
    const papers = await call('get_documents', { claim: 'CLM-0847' });
    expect(papers.structuredContent?.sources).toContainEqual({
      citation: 'DOC-3311',
      asOf: 'filed 19 Nov 2026',
      passage: expect.stringContaining('17 November') as string,
    });
    expect(papers.structuredContent).toMatchObject({ data: { missing: [] } });
    const history = await call('claim_history', { policy: 'POL-22913' });
    expect(history.structuredContent?.sources?.map((s) => s.citation)).toEqual(['CLM-0847', 'CLM-0312']);
    const policy = await call('get_policy', { policy: 'POL-22913' });
    expect(policy.structuredContent).toMatchObject({ data: { payTo: 'Policyholder, account ending 4471' } });
  });

  it('sees the same invoice on another claim, and papers that are missing', async () => {
    const twice = await call('get_documents', { claim: 'CLM-0826' });
    expect(JSON.stringify(twice.structuredContent)).toContain('"alsoFiledOn":[{"claim":"CLM-0768"');
    const missing = await call('get_documents', { claim: 'CLM-0851' });
    expect(missing.structuredContent).toMatchObject({ data: { missing: ['police report', 'receipt'] } });
  });

  it('says that a claim does not exist, and refuses arguments off schema', async () => {
    const none = await call('get_claim', { claim: 'CLM-9999' });
    expect(none).toMatchObject({ isError: true, structuredContent: { error: { code: 'not_found' } } });
    const typo = await call('get_claim', { claim: 'CLM-8847' });
    expect(typo.content[0]?.text).toContain('CLM-0847');
    expect((await call('get_claim', { claim: "CLM-0847' OR 1=1" })).isError).toBe(true);
    expect((await call('get_claim', { claim: 'CLM-0847', extra: 1 })).isError).toBe(true);
  });
});

describe('acting', () => {
  it('settles once, however often and however concurrently the same call comes', async () => {
    const args = settle('CLM-0847', 6180, '4471');
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => call('settle_claim', args, 'apr_settle')),
    );
    for (const answer of answers)
      expect(answer.structuredContent).toEqual({
        summary: '£6,180.00 to account ending 4471',
        reference: 'PAY-20931',
      });
    expect(await paymentsOf('CLM-0847')).toBe(1);
    const found = await call('find_action', { correlation_id: 'apr_settle' });
    expect(found.structuredContent).toMatchObject({ data: { found: true, reference: 'PAY-20931' } });
    const claim = await call('get_claim', { claim: 'CLM-0847' });
    expect(claim.structuredContent).toMatchObject({ data: { status: 'closed', outcome: 'paid' } });
  });

  it('pays one of two different calls for one claim', async () => {
    const args = settle('CLM-0849', 1240, '7710');
    const both = await Promise.all([
      call('settle_claim', args, 'apr_a'),
      call('settle_claim', args, 'apr_b'),
    ]);
    expect(both.filter((b) => b.isError)).toHaveLength(1);
    expect(both.find((b) => b.isError)?.structuredContent?.error?.code).toBe('claim_closed');
    expect(await paymentsOf('CLM-0849')).toBe(1);
  });

  it('refuses one key for two different calls', async () => {
    const first = await call('refer_to_siu', { claim: 'CLM-0812', reason: 'Shared bank account' }, 'apr_one');
    expect(first.structuredContent?.reference).toMatch(/^SIU-\d+$/);
    const other = await call('deny_claim', { claim: 'CLM-0812', reason: 'Shared bank account' }, 'apr_one');
    expect(other.structuredContent?.error?.code).toBe('key_reused');
  });

  it.each([
    ['over_sum_insured', settle('CLM-0819', 14_251, '6652')],
    ['wrong_payee', settle('CLM-0858', 48, '9999')],
    ['claim_closed', settle('CLM-0804', 10, '3349')],
    ['not_found', settle('CLM-9999', 10, '3349')],
    [
      'wrong_currency',
      { ...settle('CLM-0858', 48, '0318'), amount: { currency: 'EUR', micros: 48_000_000 } },
    ],
    ['bad_amount', { ...settle('CLM-0858', 48, '0318'), amount: { currency: 'GBP', micros: 48_000_001 } }],
  ])('refuses with %s and changes nothing', async (code, args) => {
    const answer = await call('settle_claim', args, `apr_${code}`);
    expect(answer).toMatchObject({ isError: true, structuredContent: { error: { code } } });
    expect(answer.content[0]?.text.length).toBeGreaterThan(10);
    const found = await call('find_action', { correlation_id: `apr_${code}` });
    expect(found.structuredContent).toMatchObject({ data: { found: false } });
  });

  it('refuses an action without a key', async () => {
    const answer = await call('deny_claim', { claim: 'CLM-0833', reason: 'Excluded' });
    expect(answer.structuredContent?.error?.code).toBe('key_missing');
  });

  it('denies, and then refuses to pay', async () => {
    const denied = await call(
      'deny_claim',
      { claim: 'CLM-0833', reason: 'Policy excludes wear' },
      'apr_deny',
    );
    expect(denied.structuredContent).toMatchObject({ summary: 'CLM-0833 denied', reference: 'DEN-3107' });
    const paid = await call('settle_claim', settle('CLM-0833', 10, '2204'), 'apr_later');
    expect(paid.structuredContent?.error?.code).toBe('claim_closed');
  });
});

describe('labels', () => {
  it('names the amount in the title, and nothing where there is none', () => {
    const { settle_claim: tool } = insurer.tools;
    const args = {
      claim: 'CLM-0847',
      amount: { currency: 'GBP', micros: 6_180_000_000 },
      pay_to: 'x',
      reason: 'y',
    };
    expect(tool?.titleOf?.(args)).toBe('Pay £6,180.00 on claim CLM-0847');
    expect(tool?.amountOf?.(args)).toEqual(args.amount);
    expect(tool?.amountOf?.({ amount: 'much' })).toBeNull();
  });
});
