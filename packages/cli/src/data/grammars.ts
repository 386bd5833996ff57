// Reads JSON schemas and grammars that constrain generated text from files.
import { readFile } from 'node:fs/promises';
import { AttuneError, JsonError, parseJson, reasonOf } from '@attune/internal';
import type { JsonSchema } from '@attune/models';

/**
 * Reads the JSON of a schema file; the schema itself is not checked.
 *
 * @throws AttuneError JSON_SCHEMA, naming the file, and line and column of an error of its JSON
 */
export async function readJsonSchema(path: string): Promise<JsonSchema> {
  const text = await readFile(path, 'utf8').catch((cause) => {
    throw missing('JSON_SCHEMA', { path, what: 'JSON schema', flag: '--json-schema', cause });
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

/**
 * Reads the text of a grammar file; the grammar itself is not checked.
 *
 * @throws AttuneError GRAMMAR, naming the file
 */
export const readGrammar = (path: string): Promise<string> =>
  readFile(path, 'utf8').catch((cause) => {
    throw missing('GRAMMAR', { path, what: 'grammar', flag: '--grammar', cause });
  });

interface Missing {
  readonly path: string;
  readonly what: string;
  readonly flag: string;
  readonly cause: unknown;
}

const missing = (code: 'JSON_SCHEMA' | 'GRAMMAR', { path, what, flag, cause }: Missing) =>
  new AttuneError(code, `${path}: expected a file with a ${what}, got ${reasonOf(cause)}; correct ${flag}`, { cause });
