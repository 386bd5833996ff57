// The same by transformers.js, from the exported file.
import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { AutoModelForCausalLM, env, Tensor } from '@huggingface/transformers';
import { serveLines } from '../common/worker.mjs';
import { transformersJsVersion } from '../transformers-js.mjs';

const { exported, dtype, prompts, tokens, counts, threads } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
env.allowRemoteModels = false;
env.localModelPath = dirname(exported);
const session_options = { intraOpNumThreads: threads };
const model = await AutoModelForCausalLM.from_pretrained(basename(exported), { dtype, session_options });
const int64 = (rows) => new Tensor('int64', BigInt64Array.from(rows.flat(), BigInt), [rows.length, rows[0].length]);

await serveLines({ versions: { 'transformers.js': transformersJsVersion() } }, async () => {
  const runs = [];
  for (const count of counts) {
    const rows = prompts.slice(0, count).map(({ ids }) => ids);
    runs.push({ first: await secondsOf(rows, 1), whole: await secondsOf(rows, 1 + tokens) });
  }
  return { runs };
});
await model.dispose();

async function secondsOf(rows, newTokens) {
  const start = performance.now();
  const written = await model.generate({
    input_ids: int64(rows),
    attention_mask: int64(rows.map((row) => row.map(() => 1))),
    max_new_tokens: newTokens,
    min_new_tokens: newTokens,
    do_sample: false,
    eos_token_id: null,
  });
  if (written.dims[1] !== rows[0].length + newTokens) throw new Error(`expected ${newTokens} tokens of each text`);
  return (performance.now() - start) / 1000;
}
