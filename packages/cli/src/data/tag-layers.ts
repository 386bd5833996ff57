// Several columns of tags as one.
import { type MergedTags, mergeTagLayers } from '@attune/data';
import { AttuneError, counted } from '@attune/internal';
import type { TaggedWords } from '@attune/train';
import { UsageError } from '../program/failure';

/** The columns of `--label 1,2`, one per name of `--label-names`. */
export function layerColumns(label: string, names: readonly string[]): string[] {
  const columns = label.split(',');
  if (columns.length === names.length) return columns;
  throw new UsageError(
    `--label-names: expected a name for each of ${counted(columns.length, 'column')} of --label, got ${names.length}`,
  );
}

interface LayerOptions {
  readonly names: readonly string[];
  readonly where: string;
  readonly onNote: (note: string) => void;
}

/**
 * Joins the tags of several columns; notes how many entities are left out because they overlap others.
 *
 * @throws AttuneError DATA_FIELDS with the line of a tag that is not BIO
 */
export function joinLayers(
  layers: readonly (readonly TaggedWords[])[],
  { names, where, onNote }: LayerOptions,
): TaggedWords[] {
  const dropped = names.map(() => 0);
  const joined = layers[0].map((sentence, i): TaggedWords => {
    const merged = mergedAt(layers, i, { names, where });
    merged.dropped.forEach((count, layer) => {
      dropped[layer] += count;
    });
    return { ...sentence, tags: merged.tags };
  });
  dropped.forEach((count, layer) => {
    if (count > 0)
      onNote(
        `${where}: ${count} of ${names[layer]} left out, because they overlap ${names.slice(0, layer).join(' or ')}`,
      );
  });
  return joined;
}

function mergedAt(
  layers: readonly (readonly TaggedWords[])[],
  i: number,
  { names, where }: Pick<LayerOptions, 'names' | 'where'>,
): MergedTags {
  try {
    return mergeTagLayers(layers.map((sentences, layer) => ({ tags: sentences[i].tags, name: names[layer] })));
  } catch (cause) {
    const { line } = layers[0][i];
    const place = line === undefined ? `sentence ${i} (counted from 0)` : `the sentence at line ${line}`;
    const problem = (cause as Error).message.replace(/^mergeTagLayers: /, '');
    throw new AttuneError('DATA_FIELDS', `${where}, ${place}: ${problem}`, { cause });
  }
}
