import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { AttuneError, checkOptions, oneOf, type TableOf } from '@attune/internal';
import { version } from '../../package.json';
import type { Engine } from '../engines/engine';
import { checkEngines } from './check-engines';
import { type EngineName, engineNames, engines, type ListedEngine } from './engine-list';
import type { OnnxOptions } from './onnx';

/** Options of `openEngine`. */
export interface EngineOptions extends OnnxOptions {
  /** Name of the engine; default `auto`, the fastest engine on this machine, measured once. The environment variable ATTUNE_ENGINE overrides `auto`. */
  readonly name?: EngineName | 'auto';
}

/**
 * Opens an engine by name.
 *
 * @throws AttuneError ENGINE_UNKNOWN for an unknown name, ENGINE_UNAVAILABLE if the engine does not work on this machine
 * @example
 * const engine = await openEngine({ name: 'onnx', threads: 4 });
 */
export async function openEngine(given: EngineOptions = {}): Promise<Engine> {
  if (typeof given === 'string')
    throw new AttuneError(
      'ARGUMENT_INVALID',
      `openEngine: expected options, got ${JSON.stringify(given)}; write openEngine({ name: ${JSON.stringify(given)} })`,
    );
  checkOptions('openEngine', given, engineTable);
  const { name = 'auto', ...options } = given;
  const label = name === 'auto' ? process.env.ATTUNE_ENGINE || 'auto' : name;
  const expected = label === 'auto' ? await fastestEngine() : label;
  const engine = engines.find((listed) => listed.name === expected);
  if (engine) return engine.open(options);
  throw new AttuneError(
    'ENGINE_UNKNOWN',
    `openEngine: there is no engine "${expected}"; use ${engineNames.join(', ')} or auto`,
  );
}

const engineTable = {
  name: oneOf([...engineNames, 'auto'], 'string'), // ENGINE_UNKNOWN says what there is
  threads: 'count',
  profilePrefix: 'string',
  programs: 'number',
  bytes: 'number',
} satisfies TableOf<EngineOptions>;

/** The file that stores the choice. */
const cachePath = () => join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'attune', 'fastest-engine.json');

/** Machine and versions of the choice; another machine or version measures again. */
function circumstances(): string {
  const { arch, platform, version: node } = process;
  return [version, node, platform, arch, cpus()[0]?.model, availableParallelism()].join(' ');
}

/**
 * The fastest engine on this machine, from a measurement of at most a second, stored for this machine and version. If two are
 * equally fast, the first in the list wins.
 */
async function fastestEngine(): Promise<EngineName> {
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
    return undefined; // missing, or written by something else
  }
}

/** Writes the choice atomically. If the directory cannot be written, the next process measures again. */
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
 * Whether there is a hardware GPU; `auto` considers no other. Only Linux reports this; elsewhere a GPU is assumed to be
 * hardware.
 */
export function hasHardwareGpu(): boolean {
  if (process.platform !== 'linux') return true;
  const { VK_ICD_FILENAMES = '', VK_DRIVER_FILES = '' } = process.env;
  if (isSoftware.test(VK_ICD_FILENAMES + VK_DRIVER_FILES)) return false;
  const renderers = existsSync('/dev/dri') ? readdirSync('/dev/dri').filter((name) => name.startsWith('renderD')) : [];
  return renderers.length > 0 || existsSync('/dev/nvidia0') || existsSync('/dev/dxg');
}
