import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openService, type Service, type ServiceOptions } from '../src/node/http/server';
import { scriptedWorker } from './worker-program';

/** Services whose workers are scripted: `labels` labels and `writer` writes. `close` ends all and removes what they needed. */
export function scriptedServices() {
  const directory = mkdtempSync(join(tmpdir(), 'attune-service-'));
  const worker = scriptedWorker(directory);
  const place = join(directory, 'model');
  mkdirSync(place);
  writeFileSync(join(place, 'config.json'), '{}');
  const sources = { labels: place, writer: `${place}/` };
  const services: Service[] = [];
  return {
    ...{ directory, sources, worker },
    async open(options: ServiceOptions = {}): Promise<Service> {
      const service = await openService(sources, { port: 0, logLevel: 'silent', ...options }, worker);
      services.push(service);
      return service;
    },
    async close(): Promise<void> {
      await Promise.all(services.map((service) => service.close()));
      rmSync(directory, { recursive: true });
    },
  };
}
