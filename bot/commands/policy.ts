import { wordsIn } from '../../cards/languages.ts';
import { policyCard, simulationCard } from '../../cards/policy-card.ts';
import type { JsonObject } from '../../core/canonical-json.ts';
import { ApprovalId } from '../../core/ids.ts';
import { OWN } from '../../core/own-actions.ts';
import { changeArguments } from '../../core/policy-change.ts';
import type { Policy } from '../../core/policy-types.ts';
import { askFor } from '../ask-for.ts';
import type { Answered, Command, CommandContext } from '../command.ts';
import { namedAgent } from '../named-agent.ts';
import { askOwn } from '../own/ask-own.ts';
import { policyFields, readPolicyForm, type PolicyPart } from '../own/policy-form.ts';
import { refusal } from '../words.ts';

async function show({ stores, tenant, person, agents }: CommandContext, said: string): Promise<Answered> {
  const known = said === '' || said === OWN.agent ? null : namedAgent(agents, said);
  if (known !== null && 'reason' in known) return { refusal: known };
  const agent = said === '' ? null : (known?.name ?? OWN.agent);
  const view = await stores.policies.view(tenant);
  return { kind: 'card', done: true, audience: 'private', card: policyCard(view, agent, person.language) };
}

/** Of a past request, by the policy of now or the one that a second approval proposes. */
async function simulate(context: CommandContext, said: string, by: string): Promise<Answered> {
  const { stores, tenant, person, may } = context;
  if (!may('policy-simulate', {})) return { refusal: refusal('not_permitted', { verb: 'policy simulate' }) };
  const approval = ApprovalId.safeParse(said);
  const change = by === '' ? null : ApprovalId.safeParse(by);
  if (!approval.success || change?.success === false) return { refusal: refusal('not_found') };
  const view = await stores.policies.simulate(tenant, approval.data, change?.data ?? null);
  if (view === null) return { refusal: refusal('not_found') };
  return { kind: 'card', done: true, audience: 'private', card: simulationCard(view, person.language) };
}

function form({ person }: CommandContext, policy: Policy, part: PolicyPart): Answered {
  const say = wordsIn(person.language);
  const fields = policyFields(policy, part, person.language);
  if (fields === null) return { kind: 'text', done: false, text: say.own.tooLongForForm };
  const words = `change ${part === 'all' ? '' : part} from ${policy.version}`.replace('  ', ' ');
  const questions = {
    ...{ command: 'policy', words, title: say.own.changeTitle, fields },
    ...{ means: say.own.changeMeans, submit: say.own.ask },
  };
  return { kind: 'form', ...askFor(questions, person.language) };
}

const CHANGE = /^change(?:\s+(\d{1,3}|alerts))?(?:\s+from\s+(\d{1,9}))?\s*$/i;

async function change(context: CommandContext): Promise<Answered> {
  const { stores, tenant, person, request, may } = context;
  if (!may('change-policy', {})) return { refusal: refusal('not_permitted', { verb: 'policy change' }) };
  const policy = await stores.approvals.policy(tenant);
  if (policy === null) return { refusal: refusal('policy_unreadable') };
  const [, rule, from] = CHANGE.exec(request.words.trim()) ?? [];
  const part: PolicyPart =
    rule === undefined ? 'all' : rule.toLowerCase() === 'alerts' ? 'alerts' : Number(rule);
  if (typeof part === 'number' && policy.rules[part - 1] === undefined)
    return { refusal: refusal('not_found') };
  const { fields } = request;
  if (fields === undefined) return form(context, policy, part);
  // A form that was opened on an older version would undo what came between.
  if (from !== undefined && Number(from) !== policy.version)
    return { refusal: refusal('arguments_refused', { why: 'policy-stale' }) };
  const say = wordsIn(person.language);
  const read = readPolicyForm(policy, part, fields['rules'] ?? '', person.language);
  const invalid = (why: string): Answered => {
    const text = say.own.notJson(why);
    return { kind: 'invalid', text, fieldErrors: { rules: text } };
  };
  if (!read.ok) return invalid(read.why);
  const made = changeArguments(policy, read.policy);
  if (!made.ok)
    return {
      refusal: refusal('arguments_refused', {
        why: made.why === 'same' ? 'nothing-changed' : 'policy-too-long',
      }),
    };
  const args = made.args as unknown as JsonObject;
  return askOwn(context, {
    ...{ tool: 'change_policy', args, input: { policy: read.policy }, why: fields['why'] ?? '' },
  });
}

async function answer(context: CommandContext): Promise<Answered> {
  const [verb = '', first = '', second = ''] = context.request.words.trim().split(/\s+/);
  switch (verb.toLowerCase()) {
    case '':
    case 'show':
      return show(context, first.toLowerCase());
    case 'simulate':
      return simulate(context, first, second);
    case 'change':
      return change(context);
    default:
      return { refusal: refusal('bad_input', { nearest: 'policy show' }) };
  }
}

export const policy: Command = {
  name: 'policy',
  takes: '[show <agent>, simulate <approval> or change]',
  purpose: 'Who has to sign what, since when, and what it would have asked of an earlier request.',
  example: 'policy simulate apr_01JD9Q6Z3M7T5N4X8R2V6B1C0A',
  permission: 'policy-show',
  run: answer,
};
