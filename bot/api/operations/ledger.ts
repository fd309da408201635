import { z } from 'zod';
import { verifiable } from '../../verifiable.ts';
import { noteRead } from '../../note-read.ts';
import { refusal } from '../../words.ts';
import { operation, viaOf } from '../operation.ts';
import { NONE } from '../views.ts';

const Verified = z
  .object({
    ok: z.boolean(),
    what: z.string(),
    entries: z.int(),
    checkpoints: z.int().describe('Signed checkpoints that agree with it.'),
    broken: z.string().nullable().describe('The first thing that is wrong, in words.'),
    head: z.string(),
  })
  .meta({ id: 'Verification' });

export const verify = operation({
  ...{
    id: 'verifyLedger',
    tool: 'verify_ledger',
    method: 'GET',
    path: '/ledger/verification',
    permission: 'verify',
  },
  summary: 'Recomputes the ledger and says whether it holds: all of it, or of one run or approval.',
  ...{ params: NONE, body: NONE, output: Verified },
  query: z.strictObject({
    of: z.string().max(100).optional().describe('run_… or apr_…; missing: everything.'),
  }),
  run: async (context, { of }) => {
    const { stores, tenant, person, may } = context;
    const what = of === undefined ? undefined : await verifiable(context, of);
    if (what !== undefined && typeof what !== 'string') return what;
    if (what === undefined && !may('verify', {}))
      return { refusal: refusal('not_permitted', { verb: 'verify' }), subject: tenant };
    const { language, timeZone } = person;
    await noteRead(context, viaOf(context), 'verification', what ?? tenant);
    const view = await stores.ledger.verify(tenant, what, { ...(language ? { language } : {}), timeZone });
    const { ok, entries, checkpoints = 0, broken, head } = view;
    return { body: { ok, what: view.what, entries, checkpoints, broken, head } };
  },
});

const Entry = z
  .object({
    seq: z.int(),
    at: z.iso.datetime(),
    kind: z.string(),
    subject: z.string(),
    header: z.string().describe('RFC 8785 text; its leaf hash is SHA-256 of a zero byte and this.'),
    entry_hash: z.string(),
    body: z
      .record(z.string(), z.unknown())
      .nullable()
      .optional()
      .describe(
        'With bodies=true. What was erased is named in it under "erased"; null: it was exported and dropped after its time.',
      ),
  })
  .meta({ id: 'LedgerEntry' });

export const listEntries = operation({
  ...{
    id: 'listLedgerEntries',
    tool: 'list_ledger_entries',
    method: 'GET',
    path: '/ledger/entries',
    permission: 'export',
  },
  summary: 'The ledger’s entries in their order, to follow it or to check it elsewhere. For Admins.',
  ...{ params: NONE, body: NONE },
  query: z.strictObject({
    after: z.coerce.number().int().min(0).default(0).describe('next_after of the page before.'),
    limit: z.coerce.number().int().min(1).max(1_000).default(200),
    bodies: z.enum(['true', 'false']).default('false').describe('With what each entry says.'),
  }),
  output: z.object({ entries: z.array(Entry), next_after: z.int() }),
  run: async (context, { after, limit, bodies }) => {
    const { stores, tenant, may } = context;
    if (!may('export', {})) return { refusal: refusal('not_permitted', { verb: 'export' }), subject: tenant };
    await noteRead(context, viaOf(context), bodies === 'true' ? 'export' : 'entries', tenant);
    const page =
      bodies === 'true'
        ? await stores.ledger.whole(tenant, { after, limit })
        : await stores.ledger.headers(tenant, { after, limit });
    const entries = page.map(({ seq, atMs, kind, subject, header, entryHash, ...rest }) => ({
      ...{ seq, at: new Date(atMs).toISOString(), kind, subject, header, entry_hash: entryHash },
      ...('body' in rest ? { body: rest.body } : {}),
    }));
    return { body: { entries, next_after: page.at(-1)?.seq ?? after } };
  },
});
