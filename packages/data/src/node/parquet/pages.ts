// A decoder that is fast trusts what it reads: damaged sizes let hyparquet run for ever or out of memory. So pages are looked at before it gets them.

import type { ColumnMetaData, Compressors, PageHeader, SchemaTree } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { checkRuns } from './runs';

/** A page as it is stored, and what it holds. */
export interface Page {
  readonly compressed: Uint8Array;
  readonly bytes: Uint8Array;
}

/** What is known of one column chunk. */
export interface Chunk {
  readonly data: ColumnMetaData;
  readonly levels: Levels;
  readonly compressors: Compressors;
}

/** How often values of a column may be missing or repeated. */
export interface Levels {
  readonly definition: number;
  readonly repetition: number;
}

/** The levels of the column at the end of a path of the schema. */
export function levelsOf(root: SchemaTree, path: readonly string[]): Levels {
  let node: SchemaTree | undefined = root;
  let [definition, repetition] = [0, 0];
  for (const name of path) {
    node = node?.children.find(({ element }) => element.name === name);
    if (node === undefined) throw new RangeError(`no column ${path.join('.')}`);
    if (node.element.repetition_type !== 'REQUIRED') definition++;
    if (node.element.repetition_type === 'REPEATED') repetition++;
  }
  return { definition, repetition };
}

/** Decompresses and checks the pages of a column chunk. Throws RangeError for sizes that cannot be. */
export function checkedPages(bytes: ArrayBuffer, chunk: Chunk): Page[] {
  const reader = { view: new DataView(bytes), offset: 0 };
  const pages: Page[] = [];
  let left = Number(chunk.data.num_values);
  while (reader.offset < bytes.byteLength - 1) {
    const header = parquetHeader(reader);
    const size = within(header.compressed_page_size, bytes.byteLength - reader.offset, 'bytes');
    const page = openPage(new Uint8Array(bytes, reader.offset, size), header, chunk);
    if (page !== undefined) pages.push(page);
    reader.offset += size;
    left -= within(valueCount(header), left, 'values');
  }
  return pages;
}

function valueCount({ type, data_page_header: v1, data_page_header_v2: v2 }: PageHeader): number | undefined {
  if (type === 'DATA_PAGE') return v1?.num_values;
  return type === 'DATA_PAGE_V2' ? v2?.num_values : 0;
}

function openPage(stored: Uint8Array, header: PageHeader, chunk: Chunk): Page | undefined {
  within(header.uncompressed_page_size, mostBytes(stored, chunk), 'bytes');
  if (header.type === 'DICTIONARY_PAGE') return openDictionary(stored, header, chunk);
  if (header.type === 'DATA_PAGE_V2') return openPageV2(stored, header, chunk);
  const { num_values: count = 0, encoding } = header.data_page_header ?? {};
  const page = decompressed(stored, header.uncompressed_page_size, chunk);
  const { bytes } = page;
  const { repetition, definition } = chunk.levels;
  let start = 0;
  for (const highest of [repetition, definition]) {
    if (highest === 0) continue;
    const end = start + 4 + within(view(bytes).getUint32(start, true), bytes.length, 'bytes');
    checkRuns(bytes, { start: start + 4, end, width: bits(highest), count, isWhole: true });
    start = end;
  }
  checkIndices(bytes, { start, count, encoding, type: chunk.data.type });
  return page;
}

function openDictionary(stored: Uint8Array, header: PageHeader, chunk: Chunk): Page {
  const page = decompressed(stored, header.uncompressed_page_size, chunk);
  // A value has a byte, but for booleans, which have a bit.
  within(header.dictionary_page_header?.num_values, page.bytes.length * 8, 'values');
  return page;
}

function openPageV2(stored: Uint8Array, header: PageHeader, chunk: Chunk): Page | undefined {
  const v2 = header.data_page_header_v2;
  if (v2 === undefined) return undefined;
  const count = v2.num_values;
  within(v2.num_nulls, count, 'nulls');
  const first = within(v2.repetition_levels_byte_length, stored.length, 'bytes');
  const second = first + within(v2.definition_levels_byte_length, stored.length - first, 'bytes');
  const { repetition, definition } = chunk.levels;
  if (repetition > 0) checkRuns(stored, { start: 0, end: first, width: bits(repetition), count, isWhole: true });
  if (definition > 0) checkRuns(stored, { start: first, end: second, width: bits(definition), count, isWhole: true });
  const values = stored.subarray(second);
  const isStored = v2.is_compressed === false;
  const page = isStored
    ? { compressed: values, bytes: values }
    : decompressed(values, within(header.uncompressed_page_size - second, mostBytes(stored, chunk), 'bytes'), chunk);
  checkIndices(page.bytes, { start: 0, count, encoding: v2.encoding, type: chunk.data.type });
  return isStored ? undefined : page;
}

interface Indices {
  readonly start: number;
  readonly count: number;
  readonly encoding?: string;
  readonly type: string;
}

/** Places in a dictionary have a byte before them, of their width; booleans in runs have four, of their length. */
function checkIndices(bytes: Uint8Array, { start, count, encoding = '', type }: Indices): void {
  const isRuns = encoding === 'RLE' || encoding.endsWith('_DICTIONARY');
  if (!isRuns || start >= bytes.length) return;
  const end = bytes.length;
  if (encoding === 'RLE') checkRuns(bytes, { start: Math.min(start + 4, end), end, width: 1, count });
  if (encoding !== 'RLE' || type !== 'BOOLEAN') checkRuns(bytes, { start: start + 1, end, width: bytes[start], count });
}

/** What a page can be decompressed to: no more than its column chunk, some more for writers that are not exact. */
const mostBytes = (stored: Uint8Array, { data }: Chunk) =>
  Math.max(Number(data.total_uncompressed_size), 64 * stored.length + 2 ** 20);

function decompressed(compressed: Uint8Array, size: number, { data: { codec }, compressors }: Chunk): Page {
  if (codec === 'UNCOMPRESSED') return { compressed, bytes: compressed };
  const bytes = compressors[codec]?.(compressed, size);
  if (bytes?.length === size) return { compressed, bytes };
  throw new RangeError(`a page of ${bytes?.length} bytes, not the ${size} that it states`);
}

function within(value: number | undefined, most: number, unit: string): number {
  if (value !== undefined && Number.isInteger(value) && value >= 0 && value <= most) return value;
  throw new RangeError(`a page of ${value} ${unit}, where there are ${most}`);
}

const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const bits = (highest: number) => 32 - Math.clz32(highest);
