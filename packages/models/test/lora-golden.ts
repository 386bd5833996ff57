import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { HostTensor, HostTensors } from '@attune/engine';
import { packSequences } from '../src/batch';
import type { LoraModel } from '../src/lora/with-lora';
import { loadModel } from '../src/node';
import { loadAdapter } from '../src/node/adapter/adapter';
import { nextTokens, selectLabeled, selectTokens } from '../src/select-tokens';
import { type Io, readAll, readGoldenJson, unpadded } from '../src/testing/golden';

/** PEFT's numbers on a tiny Llama, beside the repository where they are. */
export const golden = fileURLToPath(new URL('../../../../shared/goldens/lora/', import.meta.url));
export const hasGolden = existsSync(golden);

export interface LoraGolden {
  readonly model: LoraModel;
  readonly parameters: Record<string, HostTensor>;
  readonly base: Awaited<ReturnType<typeof loadModel>>;
  readonly io: Io;
  readonly after: Io;
  readonly meta: {
    readonly steps: readonly { readonly loss: number; readonly grad_norm: number; readonly lr: number }[];
    readonly loss_after: number;
  };
  /** Reads what is labeled. */
  readonly batch: HostTensors;
  /** Reads every token. */
  readonly every: HostTensors;
}

export const loadBase = () => loadModel(`${golden}base`, { task: 'causal-lm' });

export async function openLoraGolden(adapter = 'adapter'): Promise<LoraGolden> {
  const base = await loadBase();
  const io = await readAll(`${golden}io.safetensors`);
  const sequences = unpadded(io);
  const packed = packSequences(sequences, { rowLength: 28 });
  const length = io.labels.shape[1];
  const labels = sequences.map(({ ids }, row) =>
    nextTokens((io.labels.data as Int32Array).slice(row * length, row * length + ids.length)),
  );
  const every = selectTokens(
    packed,
    sequences.map(({ ids }) => [...Array(ids.length).keys()]),
  );
  return {
    ...(await loadAdapter(golden + adapter, base)),
    base,
    io,
    after: await readAll(`${golden}after.safetensors`),
    meta: readGoldenJson(`${golden}meta.json`),
    batch: { ...selectLabeled(packed, labels) },
    every: { ...every },
  };
}
