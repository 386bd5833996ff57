import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/**
 * A directory that is removed after the test; in the body of a `describe`, with `afterAll`, after its tests. In `beforeAll`
 * that is too late.
 */
export function temporaryDirectory(whenDone: (remove: () => void) => void = onTestFinished): string {
  const directory = mkdtempSync(join(tmpdir(), 'attune-cli-'));
  whenDone(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Writes a file of the given name into a directory and gives its path. */
export function fileIn(directory: string, name: string, content: string | Uint8Array): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

/** A new model's config.json: small enough to train in a blink. */
export const tinyConfig = JSON.stringify({
  n_layers: 1,
  dim: 32,
  n_heads: 2,
  hidden_dim: 64,
  vocab_size: 200,
  max_position_embeddings: 64,
});

const words = {
  farm: ['corn', 'wheat', 'cattle', 'barn', 'tractor'],
  code: ['python', 'server', 'deploy', 'cloud', 'compiler'],
} as const;

/** Rows that a tiny model learns quickly: every text has words of its label only. */
export function farmAndCode(count: number): { id: number; title: string; text: string; label: string }[] {
  return Array.from({ length: count }, (_, i) => {
    const label = i % 2 === 0 ? 'farm' : 'code';
    const word = (k: number) => words[label][Math.floor(i / 5 ** k + k) % 5];
    return { id: i, title: `${word(0)} ${i}`, text: `${word(1)}, ${word(2)} and ${word(0)}`, label };
  });
}

/** Rows as CSV, every field quoted. */
export function csv(rows: readonly Readonly<Record<string, unknown>>[]): string {
  const quoted = (value: unknown) => `"${String(value).replaceAll('"', '""')}"`;
  const header = Object.keys(rows[0]).join(',');
  return `${[header, ...rows.map((row) => Object.values(row).map(quoted).join(','))].join('\n')}\n`;
}

/** The same of a model that writes. */
export const tinyLlamaConfig = JSON.stringify({
  num_hidden_layers: 1,
  hidden_size: 32,
  num_attention_heads: 2,
  num_key_value_heads: 1,
  intermediate_size: 64,
  vocab_size: 320,
  max_position_embeddings: 128,
  initializer_range: 0.2,
});
