// Writes after the prompts when told to: a line in, {"seconds", "ids"} out.
import { readFileSync } from 'node:fs';
import { openOnnxFile } from '@attune/engine/node';
import { exportDecoder, tokenGenerator } from '@attune/models';
import { loadModel } from '@attune/models/node';
import { attuneVersions } from '../common/versions.mjs';
import { serveLines } from '../common/worker.mjs';

const { model: directory, prompts, newTokens, threads } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
// As `loadGenerator` does.
const { model, parameters } = await loadModel(directory, { task: 'causal-lm' });
const file = await openOnnxFile(exportDecoder(model, { parameters, reads: 'last', isPortable: false }), {
  threads,
  isSteady: true,
});
const generator = tokenGenerator({ model, file });

await serveLines({ versions: attuneVersions() }, async () => {
  const start = performance.now();
  const written = await generator.generate(prompts, { maxNewTokens: newTokens, stopTokenIds: [] });
  return { seconds: (performance.now() - start) / 1000, ids: written.map(({ ids }) => ids) };
});
await file.close();
