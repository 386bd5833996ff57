import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { AttuneError } from '@attune/engine';
import type { SetupPlan } from './plan';
import { runTool, type ToolSettings } from './tool';

const otherLocks = { 'pnpm-lock.yaml': 'pnpm', 'yarn.lock': 'yarn', 'bun.lock': 'bun' };

/**
 * Makes sure that there is a project here whose node_modules is its own.
 *
 * @throws AttuneError SETUP_IMPOSSIBLE where there is none, saying what to do
 */
export async function checkProject(project: string, plan: SetupPlan, settings: ToolSettings): Promise<void> {
  if (`${process.platform} ${process.arch}` !== 'linux x64')
    throw impossible(`expected Linux on x64, which the library is built for, got ${process.platform} ${process.arch}`);
  if (!existsSync(join(project, 'package.json')))
    throw impossible(
      `expected a project, a package.json in ${project}; change into yours, or make one: npm init --yes`,
    );
  const modules = (await runTool('npm', ['root'], settings)).trim();
  if (existsSync(join(plan.directory, 'package.json'))) return;
  if (modules !== join(realpathSync(project), 'node_modules') && modules !== join(project, 'node_modules'))
    throw impossible(`expected to be where node_modules is, which is ${modules}; run it in the directory above that`);
  for (const [file, manager] of Object.entries(otherLocks))
    if (existsSync(join(project, file)))
      throw impossible(
        `expected a project of npm, found ${file}; install ${plan.name}@${plan.version} with ${manager}, without its scripts, then run this again`,
      );
}

const impossible = (what: string) => new AttuneError('SETUP_IMPOSSIBLE', `setup: ${what}`);
