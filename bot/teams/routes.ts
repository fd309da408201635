import type { App } from '@microsoft/teams.apps';
import { Heard } from './activity.ts';
import { admit, type Admitted, type Answer, type GuardDeps } from './guard.ts';
import {
  handleDialogOpen,
  handleDialogSubmit,
  handleExecute,
  handleInstalled,
  handleMessage,
  type Admission,
  type HandlerDeps,
} from './handlers.ts';
import { handleSearch } from './search.ts';
import type { ServiceUrls } from './service-urls.ts';

export interface RouteDeps {
  readonly guard: GuardDeps;
  readonly handlers: HandlerDeps;
  readonly serviceUrls: ServiceUrls;
  readonly count: (result: string, reason: string) => void;
}

type Kind = Heard['type'];

/** Which of our handlers each of the SDK's routes leads to. */
export function registerRoutes(app: App, deps: RouteDeps): void {
  const on = <K extends Kind>(
    kind: K,
    handle: (deps: HandlerDeps, admission: Admission<Extract<Heard, { type: K }>>) => Promise<Answer>,
  ) => {
    return async ({ activity }: { activity: unknown }): Promise<never> => {
      const heard = Heard.parse({ ...(activity as object) });
      const admitted: Admitted = await admit(deps.guard, heard);
      if (!admitted.ok) {
        deps.count('refused', admitted.reason);
        deps.handlers.log.warn({ reason: admitted.reason }, 'a Teams activity was refused');
        return admitted.answer as never;
      }
      deps.serviceUrls.learn(admitted.workspace, heard.serviceUrl);
      deps.count('heard', heard.type === 'invoke' ? heard.name : heard.type);
      if (heard.type !== kind) throw new Error('the SDK took one kind of activity for another');
      const activityOfKind = heard as Extract<Heard, { type: K }>;
      const { tenant, workspace } = admitted;
      return (await handle(deps.handlers, { activity: activityOfKind, tenant, workspace })) as never;
    };
  };
  app.on('message', on('message', handleMessage));
  app.on('card.action', on('invoke', handleExecute));
  app.on('dialog.open', on('invoke', handleDialogOpen));
  app.on('dialog.submit', on('invoke', handleDialogSubmit));
  app.on('card.search', on('invoke', handleSearch));
  app.on('conversationUpdate', on('conversationUpdate', handleInstalled));
  app.on('installationUpdate', on('installationUpdate', handleInstalled));
}
