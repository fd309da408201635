import express, { type Router } from 'express';
import { z } from 'zod';
import type { JsonObject } from '../../core/canonical-json.ts';
import { PERSON_IDS } from './cast-types.ts';
import type { Actor, Control } from './control.ts';
import { runExperiment } from './experiments.ts';
import { requireControlHeader } from './guard.ts';
import { streamLive, type LiveDeps } from './live.ts';
import type { Ledger } from './ledger.ts';
import { EXPERIMENTS } from './wire.ts';

const text = z.string().max(4_000);
const values = z.record(z.string(), text);
const json = z.record(z.string(), z.unknown()).transform((o) => o as JsonObject);
const As = z.enum(PERSON_IDS);

/** What the page may do in a person's name. */
const Act = z.discriminatedUnion('act', [
  z.object({ as: As, act: z.literal('slackSend'), text, channel: text }),
  z.object({ as: As, act: z.literal('slackClick'), ts: text, action: text, option: text.optional() }),
  z.object({ as: As, act: z.literal('slackSubmit'), view: text, values }),
  z.object({ as: As, act: z.literal('slackSuggest'), view: text, name: text, typed: text }),
  z.object({ as: As, act: z.literal('slackClose'), view: text }),
  z.object({ as: As, act: z.literal('slackHome') }),
  z.object({
    ...{ as: As, act: z.literal('slackClickInView'), view: text, action: text },
    option: text.optional(),
  }),
  z.object({ as: As, act: z.literal('teamsSend'), text, conversation: text, thread: text.nullable() }),
  z.object({
    ...{ as: As, act: z.literal('teamsSuggest'), conversation: text, message: text },
    ...{ dataset: text, typed: text },
  }),
  z.object({
    ...{ as: As, act: z.literal('teamsPress'), conversation: text, message: text },
    ...{ action: json, inputs: json },
  }),
]);
type Act = z.infer<typeof Act>;

async function perform(actor: Actor, act: Act): Promise<object> {
  switch (act.act) {
    case 'slackSend':
      if (act.text.startsWith('/')) return actor.slackCommand(act.text, act.channel);
      return (await actor.slackMessage(act.text, act.channel)).delivery ?? { ok: true };
    case 'slackClick':
      return actor.slackClick(act.ts, act.action, act.option ? { option: act.option } : {});
    case 'slackSubmit':
      return actor.slackSubmit(act.view, act.values);
    case 'slackSuggest':
      return actor.slackSuggest(act.view, act.name, act.typed);
    case 'slackClose':
      return (await actor.slackClose(act.view)) ?? { ok: true };
    case 'slackHome':
      return actor.slackHome();
    case 'slackClickInView':
      return actor.slackClickInView(act.view, act.action, act.option);
    case 'teamsSend':
      return actor.teamsMessage(act.text, act.conversation, act.thread);
    case 'teamsSuggest':
      return actor.teamsSuggest(
        { conversation: act.conversation, message: act.message },
        act.dataset,
        act.typed,
      );
    case 'teamsPress':
      return actor.teamsPress(
        { conversation: act.conversation, message: act.message },
        act.action,
        act.inputs,
      );
  }
}

export interface RouteDeps extends LiveDeps {
  readonly control: Control;
  readonly ledgerDoor: Ledger | null;
}

/** The page's own API, under `/control`: live updates, acting as a person, trying to break it, the ledger. */
export function createRoutes(deps: RouteDeps): Router {
  const { control, ledgerDoor } = deps;
  const router = express.Router();
  router.get('/live', async (req, res) => {
    const as = As.safeParse(req.query['as']);
    const me = deps.cast.find((c) => c.id === as.data);
    if (!me) return void res.status(400).json({ error: 'as: one of the example people' });
    await streamLive(deps, me, req, res);
  });
  router.get('/ledger', async (_req, res) => void res.json(await deps.ledger()));
  router.use(requireControlHeader, express.json({ limit: '200kb' }));
  router.post('/act', async (req, res) => {
    const act = Act.safeParse(req.body);
    if (!act.success) return void res.status(400).json({ error: z.prettifyError(act.error) });
    try {
      res.json(await perform(control.asPerson(act.data.as), act.data));
    } catch (error) {
      res.status(409).json({ error: error instanceof Error ? error.message : 'That did not work.' });
    }
  });
  router.post('/break', async (req, res) => {
    const what = z.object({ what: z.enum(EXPERIMENTS) }).safeParse(req.body);
    if (!what.success) return void res.status(400).json({ error: 'what: one of the experiments' });
    try {
      res.json(await runExperiment(control, what.data.what));
    } catch (error) {
      res.status(409).json({ error: error instanceof Error ? error.message : 'That did not work.' });
    }
  });
  router.post('/verify', async (_req, res) => {
    const answer = await ledgerDoor?.verify().catch(() => null);
    res.json(answer ?? { ok: false, sentence: 'The ledger cannot be read just now.' });
  });
  return router;
}
