import { AttuneError } from '../attune-error';
import type { TableHeader } from '../table';

/** A file without a single row or header. */
export function emptyInput(where: string): AttuneError {
  return new AttuneError(
    'DATA_EMPTY',
    `${where}: expected rows of data, got an empty file; check the path and the export`,
  );
}

/** A file whose header is all there is. */
export function headerOnly(header: TableHeader): AttuneError {
  return new AttuneError(
    'DATA_NO_ROWS',
    `${header.where} line ${header.headerLine}: expected rows below the header, got none; check the export`,
  );
}

/** A byte order mark is the writer's, not the first column's. */
export function withoutByteOrderMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}
