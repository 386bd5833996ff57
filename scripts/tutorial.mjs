import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { blocksOf } from './docs/blocks.mjs';
import { root, run } from './install.mjs';

/**
 * Follows docs/tutorial.md as a reader would: runs the commands, saves the programs. The first block of commands makes the project
 * `jobs` in `place`, which has a clone of the repository in `attune`; the others run in it. Returns the project's folder.
 */
export function followTutorial(place) {
  const page = 'docs/tutorial.md';
  const blocks = blocksOf(readFileSync(join(root, page), 'utf8'), page).filter(({ mark }) => mark.by !== 'not run');
  if (blocks.length < 6) throw new Error(`${page}: expected its programs and commands, found ${blocks.length}`);
  const project = join(place, 'jobs');
  blocks.forEach(({ language, file, content }, i) => {
    if (language === 'sh')
      run('bash', ['--norc', '-euo', 'pipefail', '-c', content], { cwd: i === 0 ? place : project });
    else writeFileSync(join(project, file), content);
  });
  return project;
}
