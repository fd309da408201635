import type { RequestHandler } from 'express';

/**
 * Nothing but this machine's own pages: a Host that is not our address means DNS rebinding, an Origin that is not ours
 * means another site's script (https://owasp.org/www-community/attacks/csrf).
 */
export function guardLoopback(url: () => string): RequestHandler {
  return (req, res, next) => {
    const port = new URL(url()).port;
    const hosts = [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`];
    const { host, origin } = req.headers;
    if (!host || !hosts.includes(host))
      return void res.status(421).send('This page is served on loopback only.');
    if (origin !== undefined && !hosts.some((h) => origin === `http://${h}`))
      return void res.status(403).send('Another site may not speak to this page.');
    next();
  };
}

export const CONTROL_HEADER = 'x-countersign-workspace';

/** A page of another origin cannot send this header without a preflight, which is never granted. */
export const requireControlHeader: RequestHandler = (req, res, next) => {
  if (req.headers[CONTROL_HEADER] !== '1')
    return void res.status(403).send('Only the workspace page may do this.');
  next();
};
