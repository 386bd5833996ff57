import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { checkProject } from './check-project';
import { findTools } from './find-tools';
import { installPackage } from './install-package';
import { type SetupPlan, setupPlan, type Wheel } from './plan';
import { makeStage, moveIntoPlace } from './stage';
import { runTool, type ToolSettings } from './tool';
import { tryAddon } from './try-addon';
import { whollyOrNot } from './undo';
import { watchSize } from './watch-size';
import { downloadWheel, linkLibraries, unpackWheel } from './wheels';

export interface InstallOptions extends Omit<ToolSettings, 'directory'> {
  /** The directory of the project's package.json. */
  readonly project: string;
  readonly gpu: boolean;
  /** Told what is being done. */
  readonly onStep?: (step: string) => void;
  /** Told how many bytes of a wheel are here, about twice a second. */
  readonly onProgress?: (wheel: Wheel, bytes: number) => void;
}

export interface Installed {
  readonly plan: SetupPlan;
  /** Whether nothing was to be done. */
  readonly worked: boolean;
  /** Whether it computes on a GPU. */
  readonly gpu: boolean;
}

/**
 * Makes tfjs-node work in a project: npm's package, PyPI's library, and an addon compiled for the two.
 *
 * Everything is made ready beside the project's packages and moved into place; what fails leaves the project as it was.
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
  return whollyOrNot(async (undoable) => {
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
    onStep('trying it');
    const { gpu } = await tryAddon(plan.name, settings);
    await clear();
    return { plan, worked: false, gpu };
  });
}

const isInstalled = ({ directory }: SetupPlan) => existsSync(join(directory, 'package.json'));

/** What the addon that is there already does, if it works. */
async function workingAddon(plan: SetupPlan, settings: ToolSettings) {
  if (!isInstalled(plan)) return undefined;
  const found = await tryAddon(plan.name, settings).catch(() => undefined);
  settings.signal?.throwIfAborted();
  return found;
}

interface Circumstances {
  readonly settings: ToolSettings;
  readonly onStep: (step: string) => void;
  readonly onProgress: (wheel: Wheel, bytes: number) => void;
}

async function fetchWheel(wheel: Wheel, { stage }: SetupPlan, circumstances: Circumstances): Promise<void> {
  const { settings, onStep, onProgress } = circumstances;
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
