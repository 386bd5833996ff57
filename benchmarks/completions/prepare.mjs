// Texts become the batches of token ids that every side trains on.
import { readFile } from 'node:fs/promises';
import { seededRandom } from '@attune/data';
import { loadTokenizer } from '@attune/tokenizer/node';
import { causalExamples, cutExamples } from '@attune/train';
import { lora, optimizer } from './plan.mjs';

/** @returns what both sides are told; a batch is a list of `{ ids, promptLength }`, and `longest` counts the tokens of the data's longest text */
export async function planOf({ model, data, steps = 24, warmup = 2, batch = 8, length = 312, threads }) {
  const tokenizer = await loadTokenizer(model);
  const { eos_token_id: end, pad_token_id: pad } = JSON.parse(await readFile(`${model}/config.json`, 'utf8'));
  const lines = (await readFile(data, 'utf8')).split('\n').filter((line) => line !== '');
  const texts = lines.map((line) => JSON.parse(line));
  const [endTokenId] = [end].flat();
  const examples = cutExamples(causalExamples(texts, { tokenizer, endTokenId }), { maxLength: length }).data;
  const all = examples.sequences.map(({ ids }, i) => ({ ids: [...ids], promptLength: examples.promptLengths[i] }));
  shuffle(all);
  const count = Math.min(warmup + steps, Math.floor(all.length / batch));
  if (count <= warmup) throw new RangeError(`data: expected more than ${warmup * batch} texts, got ${all.length}`);
  const batches = Array.from({ length: count }, (_, i) => all.slice(i * batch, (i + 1) * batch));
  const longest = Math.max(...all.map(({ ids }) => ids.length));
  return { model, batches, batch, longest, padTokenId: pad ?? endTokenId, warmup, threads, lora, ...optimizer };
}

function shuffle(items) {
  const random = seededRandom(1);
  for (let last = items.length - 1; last > 0; last--) {
    const other = random.below(last + 1);
    [items[last], items[other]] = [items[other], items[last]];
  }
}
