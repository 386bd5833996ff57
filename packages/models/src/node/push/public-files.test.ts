import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasSettings, publicRecord, publicText } from './public-files';

describe('publicRecord', () => {
  const record = {
    ...{ task: 'token-classification', scheme: 'IOB2', mode: 'strict', stride: 16, decoding: 'constrained' },
    ...{ data: '/home/ada/secret.csv', evalData: '../ada/dev.csv', model: '../ada/bert', text: '{title}' },
    options: { data: '/home/ada/secret.csv', out: '/tmp/x' },
    modelDirectory: { absolute: '/home/ada/bert', fromRun: '../../ada/bert' },
    modelDigest: { files: { 'model.safetensors': { bytes: 9, header: 'ab' } }, tensors: 'cd' },
    arguments: { maxLength: 64, classWeights: { '/a/b': 2 } },
    architecture: { labels: ['/politics/local', 'O'], source: 'C:\\Users\\ada\\bert' },
    summary: { accuracy: 0.5, decision: { threshold: { '/politics/local': 0.3 } }, note: join(homedir(), 'x') },
  };

  it('keeps what loading needs, and no path or place', () => {
    expect(publicRecord(record)).toEqual({
      ...{ task: 'token-classification', scheme: 'IOB2', mode: 'strict', stride: 16, decoding: 'constrained' },
      modelDigest: { files: { 'model.safetensors': { bytes: 9, header: 'ab' } }, tensors: 'cd' },
      arguments: { maxLength: 64, classWeights: { '/a/b': 2 } },
      architecture: { labels: ['/politics/local', 'O'] },
      summary: { accuracy: 0.5, decision: { threshold: { '/politics/local': 0.3 } } },
    });
  });

  it('is what goes up of attune.json, and says what does not', () => {
    const { text, withheld } = publicText('attune.json', JSON.stringify(record))!;
    expect(JSON.parse(text)).toEqual(publicRecord(record));
    expect(withheld).toEqual([
      ...['data', 'evalData', 'model', 'text', 'options', 'modelDirectory', 'architecture.source', 'summary.note'],
    ]);
    expect(publicText('attune.json', text)).toBeUndefined();
  });
});

describe('publicText', () => {
  it.each([
    ['/home/ada/models/bert', true],
    ['~/bert', true],
    ['C:\\Users\\ada\\bert', true],
    ['\\\\server\\share\\bert', true],
    ['file:///home/ada/bert', true],
    ['google-bert/bert-base-uncased', false],
    ['gelu', false],
    ['/', false],
    ['{% if messages %}/a/b/{% endif %}', false],
  ])('leaves %s out of settings: %s', (value, isLeftOut) => {
    const text = JSON.stringify({ _name_or_path: value, hidden_size: 8 });
    const shown = publicText('config.json', text);
    expect(shown?.withheld).toEqual(isLeftOut ? ['_name_or_path'] : undefined);
    if (shown) expect(JSON.parse(shown.text)).toEqual({ hidden_size: 8 });
  });

  it('is not for vocabularies, and leaves alone what is no JSON', () => {
    expect(['config.json', 'tokenizer_config.json', 'attune.json', 'onnx/config.json'].every(hasSettings)).toBe(true);
    const others = ['tokenizer.json', 'vocab.json', 'model.safetensors.index.json', 'README.md', 'model.safetensors'];
    expect(others.some(hasSettings)).toBe(false);
    expect(publicText('config.json', '{"a": "/home/ada/x"')).toBeUndefined();
    expect(publicText('x.json', '["/home/ada/x"]')).toBeUndefined();
  });
});
