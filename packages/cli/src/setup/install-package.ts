import { readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SetupPlan } from './plan';
import { runTool, type ToolSettings } from './tool';
import type { Undoable } from './undo';

/** Lets npm install the package, without its script. Taken back, package.json and the lockfile have their old bytes again. */
export async function installPackage(plan: SetupPlan, settings: ToolSettings, undoable: Undoable): Promise<void> {
  const modules = join(settings.directory, 'node_modules');
  const files = ['package.json', 'package-lock.json'].map((name) => join(settings.directory, name));
  const bytes = await Promise.all(files.map((file) => readFile(file).catch(() => undefined)));
  const entries = await readdir(modules);
  undoable(async () => {
    await runTool('npm', plan.uninstall, { ...settings, signal: undefined }).catch(() => {});
    for (const [i, file] of files.entries()) await (bytes[i] ? writeFile(file, bytes[i]) : rm(file, { force: true }));
    await removeEmpty(modules, entries);
  });
  // Not ended by the signal: npm would leave the project's other packages half moved.
  await runTool('npm', plan.install, { ...settings, signal: undefined });
  settings.signal?.throwIfAborted();
}

/** npm leaves empty directories behind. */
async function removeEmpty(directory: string, known: readonly string[]): Promise<void> {
  for (const name of await readdir(directory))
    if (!known.includes(name)) await rmdir(join(directory, name)).catch(() => {}); // what has files in it stays
}
