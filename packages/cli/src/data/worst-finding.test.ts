import { describe, expect, it } from 'vitest';
import type { Finding } from './findings';
import { checkCommand, worstLine } from './worst-finding';

const finding = (message: string, misleads: boolean): Finding => ({ kind: 'note', misleads, count: 1, message });

describe('worstLine', () => {
  it('is the first finding that misleads, how many more there are, and the command', () => {
    expect(worstLine([finding('a', false)], 'npx attune check x')).toBeUndefined();
    expect(worstLine([finding('a', false), finding('b', true)], 'npx attune check x')).toBe(
      'b; to see all findings: npx attune check x',
    );
    const three = ['a', 'b', 'c'].map((message) => finding(message, true));
    expect(worstLine(three, 'npx attune check x')).toBe(
      'a; and 2 more problems; to see all findings: npx attune check x',
    );
  });
});

describe('checkCommand', () => {
  it('can be typed, with the options that say how the file is read', () => {
    const flags = {
      ...{ task: 'sequence-classification', text: "{title}. {it's}", label: 'sector', delimiter: ';' },
      ...{ clean: ['html', 'whitespace'], textPair: undefined, out: 'runs/a', skipUnlabeled: false },
    };
    expect(checkCommand('my jobs.csv', flags)).toBe(
      "npx attune check 'my jobs.csv' --task sequence-classification --text '{title}. {it'\\''s}' --label sector --delimiter ';' --clean html,whitespace",
    );
  });
});
