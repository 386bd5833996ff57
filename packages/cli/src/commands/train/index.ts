import { firstTeacher } from '../../options/distill';
import { trainOptions } from '../../options/train';
import { defineCommand, type TypedOptions } from '../../program/command';
import { UsageError } from '../../program/failure';

/** `attune train`. */
export const trainCommand = defineCommand({
  details:
    'Writes to the run directory: config.json, metrics.jsonl, summary.json, predictions.jsonl, report.html and model/; with --lora-r also adapter/ (with --quantize only adapter/); during training, checkpoints/. An interruption (Ctrl-C) writes a checkpoint first.',
  options: trainOptions,
  async complete(typed) {
    if (typed.resume) {
      const { resumedOptions } = await import('../../config/stored-options');
      return resumedOptions(typed);
    }
    if (typed.config === undefined) return withStudent(typed);
    const { withConfigFile } = await import('../../config/stored-options');
    const complete = await withConfigFile(typed, trainOptions);
    await checkConfigPlace(complete, `${typed.config}`);
    return withStudent(complete);
  },
  examples: [
    'attune train --task sequence-classification --data jobs.csv --text description --label sector \\',
    '             --model new --out runs/sectors',
    'attune train --task token-classification --data skills.conll --model path/to/bert --out runs/skills',
    'attune train --task masked-lm --data postings.jsonl --text text --model path/to/bert --out runs/adapted',
    'attune train --task causal-lm --data postings.csv --prompt-template "### Job: {text}\\n### Skills:" \\',
    '             --completion " {skills}" --model path/to/llama --lora-r 32 --out runs/skills',
    'attune train --task sequence-classification --data jobs.csv --text description --label sector \\',
    '             --teacher runs/sectors --student-layers 0,2 --out runs/small',
    'attune train --config attune.config.yaml --seed 7 --out runs/seed-7',
    'attune train --resume --out runs/sectors',
  ],
  async run(input) {
    const { runTrain } = await import('./run');
    return runTrain(input);
  },
});

/** With `--student-layers`, the model is by default the teacher. */
function withStudent(typed: TypedOptions): TypedOptions {
  const { model, teacher, studentLayers } = typed;
  if (model !== undefined || teacher === undefined) return typed;
  if (studentLayers === undefined)
    throw new UsageError(
      '--model: required: the student; name a model or new, or keep some layers of the teacher with --student-layers, such as 0,2,4',
    );
  return { ...typed, model: firstTeacher(teacher) };
}

/** Checks that `--overwrite` would not remove the config file, which is not among the complete options. */
async function checkConfigPlace({ out, overwrite, folds }: TypedOptions, path: string): Promise<void> {
  if (typeof out !== 'string' || overwrite !== true) return;
  const { checkRunDirectory } = await import('@attune/train/node');
  const replaces = folds === undefined ? 'run' : 'folds';
  await checkRunDirectory(out, { overwrite, inputs: [{ name: '--config', path }], replaces });
}
