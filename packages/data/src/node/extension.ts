// Extensions of files' names, and gzip around them.
import { extname } from 'node:path';

/** Whether a file is packed with gzip, by its name. */
export const isGzip = (path: string): boolean => extname(path).toLowerCase() === '.gz';

/**
 * The extension of a file's name in lower case, without that of gzip, which is read as what it holds; empty if there is none.
 *
 * @example extensionOf('jobs.CSV.gz') // '.csv'
 */
export function extensionOf(path: string): string {
  return extname(isGzip(path) ? path.slice(0, -'.gz'.length) : path).toLowerCase();
}
