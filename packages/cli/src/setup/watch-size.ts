import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

const every = 500; // milliseconds

/** Tells how many bytes the files under a directory have, again and again; the function that it returns ends that. */
export function watchSize(directory: string, tell: (bytes: number) => void): () => void {
  const timer = setInterval(() => sizeOf(directory).then(tell, () => {}), every); // files come and go meanwhile
  return () => clearInterval(timer);
}

async function sizeOf(directory: string): Promise<number> {
  const names = await readdir(directory, { recursive: true });
  const stats = await Promise.all(names.map((name) => stat(join(directory, name))));
  return stats.reduce((sum, entry) => sum + (entry.isFile() ? entry.size : 0), 0);
}
