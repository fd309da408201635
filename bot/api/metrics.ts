/** Adds one (or `by`) to a counter with these labels. Labels are few and fixed: never ids, names or text. */
export type Count = (name: CounterName, labels: Readonly<Record<string, string>>, by?: number) => void;

export type CounterName = keyof typeof COUNTERS;

const COUNTERS = {
  slack_requests: 'Requests from Slack by result and reason',
  slack_sockets: 'Connections of socket mode, by whether Slack greeted them',
  teams_requests: 'Requests from Teams by result and reason',
  decisions: 'Clicks on approvals by verb and result',
  commands: 'Commands by verb and result',
  suggestions: 'Lists filled while somebody types, by result',
  refusals: 'Refused people by reason',
  api_requests: 'Calls of the API and of MCP by operation, door and result',
  deliveries: 'Card copies by platform and result',
} as const;

export interface Metrics {
  readonly count: Count;
  /** Prometheus text format 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats). */
  readonly text: () => string;
}

const escape = (value: string): string =>
  value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

/** Counters of one process, kept in memory. */
export function createMetrics(): Metrics {
  const values = new Map<CounterName, Map<string, number>>();
  const count: Count = (name, labels, by = 1) => {
    const series = values.get(name) ?? new Map<string, number>();
    const key = Object.entries(labels)
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([label, value]) => `${label}="${escape(value)}"`)
      .join(',');
    series.set(key, (series.get(key) ?? 0) + by);
    values.set(name, series);
  };
  const text = (): string =>
    (Object.keys(COUNTERS) as CounterName[])
      .flatMap((name) => {
        const full = `countersign_${name}_total`;
        const lines = [...(values.get(name) ?? [])].map(([labels, value]) => `${full}{${labels}} ${value}`);
        return [`# HELP ${full} ${COUNTERS[name]}`, `# TYPE ${full} counter`, ...lines];
      })
      .join('\n') + '\n';
  return { count, text };
}
