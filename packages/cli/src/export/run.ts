import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AttuneError, precisions } from '@attune/engine';
import { loadModel, saveOnnx, saveSavedModel, type WrittenOnnx, writeDirectoryAtomically } from '@attune/models/node';
import { loadTokenizer, saveTokenizer } from '@attune/tokenizer/node';
import { modelSourceOf } from '@attune/train/node';
import type { ExportInput } from '../commands/export';
import { modelTask } from '../model-task';
import { downloadListener } from '../terminal/listener';
import { printLine, printNote } from '../terminal/print';
import { UsageError } from '../usage-error';

/** What `attune export` does: the model, its tokenizer and its configuration as transformers.js, or TensorFlow, loads them. */
export async function runExport({ flags, argument: source, io }: ExportInput): Promise<void> {
  if (flags.format === 'savedmodel' && flags.precision !== 'fp32')
    throw new UsageError(`--precision: expected fp32 with --format savedmodel, got "${flags.precision}"`);
  const output = flags.output ?? defaultOutput(source);
  const task = flags.task ?? (await modelTask(source, { revision: flags.revision, io }));
  const {
    model,
    parameters,
    initialised,
    directory: place,
  } = await loadModel(modelSourceOf(source), {
    task,
    revision: flags.revision,
    onProgress: downloadListener(io.stderr),
    onNote: (note) => printNote(io.stderr, note),
  });
  if (initialised.length > 0)
    throw new AttuneError(
      'CHECKPOINT_NO_HEAD',
      `${source}: expected a model trained for ${task}, its head is missing (${initialised.join(', ')}); train it first, or name another --task`,
    );
  const tokenizer = await loadTokenizer(place);
  const { maxPositions } = model.config;
  const modelMaxLength = Math.min(tokenizer.modelMaxLength ?? maxPositions, maxPositions);
  const wanted = precisions.filter((precision) => flags.precision === precision || flags.precision === 'both');
  let written: readonly WrittenOnnx[] = [];
  const write = async (temporary: string) => {
    await saveTokenizer({ ...tokenizer, modelMaxLength }, temporary);
    if (flags.format === 'savedmodel') written = [await saveSavedModel(temporary, { model, parameters })];
    else written = await saveOnnx(temporary, { model, parameters, precisions: wanted });
    io.signal?.throwIfAborted();
  };
  await writeDirectoryAtomically(output, write, { overwrite: flags.overwrite });
  for (const { path, bytes } of written) printLine(io.stdout, `${join(output, path)}  ${inMegabytes(bytes)}`);
}

function defaultOutput(source: string): string {
  if (existsSync(source)) return join(source, 'export');
  throw new UsageError(`--output: required for a hub id, got none for ${source}; name the directory to write`);
}

function inMegabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
