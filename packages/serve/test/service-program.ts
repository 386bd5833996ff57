import { openService } from '../src/node/http/server';
import { isSupervised, superviseService } from '../src/node/processes/supervised';

// A program that serves, alone or as one of several processes: `service-program.mjs '{"sources", "options", "worker"}'` says its address, and ends at SIGTERM.

const { sources, options, worker } = JSON.parse(process.argv[2]);
const service = await openService(sources, options, new URL(worker));
if (isSupervised()) await superviseService(service);
else {
  console.log(service.url);
  process.once('SIGTERM', () => void service.close());
}
