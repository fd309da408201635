import { describe, expect, it } from 'vitest';
import type { Delegation } from '../people.ts';
import { asks, at, HOUR, id, opened, PEOPLE, peopleMap, START } from './examples.ts';
import type { ApprovalState } from './types.ts';
import { actingFor, askedIn, countsFor, namedByRequester, resourceOf } from './who-may-sign.ts';

/** Mara lets Ben act for her from one hour after the request to three. */
const FROM = START + HOUR;
const UNTIL = START + 3 * HOUR;
const standing = (more: Partial<Delegation> = {}): Delegation => ({
  from: id('mara'),
  to: id('ben'),
  fromMs: FROM,
  untilMs: UNTIL,
  createdBy: id('mara'),
  createdAtMs: START,
  ...more,
});
const handed = (from: string, to: string, by = from): ApprovalState['delegations'][number] => ({
  from: id(from),
  to: id(to),
  by: id(by),
  atMs: START,
});
const withHanded = (...delegations: ApprovalState['delegations']): ApprovalState => ({
  ...opened(),
  delegations,
});

describe('for whom a person acts', () => {
  it.each([
    ['long before the window', START, null],
    ['just before the window', FROM - 1, null],
    ['as the window opens', FROM, id('mara')],
    ['within the window', FROM + HOUR, id('mara')],
    ['just before the window ends', UNTIL - 1, id('mara')],
    ['as the window ends', UNTIL, null],
    ['after the window', UNTIL + 1, null],
  ])('by a standing delegation, %s', (_, nowMs, expected) => {
    const ctx = at(opened(), nowMs, { delegations: [standing()] });
    expect(actingFor(opened(), ctx, id('ben'))).toBe(expected);
  });

  it('is for the delegate only, by a standing delegation or one of this request', () => {
    const ctx = at(opened(), FROM, { delegations: [standing()] });
    expect(actingFor(opened(), ctx, id('ada'))).toBeNull();
    const s = withHanded(handed('sofia', 'ben'));
    expect(actingFor(s, at(s), id('ben'))).toBe(id('sofia'));
    expect(actingFor(s, at(s), id('ada'))).toBeNull();
  });

  it('is whoever handed on this very request, before anybody else', () => {
    const s = withHanded(handed('sofia', 'ben'));
    expect(actingFor(s, at(s, FROM, { delegations: [standing()] }), id('ben'))).toBe(id('sofia'));
  });

  it.each(['robin', 'ben'])('is never the requester nor oneself: %s', (from) => {
    const ctx = at(opened(), FROM, { delegations: [standing({ from: id(from) })] });
    expect(actingFor(opened(), ctx, id('ben'))).toBeNull();
    const both = at(opened(), FROM, { delegations: [standing({ from: id(from) }), standing()] });
    expect(actingFor(opened(), both, id('ben'))).toBe(id('mara'));
    const s = withHanded(handed(from, 'ben'));
    expect(actingFor(s, at(s), id('ben'))).toBeNull();
  });
});

