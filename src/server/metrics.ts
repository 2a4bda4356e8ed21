import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';

export interface Metrics {
  readonly registry: Registry;
  /** Seconds that HTTP requests took, by route and status class. */
  observeRequest(route: string, status: number, seconds: number): void;
}

/** Metrics of Taoscope's own health. Names end in their unit; times are seconds. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'taoscope_' });
  const requests = new Histogram({
    name: 'taoscope_http_request_duration_seconds',
    help: 'Time to answer HTTP requests.',
    labelNames: ['route', 'status'],
    buckets: [0.005, 0.02, 0.05, 0.15, 0.5, 1, 5, 30],
    registers: [registry],
  });
  return {
    registry,
    observeRequest: (route, status, seconds) =>
      requests.observe({ route, status: `${Math.floor(status / 100)}xx` }, seconds),
  };
}
