import { timingSafeEqual } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import express, { type Response, type Router } from 'express';
import { refuse, word, type Answer } from './answer.ts';
import type { ApiContext } from './context.ts';
import type { SlackFaults } from './faults.ts';
import { useHook } from './hooks.ts';
import { METHODS } from './methods/index.ts';
import type { Rates } from './rates.ts';
import { readBody, readBytes, readCall, type ReadCall } from './request.ts';
import { manifestScopes, whyNotGranted } from './scopes.ts';

const sameSecret = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

/** One method takes an app token, every other the bot's. */
function whyWrongToken(
  method: string,
  token: string,
  { app, installation, oauth }: ApiContext,
): string | null {
  const grant = oauth?.grant(token);
  if (grant) {
    if (grant.revoked) return 'token_revoked';
    if (grant.expiresAtMs !== null && grant.expiresAtMs <= Date.now()) return 'token_expired';
    return method === 'apps.connections.open' ? 'not_allowed_token_type' : null;
  }
  const isApp = app.appToken !== undefined && sameSecret(token, app.appToken);
  const isBot = sameSecret(token, app.botToken);
  if (!isApp && !isBot) return 'invalid_auth';
  if (isBot && !installation.installed) return 'account_inactive';
  return isApp === (method === 'apps.connections.open') ? null : 'not_allowed_token_type';
}

async function answerCall(
  name: string,
  { call, authorization }: { readonly call: ReadCall; readonly authorization: string | undefined },
  context: ApiContext,
  rates: Rates,
): Promise<Answer | { retryAfterSeconds: number }> {
  if (name === 'oauth.v2.access' && call.ok)
    return context.oauth?.access(call.args, authorization) ?? refuse('invalid_client_id');
  const method = Object.hasOwn(METHODS, name) ? METHODS[name] : undefined;
  if (!method) return { ...refuse('unknown_method'), req_method: name } as Answer;
  if (!call.ok) return refuse(call.error);
  if (!call.token) return refuse('not_authed');
  const wrong = whyWrongToken(name, call.token, context);
  if (wrong !== null) return refuse(wrong);
  const channel = typeof call.args['channel'] === 'string' ? call.args['channel'] : null;
  const retryAfterSeconds = rates.take(name, channel);
  if (retryAfterSeconds !== null) return { retryAfterSeconds };
  const ungranted = whyNotGranted(name, call.args, context.app.scopes ?? manifestScopes());
  if (ungranted !== null) return ungranted;
  const grant = context.oauth?.grant(call.token) ?? null;
  // The one workspace that is played here; in any other, the app knows nobody and no channel.
  if (grant !== null && grant.team !== context.app.team && !name.startsWith('auth.'))
    return refuse(name === 'users.info' ? 'user_not_found' : 'channel_not_found');
  const app = grant === null ? context.app : { ...context.app, team: grant.team, teamName: grant.name };
  const answer = await method(call.args, { ...context, app, token: call.token });
  return call.warning ? ({ ...answer, warning: call.warning } as Answer) : answer;
}

function limited(res: Response, seconds: number | null): void {
  if (seconds !== null) res.set('retry-after', String(seconds));
  res.status(429).json({ ok: false, error: 'ratelimited' });
}

/** The channel and the people that a call names. */
const placesOf = (call: ReadCall): string[] =>
  call.ok ? ['channel', 'users', 'user'].flatMap((name) => word(call.args, name)?.split(',') ?? []) : [];

/**
 * Slack's Web API and response_urls for one workspace and one app: as strict as the real one about tokens, arguments,
 * blocks, limits and rates (https://docs.slack.dev/apis/web-api). Mounted at `/slack`.
 */
export function createSlackApi(options: { context: ApiContext; rates: Rates; faults: SlackFaults }): Router {
  const { context, rates, faults } = options;
  const router = express.Router();
  router.all('/api/:method', async (req, res) => {
    const { method } = req.params;
    const call = await readCall(req, new URL(req.originalUrl, 'http://slack').searchParams);
    const fault = faults.take(method, placesOf(call));
    if (fault?.kind === 'ratelimited')
      return limited(res, fault.retryAfterSeconds === undefined ? 1 : fault.retryAfterSeconds);
    if (fault?.kind === 'refuse') return void res.json(refuse(fault.error ?? 'internal_error'));
    if (fault?.kind === 'error') return void res.status(500).send('internal error');
    if (fault?.kind === 'drop') return void req.socket.destroy();
    if (fault?.kind === 'slow') await sleep(fault.delayMs ?? 5_000);
    const answer = await answerCall(
      method,
      { call, authorization: req.headers.authorization },
      context,
      rates,
    );
    if (fault?.kind === 'lost-answer') return void req.socket.destroy();
    if ('retryAfterSeconds' in answer) return limited(res, Number(answer.retryAfterSeconds));
    res.set('x-oauth-scopes', (context.app.scopes ?? manifestScopes()).join(','));
    res.json(answer);
  });
  context.oauth?.mount(router);
  router.post('/upload/v1/:ticket', async (req, res) => {
    const bytes = await readBytes(req);
    const file = await context.store.fileOfTicket(req.params.ticket);
    if (!file || file.completedAtMs !== null) return void res.status(404).send('not found');
    if (bytes?.length !== file.size) return void res.status(400).send('another length than was announced');
    await context.store.putFile({ ...file, bytes });
    res.send(`OK - ${bytes.length}`);
  });
  // For the page alone; the real one asks who is there.
  router.get('/files/:id', async (req, res) => {
    const file = await context.store.file(req.params.id);
    if (!file?.bytes || file.completedAtMs === null) return void res.status(404).send('not found');
    res.set({ 'content-type': 'image/png', 'x-content-type-options': 'nosniff' }).send(file.bytes);
  });
  router.post('/hooks/:kind/:team/:id', async (req, res) => {
    const body = await readBody(req);
    const answer = await useHook(context, req.params.id, body ?? '');
    res.status(answer.status).send(answer.body);
  });
  return router;
}