describe('whom the requester named', () => {
  it.each([
    ['handed on by the requester', handed('robin', 'ben'), true],
    ['handed on by somebody else in the name of the requester', handed('robin', 'ben', 'ines'), true],
    ['handed on by the requester in the name of somebody else', handed('mara', 'ben', 'robin'), true],
    ['handed on by somebody else', handed('mara', 'ben'), false],
    ['handed on by the requester to another', handed('robin', 'ada'), false],
  ])('in this request: %s', (_, delegation, expected) => {
    const s = withHanded(delegation);
    expect(namedByRequester(s, at(s), id('ben'))).toBe(expected);
    const among = withHanded(handed('sofia', 'ada'), delegation);
    expect(namedByRequester(among, at(among), id('ben'))).toBe(expected);
  });

  it.each<[string, Partial<Delegation>, boolean]>([
    ['from the requester', { from: id('robin') }, true],
    ['made by the requester', { createdBy: id('robin') }, true],
    ['of others', {}, false],
    ['from the requester to another', { from: id('robin'), to: id('ada') }, false],
  ])('in a standing delegation %s', (_, more, expected) => {
    const ctx = at(opened(), START, { delegations: [standing(more)] });
    expect(namedByRequester(opened(), ctx, id('ben'))).toBe(expected);
  });

  it.each([
    ['before the request', START - 1, false, false],
    ['with the request', START, true, true],
    ['while it waited', START + 1, true, true],
    ['as it was decided', START + HOUR, true, true],
    ['after it was decided', START + HOUR + 1, false, true],
  ])('counts when it was made %s', (_, createdAtMs, onceDecided, whilePending) => {
    const delegations = [standing({ from: id('robin'), createdAtMs })];
    const decided: ApprovalState = { ...opened(), status: 'approved', decidedAtMs: START + HOUR };
    const nowMs = START + 2 * HOUR;
    expect(namedByRequester(decided, at(decided, nowMs, { delegations }), id('ben'))).toBe(onceDecided);
    expect(namedByRequester(opened(), at(opened(), nowMs, { delegations }), id('ben'))).toBe(whilePending);
  });
});

describe('whose signature counts', () => {
  const who = askedIn(asks(2), 0, false);

  it.each([
    ['ada', true],
    ['sofia', true],
    ['robin', false],
    ['olga', false],
    ['fay', false],
    ['nobody', false],
  ])('%s: %s', (name, expected) => {
    expect(countsFor(opened(), at(opened()), id(name), who)).toBe(expected);
  });

  it('is that of nobody whom the requester named', () => {
    const s = withHanded(handed('robin', 'ada'));
    expect(countsFor(s, at(s), id('ada'), who)).toBe(false);
    expect(countsFor(s, at(s), id('ben'), who)).toBe(true);
  });

  it('is asked for by the stage, by the seniors too once escalated, by nobody in a stage that is not there', () => {
    const requirement = asks(1, {
      stages: [{ name: 'finance', quorum: 1, who: [{ kind: 'group', group: 'finance' }] }],
    });
    const finance = { kind: 'group', group: 'finance' };
    const seniors = { kind: 'group', group: 'seniors' };
    expect(askedIn(requirement, 0, false)).toEqual([finance]);
    expect(askedIn(requirement, 0, true)).toEqual([finance, seniors]);
    expect(askedIn(requirement, 1, false)).toEqual([]);
    expect(askedIn(requirement, 1, true)).toEqual([seniors]);
  });
});

describe('the approval as the roles table sees it', () => {
  const own = (tool: string, args: ApprovalState['action']['args']): ApprovalState =>
    opened(asks(1), { action: { ...opened().action, connector: 'countersign', tool, args } });

  it('is of the team of its requester, and as strict as can be where nothing is known', () => {
    expect(resourceOf(opened(), at(opened()), false)).toEqual({
      tenant: 'harbour',
      team: 'claims',
      owner: id('robin'),
      assigned: false,
      class: 'restricted',
      environment: 'production',
    });
    const strangers = at(opened(), START, { people: peopleMap(PEOPLE.filter((p) => p.id !== id('robin'))) });
    expect(resourceOf(opened(), strangers, true)).toMatchObject({ team: null, assigned: true });
  });

  it('is of the class and environment of its agent', () => {
    const known = at(opened(), START, { agentClass: 'standard', environment: 'sandbox' });
    expect(resourceOf(opened(), known, true)).toMatchObject({ class: 'standard', environment: 'sandbox' });
  });

  it.each([
    ['a grant', own('create_grant', { team: 'motor' }), 'motor'],
    ['a grant that names no team', own('create_grant', {}), null],
    ['a change of policy', own('change_policy', { team: 'motor' }), null],
    ['something of ours that is not known', own('close_shop', { team: 'motor' }), null],
  ])('is of the team that one of our own actions is about: %s', (_, s, team) => {
    expect(resourceOf(s, at(s), true).team).toBe(team);
  });
});
