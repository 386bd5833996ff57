import { extname } from 'node:path';
import { AttuneError } from '../attune-error';

/** How rows are written in a file. */
export type DataFormat = 'csv' | 'tsv' | 'jsonl' | 'parquet' | 'lines';

const formatOfExtension: Readonly<Record<string, DataFormat>> = {
  '.csv': 'csv',
  '.tsv': 'tsv',
  '.tab': 'tsv',
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
  '.parquet': 'parquet',
  '.txt': 'lines',
};

/**
 * The format a path's extension stands for, in any case; plain lines for `-`, standard input.
 *
 * Throws AttuneError `DATA_FORMAT` for another extension.
 */
export function formatOf(path: string): DataFormat {
  if (path === '-') return 'lines';
  const extension = extname(path).toLowerCase();
  const format = Object.hasOwn(formatOfExtension, extension) ? formatOfExtension[extension] : undefined;
  if (format !== undefined) return format;
  throw new AttuneError(
    'DATA_FORMAT',
    `${path}: expected one of the extensions ${Object.keys(formatOfExtension).join(', ')}, got ${extension === '' ? 'none' : `"${extension}"`}; ` +
      'state the format: csv, tsv, jsonl, parquet or lines',
  );
}
