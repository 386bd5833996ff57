import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AttuneError } from '@attune/internal';
import { isWithin } from '@attune/internal/node';

/** A file or directory that a run reads. */
export interface RunInput {
  /** Its name in messages: `--data`, `model`. */
  readonly name: string;
  /** Its path, relative to the working directory. */
  readonly path: string;
}

/** The inputs of a run: its model, and other files and directories. */
export interface RunInputs {
  /** The initial model: a directory, a hub id, or `new`; default none. */
  readonly model?: string;
  /** Files of the data; default none. */
  readonly inputs?: readonly RunInput[];
}

/**
 * Refuses inputs within the paths to be removed, also through links and other spellings, before anything is removed.
 *
 * @param removed paths within `out`
 * @throws AttuneError OUTPUT_HOLDS_INPUT naming the input
 * @example
 * await refuseInputsIn('runs/a', ['model', 'adapter'], { model: 'runs/a/model' }); // throws
 */
export async function refuseInputsIn(
  out: string,
  removed: readonly string[],
  { model, inputs = [] }: RunInputs,
): Promise<void> {
  const own = model === undefined ? [] : [{ name: 'model', path: model }];
  for (const { name, path } of [...own, ...inputs])
    for (const read of await readFrom(path))
      for (const place of removed.map((each) => join(out, each)))
        if (await isWithin(read, place)) throw holdsInput(out, { name, path, place });
}

/** A path, and for a directory its inputs: the model or adapter of a run, the files of a model. */
async function readFrom(path: string): Promise<readonly string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  const isRead = (name: string) => name === 'model' || name === 'adapter';
  const within = entries.filter((entry) => !entry.isDirectory() || isRead(entry.name));
  return [path, ...within.map(({ name }) => join(path, name))];
}

function holdsInput(out: string, { name, path, place }: RunInput & { readonly place: string }): AttuneError {
  const isItself = resolve(path) === resolve(place);
  const got = `${path}, which ${isItself ? 'would be replaced' : `needs what would be replaced: ${place}`}`;
  return new AttuneError(
    'OUTPUT_HOLDS_INPUT',
    `${name}: expected an input that overwriting ${out} leaves alone, got ${got}; choose another --out, such as ${out.replace(/[\\/]+$/, '')}-2`,
  );
}
