import type { TextGenerator } from '@attune/train/node';
import { expect, it } from 'vitest';
import { writeLists } from './lists';

/** Has room for 7 words, and writes its prompt as a list, but for `negotiate`. */
const writer = {
  tokenizer: { encode: (text: string) => ({ ids: text.split(' ') }) },
  config: { maxPositions: 8 },
  generate: async (prompts: readonly string[]) =>
    prompts.map((prompt) => ({ text: prompt === 'negotiate' ? prompt : ` ["${prompt}"]` })),
} as unknown as TextGenerator;

it('scores a posting that fills the context as an empty list at its place, and counts it', async () => {
  const long = 'java '.repeat(7);
  const written = await writeLists(writer, { prompts: ['java', long, 'negotiate', 'payroll'], maxNewTokens: 5 });
  expect(written).toEqual({ lists: [['java'], [], [], ['payroll']], malformed: 1, tooLong: 1 });
  const none = await writeLists(writer, { prompts: [long], maxNewTokens: 5 });
  expect(none).toEqual({ lists: [[]], malformed: 0, tooLong: 1 });
});

it('writes many in groups of like length, each list at its own place', async () => {
  const groups: string[][] = [];
  const watched = {
    ...writer,
    generate: (prompts: readonly string[]) => writer.generate([...groups[groups.push([...prompts]) - 1]]),
  } as TextGenerator;
  const prompts = Array.from({ length: 70 }, (_, i) => `java ${'x '.repeat(i % 3)}${i}`);
  const { lists } = await writeLists(watched, { prompts, maxNewTokens: 5 });
  expect(lists).toEqual(prompts.map((prompt) => [prompt]));
  const lengths = groups.map((group) => group.map((prompt) => prompt.split(' ').length));
  expect(lengths.map(({ length }) => length)).toEqual([32, 32, 6]);
  expect(lengths.flat()).toEqual(lengths.flat().toSorted());
});
