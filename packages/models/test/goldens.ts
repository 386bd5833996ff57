import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const shared = fileURLToPath(new URL('../../../../shared/', import.meta.url));

/** Fixtures of the reference implementations, beside the repository where they are. */
export const goldens = `${shared}goldens/hf/`;
export const minilm = `${shared}weights/minilm-l6`;
export const hasGoldens = existsSync(goldens) && existsSync(minilm);
