import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, run } from './install.mjs';

/**
 * Follows docs/tutorial.md as a reader would, in a project where its packages are installed: saves the programs, runs the commands.
 * The first block of commands, which makes the project, is passed over.
 */
export function followTutorial(project) {
  const text = readFileSync(join(root, 'docs', 'tutorial.md'), 'utf8');
  const blocks = [...text.matchAll(/^```(sh|js (\S+))\n([\s\S]*?)^```$/gm)];
  if (blocks.length < 6)
    throw new Error(`docs/tutorial.md: expected its programs and commands, found ${blocks.length}`);
  for (const [, kind, file, content] of blocks.slice(1)) {
    if (kind === 'sh') run('bash', ['-euo', 'pipefail', '-c', content], { cwd: project });
    else writeFileSync(join(project, file), content);
  }
}
