// Writes config.schema.json from the options of `attune train`. It needs a build: `npm run build` at the root.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createJiti } from 'jiti';

const jiti = createJiti(import.meta.url, { fsCache: false });
const { configJsonSchema } = await jiti.import('../src/config/stored-options.ts');
const { trainOptions } = await jiti.import('../src/options/train.ts');
const path = fileURLToPath(new URL('../config.schema.json', import.meta.url));
writeFileSync(path, `${JSON.stringify(configJsonSchema(trainOptions), null, 2)}\n`);
