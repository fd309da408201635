import type { DigestId, PersonId } from '../../core/ids.ts';
import { directs, intend } from '../copies/intend.ts';
import type { TenantTx } from '../database.ts';

const WHO = `SELECT s.person FROM digest_posts d JOIN digest_subscriptions s USING (tenant, subscription)
  JOIN people p ON p.tenant = s.tenant AND p.person = s.person
  WHERE d.post = $1 AND s.ended_at IS NULL AND p.active`;

/** The channel that it was for is closed to us: whoever asked for it gets it directly, in the same chat where they have one. */
export async function intendDigestElsewhere(
  tx: TenantTx,
  post: DigestId,
  closed: { readonly platform: string },
): Promise<void> {
  const row = await tx.row<{ person: PersonId }>({ text: WHO, values: [post] });
  if (row === null) return;
  const places = await directs(tx, [row.person]);
  const here = places.filter(({ platform }) => platform === closed.platform);
  await intend(tx, { subject: post, version: 1 }, (here.length > 0 ? here : places).slice(0, 1));
}
