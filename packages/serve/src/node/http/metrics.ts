import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { PredictorPool } from '../pool/options';

/** Metrics of the service in Prometheus format: requests by route and status, the pool, and Node's own (memory, event loop delay). */
export function serviceMetrics(server: FastifyInstance, pool: PredictorPool): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const seconds = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Seconds from the request to the end of the response',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      ...{ name, help, registers },
      collect() {
        this.set(read());
      },
    });
  gauge('attune_queued', 'Texts and prompts in the queue', () => pool.state.queued);
  gauge('attune_running', 'Texts and prompts that workers are computing', () => pool.state.running);
  gauge('attune_workers', 'Ready workers', () => pool.state.workers);
  gauge('attune_worker_restarts', 'Workers that ended and were replaced', () => pool.state.restarts);
  gauge('attune_weight_bytes', 'Bytes of weights in all workers', () => pool.state.bytes);
  server.addHook('onResponse', async ({ method, routeOptions: { url = 'none' } }, reply) => {
    seconds.observe({ method, route: url, status: reply.statusCode }, reply.elapsedTime / 1000);
  });
  return registry;
}
