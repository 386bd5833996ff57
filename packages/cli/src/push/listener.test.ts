import { describe, expect, it } from 'vitest';
import { capture } from '../testing/capture';
import { pushListener } from './listener';

const events = [
  { file: 'model.safetensors', sent: 30_000, size: 1_340_000_000 },
  { file: 'model.safetensors', sent: 60_000, size: 1_340_000_000 },
  { file: 'model.safetensors', sent: 670_000_000, size: 1_340_000_000 },
  { file: 'model.safetensors', sent: 1_340_000_000, size: 1_340_000_000 },
  { file: 'config.json', sent: 812, size: 812 },
  { file: 'tokenizer.json', sent: 4_096, size: 4_096 },
  { file: 'vocab.txt', sent: 0, size: 0 },
];

const lines = ['model.safetensors  1.3 GB\n', 'config.json  812 B\n', 'tokenizer.json  4.1 kB\n', 'vocab.txt  0 B\n'];

describe('pushListener', () => {
  it('prints a line for every file', () => {
    const { stream, text } = capture();
    events.forEach(pushListener(stream));
    expect(text()).toBe(lines.join(''));
  });

  it('rewrites one line on a terminal, only where it changes', () => {
    const { stream, text } = capture({ isTTY: true });
    events.forEach(pushListener(stream));
    const status = (percent: number) => `model.safetensors  ${percent} % of 1.3 GB\x1b[K\r`;
    expect(text()).toBe(status(0) + status(50) + lines.map((line) => `\x1b[K${line}`).join(''));
  });
});
