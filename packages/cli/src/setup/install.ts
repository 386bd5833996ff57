import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type SetupPlan, setupPlan, type Wheel } from './plan';
import { checkProject, findTools, runTool, type ToolSettings, tryAddon } from './tools';
import { downloadWheel, linkLibraries, unpackWheel, watchSize } from './wheels';

interface InstallOptions extends Omit<ToolSettings, 'directory'> {
  /** The directory of the project's package.json. */
  readonly project: string;
  readonly gpu: boolean;
  /** Called with a description of each step. */
  readonly onStep?: (step: string) => void;
  /** Called about twice a second with the bytes of a wheel that have arrived. */
  readonly onProgress?: (wheel: Wheel, bytes: number) => void;
}

interface Installed {
  readonly plan: SetupPlan;
  /** Whether it worked before. */
  readonly worked: boolean;
  /** Whether it computes on a GPU. */
  readonly gpu: boolean;
}

/**
 * Makes tfjs-node work in a project: npm's package, PyPI's library, and an addon compiled for the two.
 *
 * Everything is prepared in a stage directory and then moved into place; a failure leaves the project unchanged.
 *
 * @throws AttuneError SETUP_IMPOSSIBLE where something is missing, SETUP_FAILED where a step fails
 */
export async function installTfjsNode(options: InstallOptions): Promise<Installed> {
  const { project, env, signal, onStep = () => {}, onProgress = () => {} } = options;
  const settings = { directory: project, env, signal };
  const plan = setupPlan(options);
  const working = await workingAddon(plan, settings);
  if (working) return { plan, worked: true, ...working };
  const { compiler } = await findTools(settings);
  await checkProject(project, plan, settings);
  return allOrNothing(async (undoable) => {
    const clear = await makeStage(plan.stage, undoable);
    for (const wheel of plan.wheels) await fetchWheel(wheel, plan, { settings, onStep, onProgress });
    await linkLibraries(plan.stage);
    if (!isInstalled(plan)) {
      onStep(`installing ${plan.name} ${plan.version}`);
      await installPackage(plan, settings, undoable);
    }
    onStep('compiling the addon');
    await compile(plan, compiler, settings);
    await moveIntoPlace(plan, undoable);
    onStep('testing the addon');
    const { gpu } = await tryAddon(plan.name, settings);
    await clear();
    return { plan, worked: false, gpu };
  });
}

const isInstalled = ({ directory }: SetupPlan) => existsSync(join(directory, 'package.json'));

/** Tries an addon that is already there. */
async function workingAddon(plan: SetupPlan, settings: ToolSettings) {
  if (!isInstalled(plan)) return undefined;
  const found = await tryAddon(plan.name, settings).catch(() => undefined);
  settings.signal?.throwIfAborted();
  return found;
}

interface FetchOptions {
  readonly settings: ToolSettings;
  readonly onStep: (step: string) => void;
  readonly onProgress: (wheel: Wheel, bytes: number) => void;
}

async function fetchWheel(wheel: Wheel, { stage }: SetupPlan, options: FetchOptions): Promise<void> {
  const { settings, onStep, onProgress } = options;
  const size = wheel.megabytes ? ` (${wheel.megabytes} MB)` : '';
  onStep(`downloading ${wheel.name} ${wheel.version}${size}`);
  const stop = watchSize(join(stage, 'tmp'), (bytes) => onProgress(wheel, bytes));
  const file = await downloadWheel(wheel, stage, settings).finally(stop);
  onStep(`unpacking ${wheel.name}`);
  await unpackWheel(file, wheel, stage, settings);
}

async function compile({ stage, installHeaders, compile: args }: SetupPlan, compiler: string, settings: ToolSettings) {
  await runTool('npm', installHeaders, settings);
  await mkdir(join(stage, 'lib', 'napi-v8'), { recursive: true });
  await mkdir(join(stage, 'tmp'), { recursive: true });
  const env = { ...settings.env, TMPDIR: join(stage, 'tmp') };
  await runTool(compiler, args, { ...settings, env });
}

/** Installs the package with npm, without its script. Undoing restores the bytes of package.json and the lockfile. */
async function installPackage(plan: SetupPlan, settings: ToolSettings, undoable: Undoable): Promise<void> {
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
    if (!known.includes(name)) await rmdir(join(directory, name)).catch(() => {}); // directories with files stay
}

/**
 * Creates an empty stage directory. Undoing also removes the directories that were created for it.
 *
 * @returns a function that removes it
 */
async function makeStage(stage: string, undoable: Undoable): Promise<() => Promise<void>> {
  const cache = dirname(stage);
  const [hadModules, hadCache] = [existsSync(dirname(cache)), existsSync(cache)];
  const clear = () => rm(hadCache ? stage : cache, { recursive: true, force: true });
  undoable(() => (hadModules ? clear() : rm(dirname(cache), { recursive: true, force: true })));
  await clear();
  await mkdir(stage, { recursive: true });
  return clear;
}

/** Moves the new `deps` and `lib` into the package. The old ones wait in the stage until the new ones have been tried. */
async function moveIntoPlace({ directory, stage }: SetupPlan, undoable: Undoable): Promise<void> {
  for (const name of ['deps', 'lib']) {
    const [place, made, old] = [join(directory, name), join(stage, name), join(stage, `old-${name}`)];
    if (existsSync(place)) {
      await rename(place, old);
      undoable(() => rename(old, place));
    }
    await rename(made, place);
    undoable(() => rm(place, { recursive: true }));
  }
}

/** Registers how to undo the next step. */
type Undoable = (undo: () => Promise<unknown>) => void;

/**
 * Runs work of several steps: if it fails, its registered steps are undone in reverse order.
 *
 * @throws what the work throws
 */
async function allOrNothing<Result>(work: (undoable: Undoable) => Promise<Result>): Promise<Result> {
  const steps: (() => Promise<unknown>)[] = [];
  try {
    return await work((undo) => steps.push(undo));
  } catch (error) {
    for (const undo of steps.reverse()) await undo();
    throw error;
  }
}
