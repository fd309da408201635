import { mayScrape } from '../../platform/metrics/may-scrape.ts';
import { EXPOSITION_TYPE } from '../../platform/metrics/serve.ts';
import type { Exposition } from '../../platform/metrics/prometheus.ts';
import type { Away } from './engines.ts';
import type { Routes } from './http.ts';
import type { Metrics } from './metrics.ts';

export interface HealthEdges {
  readonly postgresAnswers: () => Promise<boolean>;
  readonly away: () => Promise<Away>;
  readonly metrics: Metrics;
  /** Figures of the companies, from the store. */
  readonly exposition: Exposition;
  readonly metricsToken: string | null;
}

/**
 * /healthz: this process runs. /readyz: it can record a decision, which needs Postgres alone; other engines that are away
 * are named, since clicks are taken without them. /metrics: Prometheus text, for whoever may read it.
 */
export function healthRoutes(edges: HealthEdges): Routes {
  const { postgresAnswers, away, metrics, exposition, metricsToken } = edges;
  return {
    'GET /healthz': (_req, res) => {
      res.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}');
    },
    'GET /readyz': async (_req, res) => {
      const [postgres, others] = await Promise.all([postgresAnswers(), away()]);
      const body = { ok: postgres, away: [...(postgres ? [] : ['Postgres']), ...others] };
      res.writeHead(postgres ? 200 : 503, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    },
    'GET /metrics': async (req, res) => {
      if (!mayScrape(req, metricsToken)) return void res.writeHead(403).end();
      const figures = await exposition.text();
      res.writeHead(200, { 'content-type': EXPOSITION_TYPE }).end(metrics.text() + figures);
    },
  };
}
