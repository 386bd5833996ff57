/** Obstacles to reading, by the system's code. */
const words: Readonly<Record<string, string>> = {
  EACCES: 'no permission to read it',
  EISDIR: 'a directory',
  ELOOP: 'a link that leads to itself',
  EMFILE: 'too many open files',
  ENAMETOOLONG: 'a name that is too long',
  ENOENT: 'no such file or directory',
  ENOTDIR: 'a path that leads through a file',
  EPERM: 'no permission to read it',
};

/**
 * The reason why a file or a text could not be read, phrased to follow "got"; otherwise the message of the error.
 *
 * @example
 * readFile(path).catch((cause) => { throw new Error(`${path}: expected a file, got ${reasonOf(cause)}`, { cause }); });
 */
export function reasonOf(cause: unknown): string {
  const { code = '', syscall } = cause as { readonly code?: string; readonly syscall?: string };
  if (syscall !== undefined && words[code]) return words[code];
  return cause instanceof Error ? cause.message : String(cause);
}
