import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { EXAMPLE } from '../example/example.ts';
import { PERSON_IDS, type CastId, type CastMember } from './cast-types.ts';

const PARTS: Readonly<Record<CastId, string>> = {
  robin: 'Requester',
  ada: 'Approver',
  ben: 'Approver',
  sofia: 'Senior approver',
  mara: 'Manager',
  ines: 'Admin',
  jonas: 'Admin',
  sam: 'Stranger',
};

interface Row {
  readonly email: string;
  readonly name: string;
  readonly slack_user: string;
  readonly entra_object: string;
  readonly time_zone: string;
}

const stranger: Row = {
  name: EXAMPLE.stranger.name,
  email: 'sam.stranger@elsewhere.example',
  slack_user: EXAMPLE.stranger.slackUser,
  entra_object: EXAMPLE.stranger.entraObject,
  time_zone: 'Europe/London',
};

/** Everyone of `local/example/people.csv` and the stranger, whom the product does not know. */
export function readCast(): CastMember[] {
  const file = join(import.meta.dirname, '../example/people.csv');
  const rows = [...(parse(readFileSync(file), { columns: true }) as Row[]), stranger];
  return PERSON_IDS.map((id) => {
    const row = rows.find((r) => r.email.startsWith(`${id}.`));
    if (!row) throw new Error(`local/example/people.csv has no ${id}`);
    return {
      ...{ id, part: PARTS[id], name: row.name, email: row.email, timeZone: row.time_zone },
      ...{
        slackUser: row.slack_user,
        slackHandle: row.email.split('@')[0] ?? id,
        entraObject: row.entra_object,
      },
    };
  });
}
