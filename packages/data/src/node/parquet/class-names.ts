// Class names that Hugging Face's datasets stores in the metadata of a Parquet file, for columns with ids.

import type { FileMetaData } from 'hyparquet';

/**
 * Class names by column, in the order of ids, for features that are a `ClassLabel` or a list of them; undefined if there are none.
 *
 * @see datasets' `Features.arrow_schema`, which writes {"info": {"features": {"label": {"names": ["no", "yes"], "_type": "ClassLabel"}}}}
 */
export function classNamesIn({
  key_value_metadata: entries,
}: FileMetaData): Record<string, readonly string[]> | undefined {
  const written = entries?.find(({ key }) => key === 'huggingface')?.value;
  const features = written === undefined ? undefined : featuresIn(written);
  const named = Object.entries(features ?? {}).flatMap(([column, feature]) => {
    const names = namesOf(feature);
    return names === undefined ? [] : [[column, names] as const];
  });
  return named.length === 0 ? undefined : Object.fromEntries(named);
}

function featuresIn(written: string): object | undefined {
  try {
    const features = JSON.parse(written)?.info?.features;
    return typeof features === 'object' && features !== null ? features : undefined;
  } catch {
    return undefined; // other metadata
  }
}

function namesOf(feature: unknown): readonly string[] | undefined {
  if (Array.isArray(feature)) return namesOf(feature[0]);
  const { _type, names, feature: inner } = (feature ?? {}) as Record<string, unknown>;
  if (inner !== undefined) return namesOf(inner);
  const isNamed = _type === 'ClassLabel' && Array.isArray(names) && names.length > 0;
  return isNamed && names.every((name) => typeof name === 'string') ? names : undefined;
}
