import { wordsIn } from '../../cards/languages.ts';
import { ownTitle } from '../../cards/own-actions.ts';
import type { JsonObject } from '../../core/canonical-json.ts';
import type { OwnTool } from '../../core/own-actions.ts';
import type { Answered, CommandContext } from '../command.ts';
import { sayIn } from '../languages.ts';

const LONGEST_WHY = 300;

interface OwnQuestion {
  readonly tool: OwnTool;
  readonly args: JsonObject;
  readonly input: unknown;
  readonly why: string;
}

/**
 * Asks people to sign a change of Countersign itself. Who may ask and whether it could be done is judged by the store, in
 * the transaction that asks; a refusal is recorded by the gateway like any other.
 */
export async function askOwn(context: CommandContext, question: OwnQuestion): Promise<Answered> {
  const { stores, tenant, person, request } = context;
  const { tool, args, input, why } = question;
  const { platform } = request.caller;
  const company = wordsIn(await stores.people.languageOf(tenant));
  const opened = await stores.approvals.openOwn(tenant, {
    ...{ tool, args, input, labels: {}, requester: person, source: platform },
    title: ownTitle(company, { tool, args }),
    why: why.trim().slice(0, LONGEST_WHY) || company.own.tools[tool],
    dedupeKey: `${platform} ${request.requestKey}`,
  });
  if (!opened.ok) return { refusal: { reason: opened.reason, detail: opened.detail }, subject: tool };
  const title = ownTitle(wordsIn(person.language), { tool, args });
  return { kind: 'text', done: true, text: sayIn(person.language).ownAsked(title, opened.approval) };
}
