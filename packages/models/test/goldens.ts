import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const shared = fileURLToPath(new URL('../../../../shared/', import.meta.url));

/** Fixtures of the reference implementations, beside the repository where they are. */
export const goldens = `${shared}goldens/hf/`;
/** The same of further families. */
export const familyGoldens = `${shared}goldens/hf-families/`;
export const minilm = `${shared}weights/minilm-l6`;
export const hasGoldens = [goldens, familyGoldens, minilm].every((path) => existsSync(path));

/** Those of decoders, with tokens that they generated: name → directory. */
export const decoderGoldens = {
  llama: `${goldens}llama`,
  'llama-tied': `${goldens}llama-tied`,
  qwen2: `${familyGoldens}qwen2`,
  qwen3: `${familyGoldens}qwen3`,
  mistral: `${familyGoldens}mistral`,
  gemma3: `${familyGoldens}gemma3`,
};
