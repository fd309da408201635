import { CANDIDATE_WORDS, type CandidateField } from '../../cards/candidate-words.ts';
import { candidateForm, candidatesCard, type Drafted } from '../../cards/candidates-card.ts';
import type { AgentContract } from '../../core/contract.ts';
import { draftCase, type Candidate } from '../../core/evals/candidate.ts';
import { caseFaultSentence } from '../../core/evals/case-fault-words.ts';
import { faultsOf, type CaseFault } from '../../core/evals/case-faults.ts';
import type { GoldenCase } from '../../core/evals/golden-case.ts';
import { RunId } from '../../core/ids.ts';
import { withoutPersonalData } from '../../core/personal-data.ts';
import type { Answered, Command, CommandContext } from '../command.ts';
import { readCase } from '../read-case.ts';
import { refusal } from '../words.ts';

/** More than anybody goes through at once. */
const AT_MOST = 50;

/** What a person decides on: a run, the agent that it was of, and the case that it would be. */
interface Choice {
  readonly candidate: Candidate;
  readonly agent: AgentContract;
  readonly draft: GoldenCase;
}

const agentOf = ({ agents }: CommandContext, { agent }: Candidate): AgentContract | null =>
  agents.find(({ name }) => name === agent) ?? null;

const mayDecide = ({ may }: CommandContext): boolean => may('eval', { kind: 'eval' });

async function list(context: CommandContext): Promise<Answered> {
  const { stores, tenant, person } = context;
  const all = (await stores.golden.candidates(tenant, AT_MOST)).map((candidate): Drafted => {
    const agent = agentOf(context, candidate);
    return { candidate, draft: agent === null ? null : draftCase(agent, candidate, person.language) };
  });
  return { kind: 'card', done: true, audience: 'private', card: candidatesCard(all, person.language) };
}

const said = ({ person }: CommandContext, text: string): Answered => ({
  ...{ kind: 'text', done: true, text, language: person.language ?? 'en' },
});

async function decide(
  context: CommandContext,
  { run, agent }: Candidate,
  golden: GoldenCase | null,
  edited: boolean,
): Promise<Answered> {
  const { stores, tenant, person } = context;
  const words = CANDIDATE_WORDS[person.language ?? 'en'];
  const done = await stores.golden.decide(tenant, { run, agent, golden, edited, by: person.id });
  if (done.changed && done.ledgerSeq !== null)
    return said(
      context,
      golden === null ? words.dropped(done.ledgerSeq) : words.accepted(golden.id, done.ledgerSeq),
    );
  // somebody else was first; what they decided stays
  const before = await stores.golden.candidate(tenant, run);
  return said(context, words.before[before?.decided ?? 'dropped']);
}

/** The field in which a contradiction can be put right. */
const FIELD: Readonly<Record<CaseFault['what'], CandidateField>> = {
  'score-backwards': 'score',
  'refusal-and-score': 'score',
  'refusal-and-action': 'actions',
  'nothing-wanted': 'score',
  'id-twice': 'why',
  'two-ways': 'signals',
  input: 'why',
  'no-tool': 'actions',
  'no-recommendation': 'recommendations',
};

/** What a person wrote holds no more personal data than rules find, either. */
const cleaned = (golden: GoldenCase): GoldenCase => ({ ...golden, why: withoutPersonalData(golden.why) });

async function accept(context: CommandContext, { candidate, agent, draft }: Choice): Promise<Answered> {
  const { request, person } = context;
  const { language } = person;
  const isForm = request.fields?.['recommendations'] !== undefined;
  const read = isForm
    ? readCase(draft, request.fields ?? {}, language)
    : ({ ok: true, golden: draft } as const);
  if (!read.ok) return { kind: 'invalid', text: read.text, fieldErrors: { [read.field]: read.text } };
  const [fault] = faultsOf(agent, read.golden);
  if (fault !== undefined) {
    const text = caseFaultSentence(read.golden.id, fault, language);
    return isForm
      ? { kind: 'invalid', text, fieldErrors: { [FIELD[fault.what]]: text } }
      : said(context, text);
  }
  return decide(context, candidate, cleaned(read.golden), isForm);
}

function edit({ person }: CommandContext, { candidate, draft }: Choice): Answered {
  const form = candidateForm(candidate, draft, person.language);
  return { kind: 'form', form, binding: { copy: null, cardDigest: null } };
}

async function answer(context: CommandContext): Promise<Answered> {
  const { stores, tenant, request, person } = context;
  const [act = '', named = ''] = request.words.trim().split(/\s+/);
  if (!mayDecide(context)) return { refusal: refusal('not_permitted', { verb: 'candidates' }) };
  if (act === '') return list(context);
  if (!['accept', 'edit', 'drop'].includes(act.toLowerCase())) return { refusal: refusal('bad_input') };
  const id = RunId.safeParse(named);
  const found = id.success ? await stores.golden.candidate(tenant, id.data) : null;
  // Another tenant's, and a run that nobody minded, read alike.
  if (found === null) return { refusal: refusal('not_found') };
  const { candidate, decided } = found;
  if (decided !== null) return said(context, CANDIDATE_WORDS[person.language ?? 'en'].before[decided]);
  if (act.toLowerCase() === 'drop') return decide(context, candidate, null, false);
  const agent = agentOf(context, candidate);
  if (agent === null)
    return { refusal: refusal('unknown_agent', { agent: candidate.agent }), subject: candidate.run };
  const choice = { candidate, agent, draft: draftCase(agent, candidate, person.language) };
  return act.toLowerCase() === 'edit' ? edit(context, choice) : accept(context, choice);
}

export const candidates: Command = {
  name: 'candidates',
  takes: '[accept, edit or drop <run>]',
  purpose:
    'Live runs that people overrode or thought bad: accept one as a golden case, put it right first, or drop it.',
  example: 'candidates',
  permission: 'eval',
  run: answer,
};
