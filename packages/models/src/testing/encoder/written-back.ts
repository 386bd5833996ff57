import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { saveModel } from '../../node';
import { readJson } from '../golden-files';
import type { Golden } from './golden';

/** Saving gives the checkpoint's own bytes, and names its class. */
export async function checkWrittenBack({ directory, model, parameters }: Golden): Promise<void> {
  const temporary = await mkdtemp(join(tmpdir(), 'attune-encoder-'));
  try {
    await saveModel(temporary, { ...model, parameters });
    const weights = (path: string) => readFile(join(path, 'model.safetensors'));
    if (!(await weights(temporary)).equals(await weights(directory)))
      throw new Error('model.safetensors: expected the bytes that were read, got others');
    const [ours, theirs] = [temporary, directory].map(classOf);
    if (ours !== theirs) throw new Error(`config.json: architectures expected ${theirs}, got ${ours}`);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

const classOf = (path: string) => readJson<{ architectures: string[] }>(join(path, 'config.json')).architectures.join();
