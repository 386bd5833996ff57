import type { ColumnMetaData, Compressors, FileMetaData, RowGroup } from 'hyparquet';
import { parsersOf } from './cell-text';
import { orDamaged } from './damage';
import { checkChunk, type ParquetColumn } from './layout';
import { checkedPages, levelsOf, type Page } from './pages';
import type { RandomAccess } from './random-access';

export interface ColumnPlace {
  readonly file: RandomAccess;
  readonly metadata: FileMetaData;
  readonly group: RowGroup;
  readonly column: ParquetColumn;
  readonly compressors: Compressors;
  readonly where: string;
}

/** The values of one column in one row group, one a row: nothing else of the file is read. */
export async function readColumn(place: ColumnPlace): Promise<unknown[]> {
  const { where, group, column } = place;
  return orDamaged(where, async () => {
    checkChunk(where, group, column);
    const values = await decode(place, await pagesOf(place));
    if (values.length !== Number(group.num_rows))
      throw new RangeError(`${values.length} values for ${group.num_rows} rows`);
    // Null is a value; undefined is a number beyond the end of a dictionary.
    if (column.isFlat && values.includes(undefined)) throw new RangeError('a value that the dictionary has not');
    return values;
  });
}

async function pagesOf({ file, metadata, group, column, compressors }: ColumnPlace): Promise<Page[]> {
  const { parquetSchema } = await import('hyparquet');
  const tree = parquetSchema(metadata);
  const pages: Page[] = [];
  for (const { meta_data: data } of group.columns) {
    if (data?.path_in_schema[0] !== column.name) continue;
    const start = startOf(data);
    const bytes = await file.slice(start, start + Number(data.total_compressed_size));
    const levels = levelsOf(tree, data.path_in_schema);
    for (const page of checkedPages(bytes, { data, levels, compressors })) pages.push(page);
  }
  return pages;
}

function startOf({ dictionary_page_offset: dictionary, data_page_offset: data }: ColumnMetaData): number {
  return Number(dictionary === undefined || dictionary === 0n || dictionary > data ? data : dictionary);
}

async function decode(place: ColumnPlace, pages: readonly Page[]): Promise<unknown[]> {
  const { parquetRead } = await import('hyparquet');
  const { file, metadata, group, column } = place;
  const values: unknown[] = [];
  await parquetRead({
    file,
    metadata: { ...metadata, row_groups: [group], num_rows: group.num_rows },
    columns: [column.name],
    compressors: alreadyOpened(place.compressors, pages),
    parsers: parsersOf(column.element),
    geoparquet: false,
    // One by one: a spread of a long page would overflow the stack.
    onChunk: ({ columnData }) => {
      for (const value of columnData) values.push(value);
    },
  });
  return values;
}

/** Gives pages as they were decompressed to be checked. They are asked for in order, but for columns of several parts, read side by side. */
function alreadyOpened(compressors: Compressors, pages: readonly Page[]): Compressors {
  const left = [...pages].reverse();
  const open = (input: Uint8Array) => {
    const i = left.findLastIndex(({ compressed }) => Buffer.compare(compressed, input) === 0);
    if (i < 0) throw new RangeError('a page at another place than its header says');
    return left.splice(i, 1)[0].bytes;
  };
  return Object.fromEntries(Object.keys(compressors).map((codec) => [codec, open]));
}
