import { library } from '../../tsup.base';

// The worker is an entry of its own: a thread is started from its file.
export default library(['src/index.ts', 'src/client/index.ts', 'src/node/index.ts', 'src/node/worker.ts'], {
  shims: true,
});
