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
    'Reads data as attune train does, trains nothing, and says what it finds: labels and their counts, rows that are empty, double, cut or in conflict, lengths, texts that parts share, tags that do not fit the scheme, classes too small to split. Exit code 1 where training or its scores would be misled.',
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

/** Those of `attune train` that this command has; a new model has no tokenizer yet. */
function ofCheck({ model, ...typed }: TypedOptions): TypedOptions {
  const own = Object.entries(typed).filter(([name]) => name in checkOptions);
  return { ...Object.fromEntries(own), ...(model !== 'new' && { model }) };
}
