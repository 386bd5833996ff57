import { readFile } from 'node:fs/promises';
import { AttuneError, JsonError, parseJson, reasonOf } from '@attune/internal';
import type { JsonSchema } from '@attune/models';

/**
 * A JSON schema from a file, not yet read as one.
 *
 * @throws AttuneError JSON_SCHEMA, naming the file, and line and column of an error of its JSON
 */
export async function readJsonSchema(path: string): Promise<JsonSchema> {
  const text = await readFile(path, 'utf8').catch((cause) => {
    throw new AttuneError(
      'JSON_SCHEMA',
      `${path}: expected a file with a JSON schema, got ${reasonOf(cause)}; correct --json-schema`,
      { cause },
    );
  });
  try {
    return parseJson(text) as JsonSchema;
  } catch (cause) {
    if (!(cause instanceof JsonError)) throw cause;
    throw new AttuneError('JSON_SCHEMA', `${path}: expected a JSON schema, got ${cause.message}; correct the file`, {
      cause,
    });
  }
}
