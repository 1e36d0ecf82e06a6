// Numbers for Prometheus: what the platform counts itself, and gauges that modules register.
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

export type Labels = Record<string, string>;

export type Metrics = {
  /** The text of /metrics. A gauge that cannot be read is left out and counted in jishi_gauge_failures_total. */
  text(): Promise<{ contentType: string; body: string }>;
  /** A value that is asked for when Prometheus asks: one number, or one per set of labels, whose names are told. */
  gauge: AddGauge;
  /** Adds to a counter; the counter is made by its first mention, with the labels of that mention. */
  count(name: string, help: string, labels?: Labels, by?: number): void;
  observeRequest(labels: { method: string; route: string; status: string }, seconds: number): void;
};

type Collect<V> = () => Promise<V> | V;
type AddGauge = {
  (name: string, help: string, collect: Collect<number>): void;
  (name: string, help: string, collect: Collect<GaugeValue[]>, labelNames: readonly string[]): void;
};
export type GaugeValue = { labels: Labels; value: number };

const REQUEST_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 2, 5];

/** Every name is given the prefix `jishi_`. `process: true` adds Node's own numbers (memory, event loop). */
export function createMetrics(options: { process?: boolean } = {}): Metrics {
  const registry = new Registry();
  if (options.process) collectDefaultMetrics({ register: registry, prefix: 'jishi_' });
  const requests = new Histogram({
    name: 'jishi_http_request_seconds',
    help: 'How long answers took',
    labelNames: ['method', 'route', 'status'],
    buckets: REQUEST_BUCKETS,
    registers: [registry],
  });
  const counters = new Map<string, Counter>();
  const count: Metrics['count'] = (name, help, labels = {}, by = 1) => {
    const full = `jishi_${name}`;
    let counter = counters.get(full);
    if (!counter) {
      counter = new Counter({ name: full, help, labelNames: Object.keys(labels), registers: [registry] });
      counters.set(full, counter);
    }
    counter.inc(labels, by);
  };
  return {
    count,
    gauge: (
      name: string,
      help: string,
      collect: Collect<number | GaugeValue[]>,
      labelNames: readonly string[] = [],
    ) => {
      const gauge: Gauge = new Gauge({
        name: `jishi_${name}`,
        help,
        labelNames: [...labelNames],
        registers: [registry],
        collect: async () => {
          try {
            const values = await collect();
            gauge.reset();
            if (typeof values === 'number') return gauge.set(values);
            for (const one of values) gauge.set(one.labels, one.value);
          } catch {
            gauge.remove();
            count('gauge_failures_total', 'Gauges that could not be read', { name });
          }
        },
      });
    },
    observeRequest: (labels, seconds) => requests.observe(labels, seconds),
    text: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  };
}
