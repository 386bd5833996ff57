import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { env } from 'node:process';
import { fileURLToPath } from 'node:url';

/** What is hashed of a case, by the name of its part: `program`, `onnx`, … */
export type Hashes = Readonly<Record<string, string>>;

const fixtures = fileURLToPath(new URL('fixtures/', import.meta.url));
const isUpdate = Boolean(env.UPDATE_PROGRAM_HASHES);

/**
 * What differs from `fixtures/GROUP.txt`, a line per case; none where all is as it was. With UPDATE_PROGRAM_HASHES=1 the
 * file is written anew.
 */
export function differences(group: string, cases: ReadonlyMap<string, Hashes>): string[] {
  const file = join(fixtures, `${group}.txt`);
  if (isUpdate) {
    mkdirSync(fixtures, { recursive: true });
    writeFileSync(file, format(cases));
  }
  const known = existsSync(file) ? parse(readFileSync(file, 'utf8')) : new Map<string, Hashes>();
  const lost = [...known.keys()].filter((name) => !cases.has(name)).map((name) => `${name}: no longer there`);
  const changed = [...cases].flatMap(([name, own]) => {
    const before = known.get(name);
    if (!before) return [`${name}: not in ${file}`];
    const parts = Object.keys({ ...before, ...own }).filter((part) => before[part] !== own[part]);
    return parts.length === 0 ? [] : [`${name}: ${parts.join(', ')} changed`];
  });
  return [...lost, ...changed];
}

function format(cases: ReadonlyMap<string, Hashes>): string {
  return [...cases]
    .map(([name, hashes]) => {
      const parts = Object.entries(hashes).map(([part, hash]) => `${part} ${hash}`);
      return `${name} → ${parts.join(', ')}\n`;
    })
    .join('');
}

function parse(text: string): Map<string, Hashes> {
  const lines = text.split('\n').filter((line) => line !== '');
  return new Map(
    lines.map((line) => {
      const [name, parts] = line.split(' → ');
      return [name, Object.fromEntries(parts.split(', ').map((part) => part.split(' ')))];
    }),
  );
}

/** With DUMP_PROGRAMS=DIRECTORY each text is written there, to be compared with another commit's by `diff -r`. */
export function dump(group: string, name: string, text: string): void {
  const root = env.DUMP_PROGRAMS;
  if (!root) return;
  const directory = join(root, group);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, `${name.replaceAll(/[^\w]+/g, '-')}.txt`), text);
}
