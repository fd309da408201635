import { approvalSuggestion, runSuggestion } from '../cards/suggestion.ts';
import type { ApprovalId } from '../core/ids.ts';
import type { RunView } from '../core/views.ts';
import type { CommandContext, Suggests } from './command.ts';
import { flaggedTo } from './visible-runs.ts';

/** The newest of everybody's are looked at, and of this person's own, which others may have pushed out. */
const LOOKED_AT = 100;
const OWN_LOOKED_AT = 25;

type May = (context: CommandContext, view: RunView, flagged: ReadonlySet<string>) => boolean;

interface Found {
  readonly views: readonly RunView[];
  readonly flagged: ReadonlySet<string>;
}

async function newest(context: CommandContext, about: string): Promise<Found> {
  const { stores, tenant, person } = context;
  const [latest, own] = await Promise.all([
    stores.runs.list(tenant, { limit: LOOKED_AT, about }),
    stores.runs.list(tenant, { requester: person.id, limit: OWN_LOOKED_AT, about }),
  ]);
  const found = new Map([...latest, ...own].map((view) => [view.run, view]));
  const views = [...found.values()].sort((a, b) => b.createdAtMs - a.createdAtMs || (a.run < b.run ? 1 : -1));
  return { views, flagged: await flaggedTo(context, views) };
}

/** Runs on which this person may use the verb, by the same rights that the command asks for. */
export const suggestRuns =
  (may: May): Suggests =>
  async (context, typed) => {
    const { views, flagged } = await newest(context, typed);
    return views
      .filter((view) => may(context, view, flagged))
      .map((view) => runSuggestion(view, Date.now(), context.person.language));
  };

/** Runs and what they asked for: every request of a run that is allowed, and single ones of a run that is not. */
export const suggestRunsAndApprovals =
  (may: {
    readonly run: May;
    readonly approval: (context: CommandContext, id: ApprovalId, flagged: ReadonlySet<string>) => boolean;
  }): Suggests =>
  async (context, typed) => {
    const { language } = context.person;
    const { views, flagged } = await newest(context, typed);
    return views.flatMap((view) => {
      const whole = may.run(context, view, flagged);
      const asked = view.approvals.filter(({ id }) => whole || may.approval(context, id, flagged));
      return [
        ...(whole ? [runSuggestion(view, Date.now(), language)] : []),
        ...asked.map((one) => approvalSuggestion(view, one, language)),
      ];
    });
  };
