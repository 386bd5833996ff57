import { extname } from 'node:path';

/**
 * The extension of a file's name in lower case, without that of gzip, which is read as what it holds; empty if there is none.
 *
 * @example extensionOf('jobs.CSV.gz') // '.csv'
 */
export function extensionOf(path: string): string {
  const extension = extname(path).toLowerCase();
  return extension === '.gz' ? extname(path.slice(0, -extension.length)).toLowerCase() : extension;
}
