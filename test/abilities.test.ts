import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const DOCS = join(import.meta.dirname, '../docs');
const LINK = /\[([^\]]+)\]\(([^)]+\.test\.ts)\)/;

/** The rows of docs/abilities.md: what can be done, and the test that shows it in each chat. */
function readRows(): { ability: string; slack: string; teams: string }[] {
  const lines = readFileSync(join(DOCS, 'abilities.md'), 'utf8').split('\n');
  return lines.flatMap((line) => {
    const [, ability = '', slack = '', teams = ''] = line.split('|').map((cell) => cell.trim());
    return /^(\*\*|-|ability|$)/.test(ability) ? [] : [{ ability, slack, teams }];
  });
}

/** The test's file, which must hold a test of that name. */
function sourceOf(cell: string): string {
  const [, title, link] = LINK.exec(cell) ?? [];
  if (title === undefined || link === undefined) throw new Error(`No test is named: "${cell}".`);
  const file = join(DOCS, link);
  if (!existsSync(file)) throw new Error(`There is no ${link}.`);
  const source = readFileSync(file, 'utf8');
  if (!source.includes(title)) throw new Error(`${link} has no test "${title}".`);
  return source;
}

describe('docs/abilities.md', () => {
  const rows = readRows();
  it('names abilities', () => expect(rows.length).toBeGreaterThan(40));

  it.each(rows)('$ability: shown in Slack and in Teams', ({ slack, teams }) => {
    expect(sourceOf(slack)).toMatch(/slack/i);
    const inTeams = sourceOf(teams);
    expect(inTeams).toMatch(/teams/i);
    // One test for both chats is played in both.
    if (slack === teams) expect(inTeams).toMatch(/each\((BOTH|\[)|page-story|pane/);
  });
});
