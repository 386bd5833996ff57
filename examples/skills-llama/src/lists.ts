import { type BootstrapInterval, bootstrapInterval } from '@attune/metrics';
import { type ListScores, listScores, type PromptedText, parseLists } from '@attune/train';
import type { TextGenerator, TextOptions } from '@attune/train/node';
import type { Posting } from './postings';

export interface WrittenLists {
  /** The completion of each prompt as a list; empty if it cannot be read. */
  readonly lists: readonly (readonly string[])[];
  /** Completions that are not a list. */
  readonly malformed: number;
  /** Prompts that fill the model's context, so that nothing is generated. */
  readonly tooLong: number;
  /** Generated tokens. */
  readonly tokens: number;
}

export interface WriteOptions extends Pick<TextOptions, 'maxNewTokens' | 'jsonSchema'> {
  readonly prompts: readonly PromptedText[];
}

/**
 * A list after each prompt. One that leaves no room in the model's context gets an empty list, and is counted. Under a schema a list
 * is malformed only where `maxNewTokens` or the context ended it within.
 */
export async function writeLists(writer: TextGenerator, { prompts, ...options }: WriteOptions): Promise<WrittenLists> {
  const hasSpecialTokens = prompts.some((own) => own.hasSpecialTokens);
  const encoding = { truncation: false, addSpecialTokens: !hasSpecialTokens } as const;
  const texts = prompts.map(({ prompt = '' }) => prompt);
  const isFitting = (text: string) => writer.tokenizer.encode(text, encoding).ids.length < writer.config.maxPositions;
  const fitting = texts.filter(isFitting);
  const written = fitting.length === 0 ? [] : await writer.generate(fitting, { hasSpecialTokens, ...options });
  const read = parseLists(written.map(({ text }) => text));
  const listOf = new Map(fitting.map((prompt, i) => [prompt, read.lists[i]]));
  return {
    lists: texts.map((prompt) => listOf.get(prompt) ?? []),
    malformed: read.malformed,
    tooLong: texts.length - fitting.length,
    tokens: written.reduce((sum, { tokens }) => sum + tokens, 0),
  };
}

/** How far lists are the true ones, and 95 % intervals of their F1 over all skills. */
export interface Scored {
  readonly scores: ListScores;
  readonly intervals: Readonly<Record<'exact' | 'normalized', BootstrapInterval>>;
}

/** Scores of the lists written or tagged for postings. */
export function scoresOf(postings: readonly Posting[], lists: readonly (readonly string[])[]): Scored {
  const expected = postings.map(({ skills }) => skills);
  const intervalOf = (kind: 'exact' | 'normalized') =>
    bootstrapInterval(lists.length, (rows) => {
      const [own, other] = [expected, lists].map((all) => Array.from(rows, (row) => all[row]));
      return listScores(own, other)[kind].micro.f1;
    });
  return {
    scores: listScores(expected, lists),
    intervals: { exact: intervalOf('exact'), normalized: intervalOf('normalized') },
  };
}
