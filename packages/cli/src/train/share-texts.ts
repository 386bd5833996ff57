import { equalTextGroups, split, takeRows } from '@attune/data';

/** Divides examples at random, those with equal texts kept together: training, validation and, where there are three fractions, test. */
export function shareTexts<Example>(
  examples: readonly Example[],
  textOf: (example: Example) => string,
  { fractions, seed }: { readonly fractions: readonly number[]; readonly seed: number },
) {
  const { parts } = split({ groups: equalTextGroups(examples.map(textOf)), fractions, seed });
  const [train, validation, test] = parts.map((rows) => takeRows({ examples }, rows).examples);
  return { train, validation, ...(test && { test }) };
}
