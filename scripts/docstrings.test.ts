import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { afterAll, describe, expect, it } from 'vitest';
import { entryPoints, type Lack, lackingDocstrings, publicProgram } from './docstrings';
import { root } from './install.mjs';

function lacksIn(directory: string, paths: ts.MapLike<string[]> = {}): string[] {
  const entries = entryPoints(directory);
  const lacks = lackingDocstrings(publicProgram(entries, paths), entries, directory);
  return lacks.map(({ place, name, lacks }: Lack) => `${place} ${name}: no ${lacks}`);
}

it('every export and every member of a public type says what it is, an option its default', () => {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (file) => readFileSync(file, 'utf8'));
  const paths = Object.entries<string[]>(config.compilerOptions.paths);
  const absolute = paths.map(([name, places]) => [name, places.map((place) => join(root, place))] as const);
  expect(lacksIn(root, Object.fromEntries(absolute))).toEqual([]);
});

describe('the check', () => {
  const directory = mkdtempSync(join(tmpdir(), 'attune-docstrings-'));
  afterAll(() => rmSync(directory, { recursive: true }));

  /** What a package of these sources lacks, without the places. */
  function lacksOf(
    sources: Record<string, string>,
    manifest: object = { exports: { '.': './dist/index.js' } },
  ): string[] {
    rmSync(join(directory, 'packages'), { recursive: true, force: true });
    for (const [file, text] of Object.entries({ 'package.json': JSON.stringify(manifest), ...sources })) {
      const path = join(directory, 'packages/own', file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
    return lacksIn(directory).map((lack) => lack.replace(/^\S+ /, ''));
  }
  const lacksOfIndex = (text: string) => lacksOf({ 'src/index.ts': text });

  it('names place, type and member', () => {
    lacksOfIndex('/** Rows. */\nexport interface Table {\n  readonly rows: string[];\n}\n');
    expect(lacksIn(directory)).toEqual(['packages/own/src/index.ts:3 Table.rows: no docstring']);
  });

  it('asks for a docstring of every export, of an overloaded function once', () => {
    const text =
      'export const one = 1;\nexport function f(x: 1): 1;\n/** Says it. */\nexport function f(x: unknown) { return x; }';
    expect(lacksOfIndex(text)).toEqual(['one: no docstring']);
  });

  it('asks that every @param is a parameter', () => {
    const doc = (name: string) => `/**\n * Says it.\n *\n * @param ${name} the rows\n */\n`;
    const text = `${doc('rows')}export function f(rows: 1) {}\n${doc('length')}export function g(options: 1) {}`;
    expect(lacksOfIndex(`${text}\n${doc('x')}export const h = (y: 1) => y;`)).toEqual([
      'g: no parameter',
      'h: no parameter',
    ]);
  });

  it('follows types through files, ancestors, members, parameters, results, unions and conditions', () => {
    const hidden = (name: string) => `export interface ${name} { readonly of${name}: string }`;
    const names = ['Ancestor', 'Member', 'Parameter', 'Result', 'Union', 'Condition', 'Argument', 'Callback'];
    const own = `import type { ${names} } from './hidden';
      /** Own. */ export interface Own extends Ancestor {
        /** What it holds. */ readonly member: readonly Member[];
        /** Computes. */ run(x: Parameter): Promise<Result>;
        /** Called at last. */ readonly done: (argument: Callback) => void;
      }
      /** Any. */ export type Any<T> = T extends string ? Union | string : Partial<Condition> & Readonly<Argument>;`;
    const lacks = lacksOf({ 'src/index.ts': own, 'src/hidden.ts': names.map(hidden).join('\n') });
    expect(lacks.toSorted()).toEqual(names.map((name) => `${name}.of${name}: no docstring`).toSorted());
  });

  it('asks for the members of objects that are written in place', () => {
    const text =
      '/** Does. */ export function f(x: string, { a = 1 }: { a?: number } = {}): { b: string } { return { b: x + a } }';
    expect(lacksOfIndex(text)).toEqual(['f(1).a: no docstring', 'f().b: no docstring']);
  });

  it('asks for public members of classes, those of the constructor too', () => {
    const text = `/** Own. */ export class Own {
      private readonly a = 1; #b = 2; protected c = 3; readonly d = 4;
      constructor(readonly e: string, f: string) {}
      get g() { return 1; }
    }`;
    expect(lacksOfIndex(text)).toEqual(['Own.d: no docstring', 'Own.e: no docstring', 'Own.g: no docstring']);
  });

  it('asks options for their defaults, by the name of the type or by the place where a function takes it', () => {
    const text = `
      /** Options. */ export interface SplitOptions {
        /** Of the order. */ readonly seed?: number;
        /** Of the parts; default none. */ readonly names?: string[];
        /** Required ones have none. */ readonly parts: number;
      }
      /** Taken last. */ export interface Taken {
        /** Of the work. */ readonly kind?: string
      }
      /** A result. */ export interface Found {
        /** Where it is. */ readonly line?: number
      }
      /** Finds. */ export function find(text: string, options: Partial<Taken>): Found { return {}; }`;
    expect(lacksOfIndex(text)).toEqual(['Taken.kind: no default', 'SplitOptions.seed: no default']);
  });

  it('asks numbers for their unit', () => {
    const text = `/** Facts. */ export interface Facts {
      /** How long it took. */ readonly time: number;
      /** How long, in seconds. */ readonly duration: number;
      /** How long it waits. */ readonly waitedSeconds: number;
      /** How much is left. */ readonly share: number;
      /** The step's size. */ readonly learningRate: number;
    }`;
    expect(lacksOfIndex(text)).toEqual(['Facts.time: no unit', 'Facts.share: no unit']);
  });

  it('takes a docstring that says no more than the names, or the default alone, for none', () => {
    const text = `/** Facts. */ export interface RowOptions {
      /** The label of the row. */ readonly label: string;
      /** Default 3. */ readonly count?: number;
    }`;
    expect(lacksOfIndex(text)).toEqual(['RowOptions.label: no meaning', 'RowOptions.count: no meaning']);
  });

  it('counts a member once, and leaves private packages and libraries alone', () => {
    const [text, twice] = [
      'export interface Own { readonly a: string }',
      "export { type Own, type Own as Again } from './own';",
    ];
    expect(lacksOf({ 'src/own.ts': text, 'src/index.ts': twice })).toEqual([
      'Own: no docstring',
      'Own.a: no docstring',
    ]);
    expect(lacksOf({ 'src/index.ts': text }, { private: true, exports: { '.': './src/index.ts' } })).toEqual([]);
    const ofLibrary = "import type ts from 'typescript';\n/** Walks. */ export function walk(node: ts.Node): void {}";
    expect(lacksOfIndex(ofLibrary)).toEqual([]);
  });

  it('refuses an entry point that is not there', () => {
    const manifest = { exports: { './gone': './dist/gone.js' } };
    expect(() => lacksOf({}, manifest)).toThrow(
      /docstrings: expected a module packages\/own\/src\/gone\/index.ts, got none/,
    );
  });
});
