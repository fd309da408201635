import { grantsCard } from '../../cards/grants-card.ts';
import { wordsIn } from '../../cards/languages.ts';
import { ApprovalId, GrantId } from '../../core/ids.ts';
import { isOwn } from '../../core/own-actions.ts';
import type { ApprovalView } from '../../core/views.ts';
import { askFor } from '../ask-for.ts';
import type { Answered, Command, CommandContext } from '../command.ts';
import { sayIn } from '../languages.ts';
import { agentResource } from '../named-agent.ts';
import { askOwn } from '../own/ask-own.ts';
import { grantFields, readGrant } from '../own/grant-form.ts';
import { refusal } from '../words.ts';

const SHOWN = 50;

async function list({ stores, tenant, person }: CommandContext): Promise<Answered> {
  const view = await stores.grants.list(tenant, { limit: SHOWN });
  const card = grantsCard({ ...view, nowMs: Date.now() }, person.language);
  return { kind: 'card', done: true, audience: 'private', card };
}

function form({ person }: CommandContext, view: ApprovalView): Answered {
  const say = wordsIn(person.language);
  const questions = {
    ...{ command: 'grants', words: `new ${view.state.id}`, title: say.own.formTitle },
    ...{ fields: grantFields(view, person.language), means: say.own.formMeans, submit: say.own.ask },
  };
  return { kind: 'form', ...askFor(questions, person.language) };
}

/** From a request of the past or of now: what may be granted is what somebody saw. */
async function create(context: CommandContext, said: string): Promise<Answered> {
  const { stores, tenant, person, request, agents, may } = context;
  const id = ApprovalId.safeParse(said);
  if (said === '') return { kind: 'text', done: false, text: sayIn(person.language).noneToGrant };
  const view = id.success ? await stores.approvals.view(tenant, id.data) : null;
  if (view === null) return { refusal: refusal('not_found') };
  const agent = agents.find(({ name }) => name === view.agent);
  if (agent === undefined || isOwn(view.state.action) || view.state.effect !== 'reversible')
    return { refusal: refusal('grant_not_allowed'), subject: view.state.id };
  if (!may('create-grant', agentResource(agent)))
    return { refusal: refusal('not_permitted', { verb: 'grants new' }), subject: view.state.id };
  const { fields } = request;
  if (fields === undefined) return form(context, view);
  const read = readGrant(view, agent.owner, fields, { nowMs: Date.now(), language: person.language });
  if (!read.ok)
    return { kind: 'invalid', text: Object.values(read.errors).join(' '), fieldErrors: read.errors };
  const why = fields['why'] ?? '';
  return askOwn(context, { tool: 'create_grant', args: read.args, input: null, why });
}

async function revoke(context: CommandContext, said: string): Promise<Answered> {
  const { stores, tenant, person, may } = context;
  const id = GrantId.safeParse(said);
  const found = id.success ? await stores.grants.get(tenant, id.data) : null;
  if (found === null) return { refusal: refusal('not_found') };
  const { grant } = found;
  const on = { team: grant.request.team, owner: grant.askedBy, assigned: grant.signedBy.includes(person.id) };
  if (!may('revoke-grant', on))
    return { refusal: refusal('not_permitted', { verb: 'grants revoke' }), subject: grant.id };
  const ended = await stores.grants.revoke(tenant, grant.id, person.id);
  const say = sayIn(person.language);
  return { kind: 'text', done: true, text: ended ? say.grantRevoked(grant.id) : say.grantOver(grant.id) };
}

async function answer(context: CommandContext): Promise<Answered> {
  const [, verb = '', rest = ''] = /^\s*(\S*)\s*(\S*)/.exec(context.request.words) ?? [];
  if (verb === '') return list(context);
  if (verb.toLowerCase() === 'new') return create(context, rest);
  if (verb.toLowerCase() === 'revoke') return revoke(context, rest);
  return {
    refusal: refusal('bad_input', { nearest: verb.startsWith('r') ? 'grants revoke' : 'grants new' }),
  };
}

export const grants: Command = {
  name: 'grants',
  takes: '[new <approval> or revoke <grant>]',
  purpose: 'What is signed without asking anybody: its bounds, what is left, until when, who signed it.',
  example: 'grants new apr_01JD9Q6Z3M7T5N4X8R2V6B1C0A',
  permission: 'policy-show',
  run: answer,
};
