import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { languageOf, LANGUAGES, type Language } from '../core/language.ts';
import { ROLES, type Role } from '../core/people.ts';
import { whyNoChatId } from './chat-ids.ts';

const COLUMNS = [
  'email',
  'name',
  'roles',
  'team',
  'manager',
  'slack_team',
  'slack_user',
  'entra_tenant',
  'entra_object',
  'time_zone',
] as const;
type Column = (typeof COLUMNS)[number];
/** May be left out: who is not said to read a language reads their chat's. */
const OPTIONAL = 'language';

/** One person of a file, as it stands there. */
export interface ImportedPerson {
  readonly line: number;
  readonly email: string;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly team: string;
  /** The manager's email. */
  readonly manager: string | null;
  readonly slack: { readonly workspace: string; readonly account: string } | null;
  readonly teams: { readonly workspace: string; readonly account: string } | null;
  readonly timeZone: string;
  /** Null: not said. */
  readonly language: Language | null;
}

/** Every bad line of a file, each as a sentence that begins with its line number. Nothing was imported. */
export class PeopleRefusedError extends Error {
  readonly code = 'people_refused';
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(`Nothing was imported:\n${problems.map((p) => `  ${p}`).join('\n')}`);
    this.problems = problems;
  }
}

const isTimeZone = (zone: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
};

const Email = z.email();
type Row = Record<Column, string> & Partial<Record<typeof OPTIONAL, string>>;
type Say = (sentence: string) => void;

function readRoles(cell: string, say: Say): Role[] {
  const named = cell
    .split(';')
    .map((r) => r.trim().toLowerCase())
    .filter((r) => r !== '');
  if (named.length === 0) say(`has no role; use one or more of ${ROLES.join(', ')}, separated by ";".`);
  const known = named.filter((r): r is Role => (ROLES as readonly string[]).includes(r));
  for (const r of named)
    if (!known.includes(r as Role))
      say(`names the role "${r}", which does not exist; use ${ROLES.join(', ')}.`);
  return [...new Set(known)];
}

function readPair(row: Row, [place, account]: [Column, Column], say: Say) {
  const platform = place === 'slack_team' ? 'slack' : 'teams';
  for (const [column, part] of [
    [place, 'workspace'],
    [account, 'person'],
  ] as const) {
    const why = row[column] === '' ? null : whyNoChatId(platform, part, row[column]);
    if (why !== null) say(`has a wrong ${column}: ${why}`);
  }
  if (row[place] === '' && row[account] === '') return null;
  if (row[place] === '') say(`has ${account} but no ${place}.`);
  if (row[account] === '') say(`has ${place} but no ${account}.`);
  return { workspace: row[place], account: row[account] };
}

function readLanguage(cell: string, say: Say): Language | null {
  if (cell === '') return null;
  const language = languageOf(cell);
  if (language === null)
    say(`names the language "${cell}"; use ${LANGUAGES.join(' or ')}, or leave it empty.`);
  return language;
}

function readRow(row: Row, line: number, problems: string[]): ImportedPerson {
  const say: Say = (sentence) => problems.push(`Line ${line} ${sentence}`);
  if (!Email.safeParse(row.email).success) say(`has no valid email ("${row.email}").`);
  if (row.name === '') say('has no name.');
  if (row.team === '') say('has no team.');
  if (row.manager !== '' && !Email.safeParse(row.manager).success)
    say(`names the manager "${row.manager}", which is no email.`);
  const timeZone = row.time_zone || 'UTC';
  if (!isTimeZone(timeZone))
    say(`has the time zone "${timeZone}", which does not exist; use e.g. Europe/London.`);
  return {
    line,
    email: row.email.toLowerCase(),
    name: row.name.normalize('NFC'),
    roles: readRoles(row.roles, say),
    team: row.team,
    manager: row.manager === '' ? null : row.manager.toLowerCase(),
    slack: readPair(row, ['slack_team', 'slack_user'], say),
    teams: readPair(row, ['entra_tenant', 'entra_object'], say),
    timeZone,
    language: readLanguage(row[OPTIONAL] ?? '', say),
  };
}

/** The same email or the same chat account on two lines is nobody's or two people's. */
function findTwins(people: readonly ImportedPerson[], problems: string[]): void {
  const first = new Map<string, number>();
  const check = (key: string, what: string, line: number): void => {
    const before = first.get(key);
    if (before === undefined) first.set(key, line);
    else problems.push(`Line ${line} has the same ${what} as line ${before}.`);
  };
  for (const p of people) {
    check(`email ${p.email}`, 'email', p.line);
    if (p.slack) check(`slack ${p.slack.workspace} ${p.slack.account}`, 'Slack account', p.line);
    if (p.teams) check(`teams ${p.teams.workspace} ${p.teams.account}`, 'Entra account', p.line);
  }
}

interface Parsed {
  record: Record<string, string>;
  info: { lines: number };
}

function parseCsv(csv: string): Parsed[] {
  try {
    return parse(csv, {
      columns: (header: string[]) => header.map((h) => h.trim().toLowerCase()),
      info: true,
      bom: true,
      trim: true,
      skip_empty_lines: true,
    }) as unknown as Parsed[];
  } catch (error) {
    throw new PeopleRefusedError([`The file is not a CSV: ${(error as Error).message}`]);
  }
}

/**
 * Reads a people file: the ten columns in any order, `language` too where it is there, roles separated by ";".
 * @throws PeopleRefusedError with everything that is wrong, at once
 */
export function parsePeople(csv: string): ImportedPerson[] {
  const parsed = parseCsv(csv);
  const header = Object.keys(parsed[0]?.record ?? {});
  if (parsed.length === 0) throw new PeopleRefusedError(['The file has no people in it.']);
  const missing = COLUMNS.filter((c) => !header.includes(c));
  if (missing.length > 0) throw new PeopleRefusedError([`Line 1 lacks the columns ${missing.join(', ')}.`]);
  const problems: string[] = [];
  const people = parsed.map(({ record, info }) => readRow(record as Row, info.lines, problems));
  findTwins(people, problems);
  if (problems.length > 0) throw new PeopleRefusedError(problems);
  return people;
}
