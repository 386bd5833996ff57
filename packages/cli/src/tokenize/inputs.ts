import { extname } from 'node:path';
import type { RowStream } from '@attune/data';
import { readRows } from '@attune/data/node';
import { AttuneError } from '@attune/engine';
import type { Io } from '../io';

/** What is tokenized as one: a text, or two. */
export interface Input {
  readonly text: string;
  readonly pair?: string;
}

/**
 * The texts of a file (`-` is standard input), as they come: lines, blank ones too, or the `text` and `pair` of JSON lines.
 *
 * @throws AttuneError as `readRows`, and DATA_COLUMN_MISSING with file and line where an object has no text
 */
export async function* readInputs(path: string, stdin: Io['stdin']): AsyncGenerator<Input> {
  const isJson = extname(path).toLowerCase() === '.jsonl';
  const stream = await readRows(path, { format: isJson ? 'jsonl' : 'lines', stdin });
  yield* inputsOf(stream);
}

async function* inputsOf({ rows, where }: RowStream): AsyncGenerator<Input> {
  for await (const { line, fields } of rows) {
    if (!Object.hasOwn(fields, 'text')) {
      const found = Object.keys(fields).join(', ') || 'none';
      throw new AttuneError(
        'DATA_COLUMN_MISSING',
        `${where} line ${line}: expected an object with "text", got the keys ${found}; rename the one that holds the text`,
      );
    }
    yield Object.hasOwn(fields, 'pair') ? { text: fields.text, pair: fields.pair } : { text: fields.text };
  }
}
