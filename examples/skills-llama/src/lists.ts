import { parseLists } from '@attune/train';
import type { TextGenerator } from '@attune/train/node';

export interface WrittenLists {
  /** What was written after each prompt, read as a list; empty where nothing could be. */
  readonly lists: readonly (readonly string[])[];
  /** Texts that are no list. */
  readonly malformed: number;
  /** Prompts that fill the model's context, after which nothing was written. */
  readonly tooLong: number;
}

/** Prompts that are written on from together: of like length, for the shorter are filled up to the longest. */
const together = 32;

/** A list after each prompt. One that leaves no room in the model's context gets an empty list, and is counted. */
export async function writeLists(
  writer: TextGenerator,
  { prompts, maxNewTokens }: { prompts: readonly string[]; maxNewTokens: number },
): Promise<WrittenLists> {
  const lengths = prompts.map((prompt) => writer.tokenizer.encode(prompt, { truncation: false }).ids.length);
  const places = prompts.map((_, i) => i).filter((i) => lengths[i] < writer.config.maxPositions);
  const byLength = places.toSorted((a, b) => lengths[a] - lengths[b]);
  const lists: (readonly string[])[] = prompts.map(() => []);
  let malformed = 0;
  for (let from = 0; from < byLength.length; from += together) {
    const own = byLength.slice(from, from + together);
    const texts = await writer.generate(
      own.map((i) => prompts[i]),
      { maxNewTokens },
    );
    const read = parseLists(texts.map(({ text }) => text));
    own.forEach((place, i) => {
      lists[place] = read.lists[i];
    });
    malformed += read.malformed;
  }
  return { lists, malformed, tooLong: prompts.length - places.length };
}
