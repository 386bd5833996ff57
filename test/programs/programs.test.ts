import { expect, it } from 'vitest';
import { lowerings } from './adapter';
import { canonicalProgram, programText, sha256 } from './canonical';
import { decoders } from './cases';
import { exportedFiles } from './exported';
import { differences, dump, type Hashes } from './hashes';
import { cachedPrograms, devicePrograms, familyPrograms, furtherPrograms, type Recorded } from './recorded';

/** 64 bits tell some thousand programs apart. */
const short = (content: string | Uint8Array) => sha256(content).slice(0, 16);

function hashesOf({ program, training }: Recorded): Hashes {
  const canonical = canonicalProgram(program);
  const lowered = Object.entries(lowerings).map(([target, lower]) => [target, short(lower(canonical, training))]);
  return { program: short(programText(canonical)), ...Object.fromEntries(lowered) };
}

/** Nothing where nothing differs; the first cases that do, and how to see why. */
function report(found: readonly string[]): string {
  if (found.length === 0) return '';
  const [some, rest] = [found.slice(0, 40), found.length - 40];
  return [
    `${found.length} cases differ:`,
    ...some,
    ...(rest > 0 ? [`and ${rest} more`] : []),
    'See test/README.md.',
  ].join('\n');
}

function compare(group: string, programs: readonly Recorded[]): void {
  for (const { name, program } of programs) dump(group, name, programText(program));
  const cases = new Map(programs.map((recorded) => [recorded.name, hashesOf(recorded)]));
  expect(cases.size, 'cases of different names').toBe(programs.length);
  expect(cases.size).toBeGreaterThan(0);
  expect(report(differences(group, cases))).toBe('');
}

it.each(['bert', 'distilbert', 'electra', 'mpnet', 'roberta', ...decoders] as const)(
  'programs of a %s are as they were, and what each target makes of them',
  async (family) => compare(family, await familyPrograms(family)),
);

it.each([
  ['losses, adapters, frozen layers and heads of one’s own', 'further', furtherPrograms],
  ['generation with a cache', 'cached', cachedPrograms],
  ['training on a device', 'device', devicePrograms],
] as const)('programs of %s are as they were', async (_, group, programs) => compare(group, await programs()));

it('exported files are as they were', () => {
  const files = exportedFiles();
  for (const { name, content } of files) if (typeof content === 'string') dump('exported', name, content);
  const cases = new Map(files.map(({ name, content }) => [name, { file: short(content) }]));
  expect(cases.size, 'cases of different names').toBe(files.length);
  expect(report(differences('exported', cases))).toBe('');
});
