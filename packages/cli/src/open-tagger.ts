import { openEngine } from '@attune/engine/node';
import { trainingArguments } from '@attune/train';
import { loadTagger, type Tagger } from '@attune/train/node';
import type { Flags } from './command';
import type { inferenceOptions } from './commands/shared-options';
import type { Io } from './io';
import { downloadListener } from './terminal/listener';
import { printNote } from './terminal/print';

/**
 * Runs `use` with a trained tagger, and closes it.
 *
 * @throws AttuneError ARGUMENT_INVALID for a flag out of range, else as `loadTagger`
 */
export async function withTagger<T>(
  source: string,
  { flags, io }: { readonly flags: Flags<typeof inferenceOptions>; readonly io: Io },
  use: (tagger: Tagger) => Promise<T>,
): Promise<T> {
  const { maxLength, perDeviceEvalBatchSize: batchSize, revision, precision } = flags;
  trainingArguments({ maxLength, perDeviceEvalBatchSize: batchSize });
  const engine = await openEngine({ name: flags.engine });
  const listeners = { onProgress: downloadListener(io.stderr), onNote: (note: string) => printNote(io.stderr, note) };
  let tagger: Tagger | undefined;
  try {
    tagger = await loadTagger(source, { ...listeners, engine, maxLength, revision, precision, batchSize });
    return await use(tagger);
  } finally {
    await tagger?.close();
    await engine.close();
  }
}
