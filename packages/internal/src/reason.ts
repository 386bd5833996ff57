/** What stands in the way, by the system's code. */
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

/** What stands in the way of writing, where that is put differently. */
const writing: Readonly<Record<string, string>> = {
  EACCES: 'no permission to write there',
  EDQUOT: 'a quota that is used up',
  EEXIST: 'a file of that name',
  ENOENT: 'a place where no file can be made',
  ENOSPC: 'a full disk',
  EPERM: 'no permission to write there',
  EROFS: 'a file system that cannot be written to',
};

/**
 * Why a file or a text could not be read, in words that read on after "got"; the message of an error that has no such words.
 *
 * @example
 * readFile(path).catch((cause) => { throw new Error(`${path}: expected a file, got ${reasonOf(cause)}`, { cause }); });
 */
export const reasonOf = (cause: unknown): string => inWords(cause, words);

/** Why a file or a directory could not be written, as `reasonOf`. */
export const reasonUnwritten = (cause: unknown): string => inWords(cause, { ...words, ...writing });

function inWords(cause: unknown, own: typeof words): string {
  const { code = '', syscall } = cause as { readonly code?: string; readonly syscall?: string };
  if (syscall !== undefined && own[code]) return own[code];
  return cause instanceof Error ? cause.message : String(cause);
}
