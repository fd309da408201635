import type { Action } from '../core/action.ts';
import type { Json } from '../core/canonical-json.ts';
import { GrantRequest, type Bound } from '../core/grants.ts';
import { RoleMapRequest } from '../core/identity/role-mapping.ts';
import { PolicyChange } from '../core/policy-change.ts';
import { Role } from '../core/people.ts';
import { RollBackRequest } from '../core/versions.ts';
import { argumentFacts, argumentText } from './arguments.ts';
import type { Fact } from './model.ts';
import { fact, instant, text } from './spans.ts';
import type { CardWords } from './words.ts';

/** The title of a request to change Countersign itself, in the reader's language. */
export function ownTitle(say: CardWords, { tool, args }: Pick<Action, 'tool' | 'args'>): string {
  if (tool === 'create_grant') return say.own.grantTitle(String(args['tool']), String(args['agent']));
  if (tool === 'roll_back_version')
    return say.own.rollBackTitle(
      String(args['agent']),
      String(args['from_version']),
      String(args['to_version']),
    );
  if (tool === 'map_role') {
    const title = args['change'] === 'unmap' ? say.own.unmapTitle : say.own.mapTitle;
    return title(String(args['group']), roleText(say, args['role']));
  }
  return say.own.policyTitle(String(args['from_version']), String(args['to_version']));
}

/** What one argument may be, in words. */
export function boundText(say: CardWords, bound: Bound): string {
  const shown = (value: unknown): string => argumentText(say, value as Json);
  switch (bound.kind) {
    case 'any':
      return say.own.any;
    case 'equal':
      return say.own.equal(shown(bound.value));
    case 'one_of':
      return say.own.oneOf(bound.values.map(shown).join('; '));
    case 'range':
      if (bound.min !== null && bound.max !== null)
        return say.own.between(shown(bound.min), shown(bound.max));
      return bound.min === null ? say.own.atMost(shown(bound.max)) : say.own.atLeast(shown(bound.min));
  }
}

export const sumText = (say: CardWords, { sum }: Pick<GrantRequest, 'sum'>): string =>
  sum === null
    ? say.own.noSum
    : say.own.sumAtMost(argumentText(say, { ...sum.amount }), sum.hours.toLocaleString(say.locale));

function grantFacts(say: CardWords, request: GrantRequest): Fact[] {
  const { agent, agent_version, connector, tool, tool_schema, team, bounds, uses, expires_at } = request;
  return [
    fact(say.own.agent, text(`${agent} ${agent_version}`)),
    fact(say.own.tool, text(`${tool} (${connector})`)),
    ...Object.entries(bounds).map(([name, bound]) => fact(name, text(boundText(say, bound)))),
    fact(say.own.uses, text(say.own.usesAtMost(uses.toLocaleString(say.locale)))),
    fact(say.own.sum, text(sumText(say, request))),
    fact(say.own.ends, instant(Date.parse(expires_at), 'deadline')),
    fact(say.own.team, text(team)),
    fact(say.own.schema, text(tool_schema)),
  ];
}

/** `#2 require.expireAfterMs: 96 h → 72 h` as label and value. */
function lineFact(line: string): Fact {
  const at = line.indexOf(': ');
  return at < 0 ? fact(line, text('')) : fact(line.slice(0, at), text(line.slice(at + 2)));
}

function policyFacts(say: CardWords, { from_version, to_version, digest, ...parts }: PolicyChange): Fact[] {
  return [
    fact(say.own.versions, text(`${from_version} → ${to_version}`)),
    ...[parts.changes, parts.changes_2, parts.changes_3, parts.changes_4].flatMap((part) =>
      part === undefined ? [] : part.split('\n').map(lineFact),
    ),
    fact(say.own.newDigest, text(digest)),
  ];
}

export const percentText = (say: CardWords, percent: number): string =>
  (percent / 100).toLocaleString(say.locale, { style: 'percent' });

function rollBackFacts(say: CardWords, request: RollBackRequest): Fact[] {
  const { agent, environment, team, from_version, share, to_version, revision } = request;
  return [
    fact(say.own.agent, text(agent)),
    fact(say.own.now, text(say.own.playedNow(from_version, percentText(say, share)))),
    fact(say.own.newRuns, text(say.own.playedBy(to_version))),
    fact(say.own.begun, text(say.own.keepVersion)),
    fact(say.own.environment, text(environment)),
    fact(say.own.team, text(team)),
    fact(say.own.revision, text(String(revision))),
  ];
}

/** A role as its reader calls it; what is none is shown as it is. */
const roleText = (say: CardWords, role: unknown): string => {
  const known = Role.safeParse(role);
  return known.success ? say.rights.roles[known.data] : String(role);
};

function mapFacts(say: CardWords, { change, source, group, role, team }: RoleMapRequest): Fact[] {
  return [
    fact(say.own.source, text(say.own.sources[source])),
    fact(say.own.group, text(group)),
    fact(say.own.role, text(roleText(say, role))),
    fact(say.own.reach, text(team ?? say.own.ownTeam)),
    fact(say.own.change, text(change === 'map' ? say.own.mapped : say.own.unmapped)),
  ];
}

/** Everything that is signed, in the reader's words; what this version cannot read is shown as it is. */
export function ownFacts(say: CardWords, { tool, args }: Pick<Action, 'tool' | 'args'>): Fact[] {
  const grant = tool === 'create_grant' ? GrantRequest.safeParse(args).data : undefined;
  if (grant) return grantFacts(say, grant);
  const back = tool === 'roll_back_version' ? RollBackRequest.safeParse(args).data : undefined;
  if (back) return rollBackFacts(say, back);
  const mapping = tool === 'map_role' ? RoleMapRequest.safeParse(args).data : undefined;
  if (mapping) return mapFacts(say, mapping);
  const change = tool === 'change_policy' ? PolicyChange.safeParse(args).data : undefined;
  return change ? policyFacts(say, change) : argumentFacts(say, args, {}, null);
}
