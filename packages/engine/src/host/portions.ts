/** Names in order, cut where the next one would not fit into `limit` bytes; one that is larger is alone. */
export function portions(bytesOf: Readonly<Record<string, number>>, limit: number): string[][] {
  const all: string[][] = [];
  let left = -1;
  for (const [name, bytes] of Object.entries(bytesOf)) {
    if (bytes > left) {
      all.push([]);
      left = limit;
    }
    all.at(-1)!.push(name);
    left -= bytes;
  }
  return all;
}
