import { AttuneError, didYouMeanOption, foreignArgument, typedCommand } from '@attune/internal';
import { parseSearchSpace, type SearchSpace } from '@attune/train/node';
import { type ConfigFile, parseTextConfig, readConfigFile } from '../../config/config-file';
import { configKeys } from '../../config/stored-options';
import { trainingOptions } from '../../options/training';

/** A search space, and the place of each of its parameters. */
export interface ReadSpace {
  /** Parameters under the names of training arguments. */
  readonly space: SearchSpace;
  readonly where: (parameter: string) => string;
  /** The key of a parameter in the space, such as `epochs`. */
  readonly keyOf: (parameter: string) => string;
}

/**
 * Reads `--space`: a file, or the space itself where it begins with a brace.
 *
 * @throws AttuneError SEARCH_SPACE naming place and parameter, or as `readConfigFile`
 */
export async function readSpace(text: string): Promise<ReadSpace> {
  const isInline = text.trimStart().startsWith('{');
  const { values, where }: ConfigFile = isInline ? parseTextConfig('--space', text) : await readConfigFile(text);
  const { $schema: _, ...written } = values;
  const known = configKeys(trainingOptions);
  const places = new Map<string, string>();
  for (const key of Object.keys(written)) places.set(nameOf(key, { known, place: where(key), places }), key);
  const named = Object.fromEntries([...places].map(([name, key]) => [name, written[key]]));
  const whereIs = (name: string) =>
    places.has(name) ? `${where(`${places.get(name)}`)}: ${places.get(name)}` : where();
  const keyOf = (name: string) => places.get(name) ?? name;
  return { space: parseSearchSpace(named, whereIs), where: whereIs, keyOf };
}

interface Known {
  readonly known: ReadonlyMap<string, string>;
  readonly place: string;
  readonly places: ReadonlyMap<string, string>;
}

/** The training argument that a key names. */
function nameOf(key: string, { known, place, places }: Known): string {
  const name = known.get(key);
  if (name === undefined) {
    const answer = foreignArgument(key);
    if (answer !== undefined) throw new AttuneError('SEARCH_SPACE', `${place}: ${key}: ${answer}`);
    const advice =
      didYouMeanOption(key, [...known.keys()]) || `; ${typedCommand('train --help')} lists them under Training`;
    throw new AttuneError('SEARCH_SPACE', `${place}: expected a training option, got ${JSON.stringify(key)}${advice}`);
  }
  if (name === 'metricForBestModel')
    throw new AttuneError(
      'SEARCH_SPACE',
      `${place}: ${key} is not a parameter, because trials are compared by it; remove it, and pass --metric`,
    );
  const earlier = places.get(name);
  if (earlier !== undefined)
    throw new AttuneError('SEARCH_SPACE', `${place}: ${earlier} and ${key} are the same option; remove one`);
  return name;
}
