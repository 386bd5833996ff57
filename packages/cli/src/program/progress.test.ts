import { describe, expect, it } from 'vitest';
import { capture } from '../../test/capture';
import { progressCounter } from './progress';

describe('progressCounter', () => {
  const run = (options: { readonly isTTY?: boolean; readonly isSilent?: boolean }) => {
    const { stream, text } = capture({ isTTY: options.isTTY });
    let clock = 0;
    const counter = progressCounter(stream, {
      ...{ noun: 'text', done: 'predicted', isSilent: options.isSilent },
      now: () => clock,
    });
    for (let i = 0; i < 6; i++) {
      clock += 4000;
      counter.add(1000);
    }
    counter.end();
    return text();
  };

  it('prints a line every ten seconds and a count at the end where there is no terminal', () => {
    expect(run({})).toBe('3,000 texts predicted\n6,000 texts predicted\n6,000 texts predicted\n');
  });

  it('rewrites one line on a terminal, and leaves the count', () => {
    const drawn = run({ isTTY: true });
    expect(drawn.split('\r')).toHaveLength(7);
    expect(drawn.endsWith('\r\x1b[K6,000 texts predicted\n')).toBe(true);
  });

  it('says nothing where the output is its own progress', () => {
    expect(run({ isSilent: true })).toBe('');
  });
});
