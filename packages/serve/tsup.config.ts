import { cp } from 'node:fs/promises';
import { library } from '../../tsup.base';

// The worker is an entry of its own: a thread is started from its file. The page is files that are served as they are.
export default library(['src/index.ts', 'src/client/index.ts', 'src/node/index.ts', 'src/node/worker.ts'], {
  shims: true,
  onSuccess: () => cp('src/node/http/page', 'dist/node/page', { recursive: true }),
});
