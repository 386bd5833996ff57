import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { version } from '../../package.json';
import { AttuneError } from '../attune-error';
import type { Engine } from '../engines/engine';
import { checkEngines } from './check-engines';
import { type EngineName, engineNames, engines, type ListedEngine } from './engine-list';
import type { OnnxOptions } from './onnx';

export interface EngineOptions extends OnnxOptions {
  /** `auto` is the fastest here by a short measurement, made once; the environment variable ATTUNE_ENGINE overrides it. */
  readonly name?: EngineName | 'auto';
}

/**
 * Opens the engine that programs run on.
 *
 * @throws AttuneError ENGINE_UNKNOWN for a name that is none, ENGINE_UNAVAILABLE where it does not work here
 */
export async function openEngine({ name = 'auto', ...options }: EngineOptions = {}): Promise<Engine> {
  const asked = name === 'auto' ? process.env.ATTUNE_ENGINE || 'auto' : name;
  const wanted = asked === 'auto' ? await fastestEngine() : asked;
  const engine = engines.find((listed) => listed.name === wanted);
  if (engine) return engine.open(options);
  throw new AttuneError(
    'ENGINE_UNKNOWN',
    `openEngine: there is no engine "${wanted}"; use ${engineNames.join(', ')} or auto`,
  );
}

/** Where the choice is remembered. */
const cachePath = () => join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'attune', 'fastest-engine.json');

/** What the choice depends on: another machine or version measures again. */
function circumstances(): string {
  const { arch, platform, version: node } = process;
  return [version, node, platform, arch, cpus()[0]?.model, availableParallelism()].join(' ');
}

/**
 * The engine that is fastest here, by a measurement of a second at most, remembered for the machine and version.
 * The first in the list where two are equally fast.
 */
export async function fastestEngine(): Promise<EngineName> {
  const known = await remembered();
  if (known) return known;
  const counting = (engines as readonly ListedEngine[]).filter(({ needsGpu }) => !needsGpu || hasHardwareGpu());
  const working = (await checkEngines(counting)).filter(({ works }) => works);
  const best = Math.max(...working.map(({ gflops }) => gflops!));
  const fastest = working.find(({ gflops }) => gflops === best)?.name as EngineName | undefined;
  if (fastest) await remember(fastest);
  return fastest ?? 'cpu';
}

async function remembered(): Promise<EngineName | undefined> {
  try {
    const { of, engine } = JSON.parse(await readFile(cachePath(), 'utf8'));
    return of === circumstances() ? engineNames.find((name) => name === engine) : undefined;
  } catch {
    return undefined; // none yet, or not ours
  }
}

/** Written whole; a home directory that cannot be written to only means measuring again. */
async function remember(engine: EngineName): Promise<void> {
  const path = cachePath();
  const temporary = `${path}.${process.pid}`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(temporary, JSON.stringify({ of: circumstances(), engine }));
    await rename(temporary, path);
  } catch {}
}

const isSoftware = /swiftshader|lavapipe|lvp_icd/i;

/**
 * Whether programs can reach a GPU that is a device, not a program that acts as one: what `auto` counts.
 * Only Linux tells; elsewhere there is taken to be one.
 */
export function hasHardwareGpu(): boolean {
  if (process.platform !== 'linux') return true;
  const { VK_ICD_FILENAMES = '', VK_DRIVER_FILES = '' } = process.env;
  if (isSoftware.test(VK_ICD_FILENAMES + VK_DRIVER_FILES)) return false;
  const renderers = existsSync('/dev/dri') ? readdirSync('/dev/dri').filter((name) => name.startsWith('renderD')) : [];
  return renderers.length > 0 || existsSync('/dev/nvidia0') || existsSync('/dev/dxg');
}
