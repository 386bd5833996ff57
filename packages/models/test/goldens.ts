import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Task } from '../src/checkpoint/model-config';

const shared = fileURLToPath(new URL('../../../../shared/', import.meta.url));

/** Fixtures of the reference implementations, beside the repository where they are. */
export const goldens = `${shared}goldens/hf/`;
/** The same of further families. */
export const familyGoldens = `${shared}goldens/hf-families/`;
export const minilm = `${shared}weights/minilm-l6`;
export const hasGoldens = [goldens, familyGoldens, minilm].every((path) => existsSync(path));

/** What `testEncoder` is given of a directory. */
export type EncoderCase = readonly [name: string, task: Task];

/** The directories of `familyGoldens` that are of encoders. */
export const familyCases: readonly EncoderCase[] = [
  ['electra-sequence', 'sequence-classification'],
  ['electra-token', 'token-classification'],
  ['electra-masked', 'masked-lm'],
  ['mpnet-sequence', 'sequence-classification'],
  ['mpnet-token', 'token-classification'],
  ['mpnet-masked', 'masked-lm'],
  ['roberta-sequence', 'sequence-classification'],
  ['roberta-token', 'token-classification'],
  ['roberta-masked', 'masked-lm'],
  ['xlm-roberta-sequence', 'sequence-classification'],
];

/** Those of decoders, with tokens that they generated: name → directory. */
export const decoderGoldens = {
  llama: `${goldens}llama`,
  'llama-tied': `${goldens}llama-tied`,
  qwen2: `${familyGoldens}qwen2`,
  qwen3: `${familyGoldens}qwen3`,
  mistral: `${familyGoldens}mistral`,
  gemma3: `${familyGoldens}gemma3`,
};
