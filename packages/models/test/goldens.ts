import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const shared = fileURLToPath(new URL('../../../../shared/', import.meta.url));

/** Fixtures of the reference implementations, beside the repository where they are. */
export const goldens = `${shared}goldens/hf/`;
/** The same of further families. */
export const familyGoldens = `${shared}goldens/hf-families/`;
export const minilm = `${shared}weights/minilm-l6`;
export const hasGoldens = [goldens, familyGoldens, minilm].every((path) => existsSync(path));
