// The same by transformers.js, from the exported file.
import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { AutoModelForCausalLM, env, Tensor } from '@huggingface/transformers';
import { serveLines } from '../common/worker.mjs';
import { transformersJsVersion } from '../transformers-js.mjs';

const { exported, prompts, newTokens, threads } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
env.allowRemoteModels = false;
env.localModelPath = dirname(exported);
const model = await AutoModelForCausalLM.from_pretrained(basename(exported), {
  dtype: 'fp32',
  session_options: { intraOpNumThreads: threads },
});
const int64 = (rows) => new Tensor('int64', BigInt64Array.from(rows.flat(), BigInt), [rows.length, rows[0].length]);

await serveLines({ versions: { 'transformers.js': transformersJsVersion() } }, async () => {
  const start = performance.now();
  const written = await model.generate({
    input_ids: int64(prompts),
    attention_mask: int64(prompts.map((prompt) => prompt.map(() => 1))),
    max_new_tokens: newTokens,
    min_new_tokens: newTokens,
    do_sample: false,
    eos_token_id: null,
  });
  const seconds = (performance.now() - start) / 1000;
  const ids = written.tolist().map((row, i) => row.slice(prompts[i].length).map(Number));
  return { seconds, ids };
});
await model.dispose();
