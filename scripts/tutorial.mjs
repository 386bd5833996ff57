import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, run } from './install.mjs';

/**
 * Follows docs/tutorial.md as a reader would: runs the commands, saves the programs. The first block of commands makes the project
 * `jobs` in `place`, which has a clone of the repository in `attune`; the others run in it. Returns the project's folder.
 */
export function followTutorial(place) {
  const text = readFileSync(join(root, 'docs', 'tutorial.md'), 'utf8');
  const blocks = [...text.matchAll(/^```(sh|js (\S+))\n([\s\S]*?)^```$/gm)];
  if (blocks.length < 6)
    throw new Error(`docs/tutorial.md: expected its programs and commands, found ${blocks.length}`);
  const project = join(place, 'jobs');
  blocks.forEach(([, kind, file, content], i) => {
    if (kind === 'sh') run('bash', ['-euo', 'pipefail', '-c', content], { cwd: i === 0 ? place : project });
    else writeFileSync(join(project, file), content);
  });
  return project;
}
