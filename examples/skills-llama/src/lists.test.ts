import type { TextGenerator } from '@attune/train/node';
import { expect, it } from 'vitest';
import { writeLists } from './lists';

/** Has room for 7 words, and writes its prompt as a list, but for `negotiate`. */
const writer = {
  tokenizer: { encode: (text: string) => ({ ids: text.split(' ') }) },
  config: { maxPositions: 8 },
  generate: async (prompts: readonly string[]) =>
    prompts.map((prompt) => ({ text: prompt === 'negotiate' ? prompt : ` ["${prompt}"]`, tokens: 3 })),
} as unknown as TextGenerator;

const asked = (...prompts: string[]) => prompts.map((prompt) => ({ prompt, completion: '' }));

it('scores a posting that fills the context as an empty list at its place, and counts it', async () => {
  const long = 'java '.repeat(7);
  const written = await writeLists(writer, { prompts: asked('java', long, 'negotiate', 'payroll'), maxNewTokens: 5 });
  expect(written).toEqual({ lists: [['java'], [], [], ['payroll']], malformed: 1, tooLong: 1, tokens: 9 });
  const none = await writeLists(writer, { prompts: asked(long), maxNewTokens: 5 });
  expect(none).toEqual({ lists: [[]], malformed: 0, tooLong: 1, tokens: 0 });
});
