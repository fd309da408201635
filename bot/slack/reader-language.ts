import type { Logger } from 'pino';
import { languageOf, type Language } from '../../core/language.ts';
import type { PeopleStore } from '../../platform/stores.ts';
import type { Caller, Gateway, Outcome } from '../chat.ts';
import type { ClientsFor } from './clients.ts';
import { failureOf } from './web-api.ts';

/** A person changes the language of their Slack about never. */
const FRESH_MS = 24 * 3_600_000;
const MOST = 20_000;

export interface ReaderLanguage {
  /** What Slack last said of this account; null until it has. */
  readonly of: (caller: Caller) => Language | null;
  /** Asks Slack where it was not asked today, and keeps the answer for messages that answer no request. */
  readonly learn: (caller: Caller) => Promise<void>;
}

/**
 * Slack's requests do not say which language a person reads; `users.info` does
 * (https://docs.slack.dev/reference/methods/users.info, `include_locale`). It is asked beside the first answer, never
 * before one: a click has three seconds.
 */
export function createReaderLanguage(edges: {
  readonly clientsFor: ClientsFor;
  readonly people: Pick<PeopleStore, 'tenantOf' | 'identify' | 'rememberLanguage'>;
  readonly log: Logger;
  readonly now?: () => number;
}): ReaderLanguage {
  const { clientsFor, people, log, now = Date.now } = edges;
  const known = new Map<string, { readonly language: Language | null; readonly untilMs: number }>();
  const keyOf = ({ workspace, account }: Caller): string => `${workspace} ${account}`;
  return {
    of: (caller) => known.get(keyOf(caller))?.language ?? null,
    async learn(caller) {
      const key = keyOf(caller);
      const before = known.get(key);
      if (before !== undefined && before.untilMs > now()) return;
      if (known.size >= MOST) known.clear();
      // Marked first, so that ten clicks at once ask once.
      known.set(key, { language: before?.language ?? null, untilMs: now() + FRESH_MS });
      try {
        const { platform, workspace, account, homeWorkspace } = caller;
        const tenant = await people.tenantOf(platform, workspace);
        if (tenant === null) return;
        const at = { platform, workspace: homeWorkspace ?? workspace, account };
        // Of strangers nothing is asked.
        if (!(await people.identify(tenant, at)).ok) return;
        const client = (await clientsFor(workspace))?.usual;
        if (!client) return;
        const { user } = await client.users.info({ user: account, include_locale: true });
        const language = languageOf(user?.locale);
        known.set(key, { language, untilMs: now() + FRESH_MS });
        await people.rememberLanguage(tenant, at, language);
      } catch (error) {
        known.delete(key);
        log.info({ why: failureOf(error).why }, 'Slack did not say which language a person reads');
      }
    },
  };
}

/** The same gateway, told which language each caller reads as far as it is known; it learns beside the answer. */
export function speaking(
  gateway: Gateway,
  { of, learn }: ReaderLanguage,
  later: (work: Promise<void>) => void,
): Gateway {
  async function heard<R extends { readonly caller: Caller }>(
    request: R,
    ask: (request: R) => Promise<Outcome>,
  ): Promise<Outcome> {
    const outcome = await ask({ ...request, caller: { ...request.caller, language: of(request.caller) } });
    later(learn(request.caller));
    return outcome;
  }
  return {
    press: (pressed) => heard(pressed, (one) => gateway.press(one)),
    submit: (submitted) => heard(submitted, (one) => gateway.submit(one)),
    decide: (decision) => heard(decision, (one) => gateway.decide(one)),
    command: (request) => heard(request, (one) => gateway.command(one)),
    suggest: (request) => {
      later(learn(request.caller));
      return gateway.suggest({ ...request, caller: { ...request.caller, language: of(request.caller) } });
    },
    tenantOf: (platform, workspace) => gateway.tenantOf(platform, workspace),
  };
}
