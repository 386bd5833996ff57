// Pages of a Parquet column, decompressed and checked before hyparquet decodes them: with damaged sizes it would run forever or out of memory.

import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { ColumnMetaData, Compressors, PageHeader, SchemaTree } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';

/** A page as stored, and decompressed. */
export interface Page {
  readonly compressed: Uint8Array;
  readonly bytes: Uint8Array;
}

/** One column chunk. */
interface Chunk {
  readonly data: ColumnMetaData;
  readonly levels: Levels;
  readonly compressors: Compressors;
}

/** Maximum definition and repetition level of a column. */
interface Levels {
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

/** Decompresses and checks the pages of a column chunk; throws RangeError for impossible sizes. */
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
  // A value has at least a byte, a boolean a bit.
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

/** Indices of a dictionary follow a byte with their width; booleans in runs follow four bytes with their length. */
function checkIndices(bytes: Uint8Array, { start, count, encoding = '', type }: Indices): void {
  const isRuns = encoding === 'RLE' || encoding.endsWith('_DICTIONARY');
  if (!isRuns || start >= bytes.length) return;
  const end = bytes.length;
  if (encoding === 'RLE') checkRuns(bytes, { start: Math.min(start + 4, end), end, width: 1, count });
  if (encoding !== 'RLE' || type !== 'BOOLEAN') checkRuns(bytes, { start: start + 1, end, width: bytes[start], count });
}

/** Maximum size of a decompressed page: the size of its column chunk, or more for inexact writers. */
const mostBytes = (stored: Uint8Array, { data }: Chunk) =>
  Math.max(Number(data.total_uncompressed_size), 64 * stored.length + 2 ** 20);

function decompressed(compressed: Uint8Array, size: number, { data: { codec }, compressors }: Chunk): Page {
  if (codec === 'UNCOMPRESSED') return { compressed, bytes: compressed };
  // The dictionary of a column of nulls is empty, and not every decompressor accepts an empty block.
  if (size === 0) return { compressed, bytes: new Uint8Array(0) };
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

interface Runs {
  readonly start: number;
  readonly end: number;
  /** Bits per value. */
  readonly width: number;
  /** Maximum number of values. */
  readonly count: number;
  /** Whether exactly this number is required. */
  readonly isWhole?: boolean;
}

/**
 * Throws RangeError for run-length encoded data with more values than expected, which a decoder would write out, and
 * for runs that end too early, because a decoder would continue with other bytes.
 *
 * Source: apache/parquet-format, Encodings.md, "Run Length Encoding / Bit-Packing Hybrid".
 */
function checkRuns(bytes: Uint8Array, { start, end, width, count, isWhole = false }: Runs): void {
  if (width > 32) throw new RangeError(`values of ${width} bits`);
  if (start < 0 || end < start || end > bytes.length) throw new RangeError('runs go beyond their page');
  let offset = start;
  let seen = 0;
  while (seen < count && offset < end) {
    const { value: header, next } = varint(bytes, offset, end);
    const isPacked = (header & 1) === 1;
    const values = isPacked ? (header >>> 1) * 8 : header >>> 1;
    // Packed values come in groups of eight; the last of them may be padding.
    if (values > count + (isPacked ? 7 : 0)) throw new RangeError(`a run of ${values} values, of ${count}`);
    offset = next + (isPacked ? (header >>> 1) * width : Math.ceil(width / 8));
    seen += values;
  }
  if (isWhole && seen < count) throw new RangeError(`runs of ${seen} values, of ${count}`);
}

function varint(bytes: Uint8Array, start: number, end: number): { value: number; next: number } {
  let value = 0;
  for (let i = 0; i < 5 && start + i < end; i++) {
    value |= (bytes[start + i] & 0x7f) << (7 * i);
    if (bytes[start + i] < 0x80) return { value, next: start + i + 1 };
  }
  throw new RangeError('a run without a length');
}

/** Supported compression codecs. LZO, which is no longer written, is not supported. */
export const knownCodecs = ['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'BROTLI', 'ZSTD', 'LZ4', 'LZ4_RAW'];

/** Decompressors by codec, all with bounded output. Two use Node's own, which are faster. */
export async function decompressors(): Promise<Compressors> {
  const { snappyUncompress } = await import('hyparquet');
  const { decompressLz4, decompressLz4Raw, decompressZstd } = await import('hyparquet-compressors');
  return {
    SNAPPY: (input, length) => filled(length, (output) => snappyUncompress(input, output)),
    GZIP: (input, length) => gunzipSync(input, { maxOutputLength: Math.max(1, length) }),
    BROTLI: (input, length) => brotliDecompressSync(input, { maxOutputLength: Math.max(1, length) }),
    ZSTD: (input, length) => decompressZstd(input, new Uint8Array(length)),
    LZ4: (input, length) => (isHadoopLz4(input) ? decompressLz4 : decompressLz4Raw)(input, length),
    LZ4_RAW: decompressLz4Raw,
  };
}

function filled(length: number, fill: (output: Uint8Array) => void): Uint8Array {
  const output = new Uint8Array(length);
  fill(output);
  return output;
}

/** Whether `LZ4` means Hadoop's frames, each preceded by two lengths, or a bare block, as from other writers. */
function isHadoopLz4(input: Uint8Array): boolean {
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
  let i = 0;
  while (i + 8 <= input.length) i += 8 + view.getUint32(i + 4);
  return i === input.length;
}
