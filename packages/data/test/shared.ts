import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'vitest';

/** A suite that needs a file or folder of `../shared`; without it, it is one skipped test that says so. */
export function describeWithShared(name: string, title: string, define: (path: string) => void): void {
  const path = fileURLToPath(new URL(`../../../../shared/${name}`, import.meta.url));
  if (existsSync(path)) describe(title, () => define(path));
  else it.skip(`${title} (skipped: needs ../shared/${name})`, () => {});
}
