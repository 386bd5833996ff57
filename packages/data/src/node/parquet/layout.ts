// The metadata of a Parquet file, checked before values are read.

import { AttuneError, isAttuneError } from '@attune/internal';
import type { FileMetaData, RowGroup, SchemaElement, SchemaTree } from 'hyparquet';
import { emptyInput } from '../../table';
import type { RandomAccess } from '../bytes';
import { knownCodecs } from './pages';

/** The metadata at the end of a Parquet file. */
interface ParquetLayout {
  readonly metadata: FileMetaData;
  readonly columns: readonly ParquetColumn[];
}

export interface ParquetColumn {
  readonly name: string;
  readonly element: SchemaElement;
  /** The element, and the parts of a list or a structure. */
  readonly tree: SchemaTree;
  /** Whether it has one value per row, not a list or a structure. */
  readonly isFlat: boolean;
}

/**
 * Reads and checks the metadata of a file.
 *
 * @throws AttuneError `DATA_EMPTY`, `DATA_NO_ROWS`, and `DATA_PARQUET` for a file that is
 * damaged, encrypted, or not Parquet.
 */
export async function readLayout(file: RandomAccess, where: string): Promise<ParquetLayout> {
  if (file.byteLength === 0) throw emptyInput(where);
  await checkMagic(file, where);
  return orDamaged(where, async () => {
    const { parquetMetadataAsync, parquetSchema } = await import('hyparquet');
    const metadata = await parquetMetadataAsync(file, { geoparquet: false });
    const columns = parquetSchema(metadata).children.map((tree) => ({
      name: tree.element.name,
      element: tree.element,
      tree,
      isFlat: tree.children.length === 0 && tree.element.repetition_type !== 'REPEATED',
    }));
    checkRowCounts(metadata, where);
    return { metadata, columns };
  });
}

async function checkMagic(file: RandomAccess, where: string): Promise<void> {
  const tail = await file.slice(Math.max(0, file.byteLength - 4));
  const magic = String.fromCharCode(...new Uint8Array(tail));
  if (magic === 'PARE') throw badParquet(where, 'expected a Parquet file, got an encrypted one; decrypt it');
  if (magic === 'PAR1' && file.byteLength >= 12) return;
  throw badParquet(
    where,
    'expected a Parquet file, which ends in PAR1, got another ending; it is cut off, or of another format: copy it again, or name the format',
  );
}

/** Throws AttuneError `DATA_COLUMN_DUPLICATE` if two columns have the same name. */
export function checkColumns(columns: readonly ParquetColumn[], where: string): void {
  const names = columns.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice === undefined) return;
  throw new AttuneError(
    'DATA_COLUMN_DUPLICATE',
    `${where}: expected every column once, got ${JSON.stringify(twice)} twice; rename one of them`,
  );
}

function checkRowCounts({ num_rows: stated, row_groups: groups }: FileMetaData, where: string): void {
  const counts = groups.map(({ num_rows: rows }) => rows);
  if (counts.some((rows) => rows < 0n || rows > 2n ** 31n)) throw new RangeError('a row group has no possible size');
  if (counts.reduce((sum, rows) => sum + rows, 0n) !== stated)
    throw new RangeError(`row groups do not have the ${stated} rows of the file together`);
  if (stated === 0n)
    throw new AttuneError('DATA_NO_ROWS', `${where}: expected rows of data, got none; check the export`);
}

/** Throws AttuneError `DATA_PARQUET` if a column of a row group cannot be read. */
export function checkChunk(where: string, group: RowGroup, { name, isFlat, element }: ParquetColumn): void {
  if ((element.scale ?? 0) < 0 || (element.scale ?? 0) > 100)
    throw new RangeError(`decimals of scale ${element.scale}`);
  const chunks = group.columns.filter(({ meta_data: data }) => data?.path_in_schema[0] === name);
  if (chunks.length === 0) throw badParquet(where, 'expected values, got none; the file is damaged or encrypted');
  for (const { meta_data: data } of chunks) {
    if (!knownCodecs.includes(String(data?.codec)))
      throw badParquet(
        where,
        `expected one of the compressions ${knownCodecs.join(', ')}, got ${data?.codec}; write the file with another`,
      );
    if (isFlat && data?.num_values !== group.num_rows)
      throw new RangeError(`${data?.num_values} values for ${group.num_rows} rows`);
  }
}

/** Error for a file that is not Parquet, damaged, or unsupported. */
function badParquet(where: string, problem: string, cause?: unknown): AttuneError {
  return new AttuneError('DATA_PARQUET', `${where}: ${problem}`, { cause });
}

/** The result of `read`; errors other than AttuneError are reported as a damaged file. */
export async function orDamaged<T>(where: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (isAttuneError(error)) throw error;
    const problem = error instanceof Error ? error.message : String(error);
    throw badParquet(
      where,
      `expected a whole Parquet file, got a damaged one (${problem}); write or copy it again`,
      error,
    );
  }
}
