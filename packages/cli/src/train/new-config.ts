import { readFile } from 'node:fs/promises';
import { AttuneError } from '@attune/engine';

/**
 * What a new model's config.json says besides the defaults.
 *
 * @throws AttuneError CONFIG_UNREADABLE, or CONFIG_INVALID for what is no JSON object
 */
export async function readNewConfig(path: string): Promise<Readonly<Record<string, unknown>>> {
  const text = await readFile(path, 'utf8').catch((cause: Error) => {
    throw new AttuneError('CONFIG_UNREADABLE', `${path}: expected a config.json, got ${cause.message}`, { cause });
  });
  const value = parse(text, path);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new AttuneError(
    'CONFIG_INVALID',
    `${path}: expected a JSON object such as {"n_layers": 2}, got something else`,
  );
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const { message } = cause as Error;
    throw new AttuneError('CONFIG_INVALID', `${path}: expected JSON, got ${message}; correct it`, { cause });
  }
}
