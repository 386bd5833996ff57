import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';
import { expect, it } from 'vitest';
import { describeWith } from '../test/needs';
import { readGolden, readShared, shared } from '../test/shared';
import { tokenizerFromJson } from './load/from-json';
import { randomNumbers, randomText } from './testing/texts';

const path = '/usr/bin/chromium';
const chromium = { isThere: existsSync(path), what: path };
const names = ['bert-base-uncased', 'bert-base-cased', 'gpt2-style', 'llama2-32k', 'llama3-style'];

describeWith([shared, chromium], 'in headless Chromium', () => {
  it.each(names)('the ids and offsets of %s are those of Node', (name) => {
    const random = randomNumbers(3);
    const golden = readGolden<{ text: string }[]>('texts.json').map(({ text }) => text);
    const texts = [...golden, ...Array.from({ length: 5000 }, () => randomText(random))];
    const json = readShared(`weights/tokenizers/${name}/tokenizer.json`);
    const expected = tokenizerFromJson(json).encodeBatch(texts, { offsets: true });
    const actual = inBrowser(json, texts);
    expect(actual.ids.length).toBeGreaterThan(texts.length);
    expect(actual.ids).toEqual([...expected.ids]);
    expect(actual.offsets).toEqual([...expected.offsets]);
  });
});

/** Encodes in a page that bundles the package. Its result is numbers alone, which need no escaping in the DOM. */
function inBrowser(json: string, texts: readonly string[]): { ids: number[]; offsets: number[] } {
  const directory = mkdtempSync(join(tmpdir(), 'attune-browser-'));
  try {
    const page = join(directory, 'page.html');
    writeFileSync(page, pageOf(json, texts));
    const flags = ['--headless', '--no-sandbox', '--disable-gpu', `--user-data-dir=${join(directory, 'profile')}`];
    const dom = execFileSync(path, [...flags, '--dump-dom', pathToFileURL(page).href], {
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const found = /<pre>(.*)<\/pre>/s.exec(dom)?.[1];
    expect(found, 'the page’s result').toMatch(/^\{/);
    return JSON.parse(found as string);
  } finally {
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  }
}

function pageOf(json: string, texts: readonly string[]): string {
  const code = `
    import { tokenizerFromJson } from './index';
    const { ids, offsets } = tokenizerFromJson(window.json).encodeBatch(window.texts, { offsets: true });
    document.querySelector('pre').textContent = JSON.stringify({ ids: [...ids], offsets: [...offsets] });`;
  const resolveDir = fileURLToPath(new URL('.', import.meta.url));
  const { outputFiles } = buildSync({
    stdin: { contents: code, resolveDir, loader: 'ts' },
    bundle: true,
    write: false,
    charset: 'ascii',
  });
  // JSON writes lone surrogates as escapes, so that the page gets the same strings.
  const literal = (value: unknown) => JSON.stringify(value).replaceAll('<', '\\u003c');
  const data = `window.json = ${literal(json)}; window.texts = ${literal(texts)};`;
  const script = outputFiles[0].text.replaceAll('</script', '<\\/script');
  return `<!doctype html><meta charset="utf-8"><pre></pre><script>${data}</script><script>${script}</script>`;
}
