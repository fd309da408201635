import type { TestStores } from './test-stores.ts';

/**
 * What went wrong before came an hour ago: incidents of tests have nothing to do with each other, and would else be told
 * together, as those are that come within a few minutes.
 */
export async function letIncidentsBeApart(kit: Pick<TestStores, 'as'>): Promise<void> {
  const superuser = await kit.as('superuser');
  await superuser.query(`WITH c AS (UPDATE incident_conditions SET since = since - interval '1 hour')
    UPDATE incident_events SET at = at - interval '1 hour'`);
}
