import { readdir, stat } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { AttuneError } from '@attune/internal';

/** Names of weight files; a model directory has one kind. */
const weights = /\.(safetensors|bin|onnx)$/;

/** Bytes of a model's weights in one worker: the size of its files, or a quarter of it in 8 bits. */
export async function modelBytes(directory: string, precision: 'fp32' | 'int8'): Promise<number> {
  const names = (await readdir(directory)).filter((name) => weights.test(name));
  const kind = ['.safetensors', '.bin', '.onnx'].find((end) => names.some((name) => name.endsWith(end)));
  const own = names.filter((name) => kind !== undefined && name.endsWith(kind));
  const sizes = await Promise.all(own.map(async (name) => (await stat(join(directory, name))).size));
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  return precision === 'int8' ? bytes / 4 : bytes;
}

/** Default memory limit for models: half of the machine's memory. */
export const defaultMemory = (): number => totalmem() / 2;

/** @throws AttuneError POOL_MEMORY where the models do not fit, with what each takes */
export function checkMemory(
  models: readonly { readonly name: string; readonly bytes: number }[],
  { workers, processes, memory }: { readonly workers: number; readonly processes: number; readonly memory: number },
): number {
  const total = models.reduce((sum, { bytes }) => sum + bytes, 0) * workers * processes;
  if (total <= memory) return total;
  const each = models.map(({ name, bytes }) => `${name} ${megabytes(bytes)}`).join(', ');
  const places = processes === 1 ? `${workers} workers` : `${workers} workers of ${processes} processes`;
  throw new AttuneError(
    'POOL_MEMORY',
    `openPredictorPool: expected models within ${megabytes(memory)}, got ${megabytes(total)} (${each}; in each of ${places}); use fewer workers, precision int8, or a higher memory`,
  );
}

const megabytes = (bytes: number) => `${Math.ceil(bytes / 1e6).toLocaleString('en')} MB`;
