import { library } from '../../tsup.base';

// The worker is an entry of its own: a thread is started from its file.
export default library(['src/index.ts', 'src/client/index.ts', 'src/worker.ts'], { shims: true });
