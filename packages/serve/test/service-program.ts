import { subscribe } from 'node:diagnostics_channel';
import { openService } from '../src/node/http/server';
import { isSupervised, superviseService } from '../src/node/processes/supervised';

// A program that serves, alone or as one of several processes: `service-program.mjs '{"sources", "options", "worker"}'`. Alone it says its address, ends
// at SIGTERM, and then says how many requests it has taken and how many it has answered.

const { sources, options, worker } = JSON.parse(process.argv[2]);
const counts = { taken: 0, answered: 0 };
subscribe('http.server.request.start', () => counts.taken++);
subscribe('http.server.response.finish', () => counts.answered++);
const service = await openService(sources, options, new URL(worker));
if (isSupervised()) await superviseService(service);
else {
  console.log(JSON.stringify(service.url));
  process.once('SIGTERM', () => void service.close().then(() => console.log(JSON.stringify(counts))));
}
