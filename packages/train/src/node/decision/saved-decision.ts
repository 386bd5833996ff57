import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AttuneError } from '@attune/engine';
import type { Decision } from './decision';

/**
 * What a run tuned, from the `attune.json` beside its model; nothing for a model without.
 *
 * @throws AttuneError RUN_CONFIG for a file that cannot be read
 */
export async function savedDecision(directory: string): Promise<Decision> {
  const path = join(directory, 'attune.json');
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return {};
  try {
    const { temperature, threshold, offsets }: Decision = JSON.parse(text).summary?.decision ?? {};
    return { ...(temperature && { temperature }), ...(threshold && { threshold }), ...(offsets && { offsets }) };
  } catch (cause) {
    const { message } = cause as Error;
    throw new AttuneError('RUN_CONFIG', `${path}: expected what the run wrote, got ${message}; train it again`, {
      cause,
    });
  }
}
