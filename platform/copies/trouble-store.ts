import type { TroubleView } from '../../core/trouble.ts';
import type { Database } from '../database.ts';
import type { TroubleStore } from '../stores.ts';

const VIEW = `SELECT t.trouble AS id, t.version, t.platform, t.kind, t.why, t.workspace, t.conversation,
    (SELECT p.name FROM people p WHERE p.person = t.person) AS person,
    (extract(epoch FROM t.since) * 1000)::bigint AS "sinceMs",
    (extract(epoch FROM t.over_at) * 1000)::bigint AS "overMs"
  FROM chat_troubles t WHERE t.trouble = $1`;

/** What the chats refuse us. Only the copies' own store writes it, as it learns of it. */
export const createTroubleStore = (db: Database): TroubleStore => ({
  view: (tenant, trouble) =>
    db.inTenant(tenant, (tx) => tx.row<TroubleView>({ name: 'trouble', text: VIEW, values: [trouble] })),
});
