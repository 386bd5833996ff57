import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { WrittenOnnx } from '@attune/models/node';
import { revisionOption, sourceArgument } from '../../options/model';
import { choiceFlag, defineCommand, type Flags, switchFlag, textFlag } from '../../program/command';
import { UsageError } from '../../program/failure';
import type { Io } from '../../program/process';
import { printLine, printNote } from '../../program/terminal';
import { checkOutput, writeOutput } from './output';

const tasks = ['sequence-classification', 'token-classification', 'masked-lm', 'causal-lm'] as const;

const options = {
  task: {
    schema: choiceFlag(tasks).optional(),
    value: 'task',
    help: `task of the model: ${tasks.join(', ')}; default: from its config.json`,
  },
  format: {
    schema: choiceFlag(['onnx', 'savedmodel']),
    value: 'format',
    help: 'export format: onnx, or savedmodel for TensorFlow (saved_model/1)',
  },
  precision: {
    schema: choiceFlag(['fp32', 'int8', 'both']).default('fp32'),
    value: 'precision',
    help: 'weight precision of onnx: fp32 (default, onnx/model.onnx), int8 (onnx/model_quantized.onnx), or both',
  },
  output: {
    schema: textFlag().optional(),
    value: 'directory',
    help: 'directory to write; default: export/ in the run',
  },
  revision: revisionOption,
  overwrite: {
    schema: switchFlag(),
    help: 'replace the files of an earlier export in that directory; other files stay',
  },
} as const;

/** `attune export`. */
export const exportCommand = defineCommand({
  details:
    'Writes config.json, the tokenizer and onnx/*.onnx or saved_model/1; into the directory of the model itself (with --overwrite) only onnx/ or saved_model/. The inputs of the graph are input_ids, attention_mask and, for BERT, token_type_ids, with any batch size and length.',
  argument: sourceArgument,
  options,
  examples: [
    'attune export runs/sectors --format onnx --precision int8 --output web/sectors',
    'attune export runs/sectors --format savedmodel --output served/sectors',
  ],
  async run({ flags, argument: source, io }) {
    const { withDirectoryLock } = await import('@attune/train/node');
    if (flags.format === 'savedmodel' && flags.precision !== 'fp32')
      throw new UsageError(
        `--precision: expected fp32 with --format savedmodel, got "${flags.precision}"; remove --precision`,
      );
    const output = flags.output ?? defaultOutput(source);
    const written = await withDirectoryLock(output, async () => {
      await checkOutput(output, flags.overwrite);
      return exportInto(output, { flags, source, io });
    });
    for (const { path, bytes } of written)
      printLine(io.stdout, `${join(output, path)}  ${inMegabytes(bytes)}${dtypeOf(path)}`);
  },
});

/** Directory of the graphs, by format. */
const graphs = { onnx: 'onnx', savedmodel: 'saved_model' } as const;

async function exportInto(
  output: string,
  { flags, source, io }: { flags: Flags<typeof options>; source: string; io: Io },
): Promise<readonly WrittenOnnx[]> {
  const { AttuneError, precisions } = await import('@attune/engine');
  const { tokenizedModel } = await import('@attune/models');
  const { loadModel, saveOnnx, saveSavedModel, tiedAdvice } = await import('@attune/models/node');
  const { loadTokenizer, saveTokenizer } = await import('@attune/tokenizer/node');
  const { fittedTokenizer, generatorFiles, modelSourceOf, requireEveryLayer } = await import('@attune/train/node');
  const { modelTask } = await import('../../tasks/models');
  const { downloadListener } = await import('../../program/listener');
  const onNote = (note: string) => printNote(io.stderr, note);
  const task = flags.task ?? (await modelTask(source, { revision: flags.revision, io }));
  const loaded = await loadModel(modelSourceOf(source), {
    task,
    revision: flags.revision,
    onProgress: downloadListener(io.stderr),
    onNote,
  });
  const { model, parameters, initialized, directory: place } = loaded;
  requireEveryLayer(source, loaded);
  if (initialized.length > 0)
    throw new AttuneError(
      'CHECKPOINT_NO_HEAD',
      `${source}: expected a model trained for ${task}, but its head is missing (${initialized.join(', ')}); ${tiedAdvice(model, initialized) ?? 'train it first, or pass another --task'}`,
    );
  const tokenizer = fittedTokenizer(source, await loadTokenizer(place, { onNote }), { model: model.config, onNote });
  const files = task === 'causal-lm' ? await generatorFiles({ model, directory: place }) : {};
  const chosen = precisions.filter((precision) => flags.precision === precision || flags.precision === 'both');
  let written: readonly WrittenOnnx[] = [];
  const write = async (temporary: string) => {
    await saveTokenizer(tokenizer, temporary, { model: tokenizedModel(model.config) });
    for (const [name, text] of Object.entries(files)) await writeFile(join(temporary, name), text);
    if (flags.format === 'savedmodel') written = [await saveSavedModel(temporary, { model, parameters })];
    else written = await saveOnnx(temporary, { model, parameters, precisions: chosen });
    io.signal?.throwIfAborted();
  };
  await writeOutput(output, write, { graphs: graphs[flags.format], sources: [source, place], onNote });
  return written;
}

/** The `dtype` with which transformers.js loads a graph; its own default depends on the device. */
function dtypeOf(path: string): string {
  const { [basename(path)]: dtype } = { 'model.onnx': 'fp32', 'model_quantized.onnx': 'q8' } as Record<string, string>;
  return dtype === undefined ? '' : `  (transformers.js: dtype '${dtype}')`;
}

function defaultOutput(source: string): string {
  if (existsSync(source)) return join(source, 'export');
  throw new UsageError(
    `--output: required for a hub id, and ${source} is read as one, because there is no such directory; check the path of the run, or pass the directory to write`,
  );
}

function inMegabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
