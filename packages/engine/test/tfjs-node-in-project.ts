import { openTfjsNodeEngine, type TfjsNodeOptions } from '../src/node/tfjs-node';

/** The project that has the package; `npm run test:peers` makes one. */
const { ATTUNE_TFJS_NODE_PROJECT: project = process.cwd() } = process.env;

/** The engine, from that project's package. */
export async function openInProject(options: TfjsNodeOptions) {
  const before = process.cwd();
  process.chdir(project);
  try {
    return await openTfjsNodeEngine('tfjs-node', options);
  } finally {
    process.chdir(before);
  }
}
