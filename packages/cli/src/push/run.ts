import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pushModel } from '@attune/models/node';
import type { PushInput } from '../commands/push';
import { writeText } from '../terminal/write-text';
import { pushListener } from './listener';

/** What `attune push` does: upload a run's model, and print the commit's address. */
export async function runPush({ flags, argument: source, target: repository, io }: PushInput): Promise<void> {
  const model = join(source, 'model');
  const url = await pushModel(existsSync(join(model, 'config.json')) ? model : source, repository, {
    private: flags.private,
    environment: io.env,
    signal: io.signal,
    onProgress: pushListener(io.stderr),
  });
  await writeText(io.stdout, `${url}\n`);
}
