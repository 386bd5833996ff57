import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { version } from '../../package.json';
import { checkEngines } from './check-engines';
import { type EngineName, engineNames, engines, type ListedEngine } from './engines/list';
import { hasHardwareGpu } from './hardware-gpu';

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
