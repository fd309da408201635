import { parseArgs } from 'node:util';
import { z } from 'zod';
import { agentVersions } from '../agents/index.ts';
import { readExplanation } from '../bot/explain/read-explanation.ts';
import { DOCUMENT_FORMATS, renderDocument } from '../cards/document/document.ts';
import { explanationCard } from '../cards/explanation-card.ts';
import { ApprovalId, TenantId } from '../core/ids.ts';
import { Language } from '../core/language.ts';
import { handOut } from './hand-out.ts';
import { withStores } from './open-stores.ts';

export const USAGE = `Usage: countersign explain <tenant> <apr_...> [--format text|markdown|html] [--language en|de] [--zone Europe/London] [--out FILE]

What was decided and why, in plain words, to be given to the person concerned. That it was read is noted.`;

const isZone = (zone: string): boolean => Intl.supportedValuesOf('timeZone').includes(zone) || zone === 'UTC';

const Asked = z.object({
  tenant: TenantId,
  approval: ApprovalId,
  format: z.enum(DOCUMENT_FORMATS).default('text'),
  language: Language.default('en'),
  zone: z.string().refine(isZone).default('UTC'),
  out: z.string().optional(),
});

function readArgs(args: string[]): z.infer<typeof Asked> | null {
  const text = { type: 'string' } as const;
  try {
    const { positionals, values } = parseArgs({
      ...{ args, allowPositionals: true },
      options: { format: text, language: text, zone: text, out: text },
    });
    const [tenant, approval, ...more] = positionals;
    return more.length > 0 ? null : Asked.parse({ tenant, approval, ...values });
  } catch {
    return null;
  }
}

/** `countersign explain`: a document for the person whom a decision concerns. */
export async function run(args: string[]): Promise<number> {
  const asked = readArgs(args);
  if (asked === null) {
    console.error(USAGE);
    return 2;
  }
  const { tenant, approval, format, language, zone, out } = asked;
  return withStores('explain', async (stores) => {
    const told = await readExplanation({ stores, versions: agentVersions }, tenant, approval);
    if (told === null) {
      console.error(`${approval}: there is no such request.`);
      return 1;
    }
    await stores.reads.note(tenant, {
      ...{ subject: told.approval, reader: 'operator', what: 'explanation', via: 'shell' },
    });
    handOut(renderDocument(explanationCard(told, language), format, zone), out);
    return 0;
  });
}
