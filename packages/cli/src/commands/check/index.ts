import { trainOptions } from '../../options/train';
import { defineCommand, type TypedOptions } from '../../program/command';
import { checkOptions } from './options';

/** `attune check`. */
export const checkCommand = defineCommand({
  argument: { name: 'file', help: 'training data, as for attune train --data' },
  options: checkOptions,
  async complete(typed) {
    if (typed.config === undefined) return typed;
    const { withConfigFile } = await import('../../config/stored-options');
    return ofCheck({ ...(await withConfigFile(typed, trainOptions)) });
  },
  details:
    'Reads the data as attune train does, without training, and reports labels and their counts, text lengths, and problems: empty, duplicate, truncated or conflicting rows, texts shared between parts, tags that break the tagging scheme, and classes too small to split. Exits with code 1 if a problem would mislead training or its scores.',
  examples: [
    'attune check jobs.csv --task sequence-classification --text description --label sector',
    'attune check jobs.csv --config attune.config.yaml',
    'attune check train.conll --task token-classification --eval-data dev.conll --model path/to/bert',
    'attune check postings.jsonl --task masked-lm --text text --json > found.json',
  ],
  async run(input) {
    const { runCheck } = await import('./run');
    return runCheck(input);
  },
});

/** The options of `attune train` that this command shares, without a new model, which has no tokenizer. */
function ofCheck({ model, ...typed }: TypedOptions): TypedOptions {
  const own = Object.entries(typed).filter(([name]) => name in checkOptions);
  return { ...Object.fromEntries(own), ...(model !== 'new' && { model }) };
}
