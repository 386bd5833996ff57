import { parseLists } from '@attune/train';
import type { TextGenerator, TextOptions } from '@attune/train/node';

export interface WrittenLists {
  /** What was written after each prompt, read as a list; empty where nothing could be. */
  readonly lists: readonly (readonly string[])[];
  /** Texts that are no list. */
  readonly malformed: number;
  /** Prompts that fill the model's context, after which nothing was written. */
  readonly tooLong: number;
}

export interface WriteOptions extends Pick<TextOptions, 'maxNewTokens' | 'jsonSchema'> {
  readonly prompts: readonly string[];
}

/**
 * A list after each prompt. One that leaves no room in the model's context gets an empty list, and is counted. Under a schema a list
 * is malformed only where `maxNewTokens` or the context ended it within.
 */
export async function writeLists(writer: TextGenerator, { prompts, ...options }: WriteOptions): Promise<WrittenLists> {
  const lengthOf = (prompt: string) => writer.tokenizer.encode(prompt, { truncation: false }).ids.length;
  const fitting = prompts.filter((prompt) => lengthOf(prompt) < writer.config.maxPositions);
  const texts = fitting.length === 0 ? [] : await writer.generate(fitting, options);
  const read = parseLists(texts.map(({ text }) => text));
  const listOf = new Map(fitting.map((prompt, i) => [prompt, read.lists[i]]));
  return {
    lists: prompts.map((prompt) => listOf.get(prompt) ?? []),
    malformed: read.malformed,
    tooLong: prompts.length - fitting.length,
  };
}
