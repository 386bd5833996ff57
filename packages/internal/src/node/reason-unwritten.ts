import { reasonOf } from '../reason';

/** Obstacles to writing, where they differ from those to reading. */
const writing: Readonly<Record<string, string>> = {
  EACCES: 'no permission to write there',
  EDQUOT: 'a quota that is used up',
  EEXIST: 'a file of that name',
  ENOENT: 'a place where no file can be created',
  ENOSPC: 'a full disk',
  EPERM: 'no permission to write there',
  EROFS: 'a file system that cannot be written to',
};

/** The reason why a file or a directory could not be written, as in `reasonOf`. */
export function reasonUnwritten(cause: unknown): string {
  const { code = '', syscall } = cause as NodeJS.ErrnoException;
  return (syscall !== undefined && writing[code]) || reasonOf(cause);
}
