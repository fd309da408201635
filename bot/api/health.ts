import type { Away } from './engines.ts';
import type { Routes } from './http.ts';
import type { Metrics } from './metrics.ts';

export interface HealthEdges {
  readonly postgresAnswers: () => Promise<boolean>;
  readonly away: () => Promise<Away>;
  readonly metrics: Metrics;
}

/**
 * /healthz: this process runs. /readyz: it can record a decision, which needs Postgres alone; other engines that are away
 * are named, since clicks are taken without them. /metrics: Prometheus text.
 */
export function healthRoutes({ postgresAnswers, away, metrics }: HealthEdges): Routes {
  return {
    'GET /healthz': (_req, res) => {
      res.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}');
    },
    'GET /readyz': async (_req, res) => {
      const [postgres, others] = await Promise.all([postgresAnswers(), away()]);
      const body = { ok: postgres, away: [...(postgres ? [] : ['Postgres']), ...others] };
      res.writeHead(postgres ? 200 : 503, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    },
    'GET /metrics': (_req, res) => {
      res.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(metrics.text());
    },
  };
}
