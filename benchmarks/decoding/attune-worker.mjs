// Reads prompts and writes after them when told to: a line in, {"runs": [{"first", "whole"}]} out, in seconds.
import { readFileSync } from 'node:fs';
import { loadGenerator } from '@attune/train/node';
import { attuneVersions } from '../common/versions.mjs';
import { serveLines } from '../common/worker.mjs';

const { model, format, activations, prompts, tokens, counts, threads } = JSON.parse(
  readFileSync(process.argv[2], 'utf8'),
);
const generator = await loadGenerator(model, { threads, ...(format !== 'fp32' && { quantize: format, activations }) });

await serveLines({ versions: attuneVersions() }, async () => {
  const runs = [];
  for (const count of counts) {
    const texts = prompts.slice(0, count).map(({ text }) => text);
    runs.push({ first: await secondsOf(texts, 1), whole: await secondsOf(texts, 1 + tokens) });
  }
  return { runs };
});
await generator.close();

async function secondsOf(texts, maxNewTokens) {
  const start = performance.now();
  const written = await generator.generate(texts, { maxNewTokens, stopTokenIds: [] });
  if (written.some((text) => text.tokens !== maxNewTokens))
    throw new Error(`expected ${maxNewTokens} tokens of each text`);
  return (performance.now() - start) / 1000;
}
