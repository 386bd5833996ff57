import { pushModel } from '@attune/models/node';
import { modelSourceOf } from '@attune/train/node';
import type { PushInput } from '../commands/push';
import { writeText } from '../terminal/write-text';
import { pushListener } from './listener';

/** What `attune push` does: upload a run's model, and print the commit's address. */
export async function runPush({ flags, argument: source, target: repository, io }: PushInput): Promise<void> {
  const url = await pushModel(modelSourceOf(source), repository, {
    private: flags.private,
    environment: io.env,
    signal: io.signal,
    onProgress: pushListener(io.stderr),
  });
  await writeText(io.stdout, `${url}\n`);
}
