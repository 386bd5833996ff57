import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AttuneError } from '@attune/internal';
import { isWithin } from '@attune/internal/node';

/** A file or directory that a run reads. */
export interface RunInput {
  /** What it is called where it is refused: `--data`, `model`. */
  readonly name: string;
  /** Where it is, from the working directory. */
  readonly path: string;
}

/** What a run reads: its model, and other files and directories. */
export interface RunInputs {
  /** What training starts from: a directory, a hub id, or `new`; default none. */
  readonly model?: string;
  /** Files that the data came from; default none. */
  readonly inputs?: readonly RunInput[];
}

/**
 * Refuses inputs that lie in what is removed, by links and other spellings too, before anything is.
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

/** A path, and of a directory what is read from it: of a run its model or adapter, of a model its files. */
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
