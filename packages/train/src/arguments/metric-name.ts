import { didYouMean } from '@attune/data';
import { AttuneError } from '@attune/internal';

// The name of the metric that chooses the best model, as people write it.

/**
 * The metric that a name means: `eval_loss` is `loss`, `macro_f1`, `macro-F1` and `f1_macro` are `macroF1`.
 *
 * Ignores case, separators, the order of words and a leading `eval_`, as in Hugging Face's names.
 *
 * @param names the available metrics
 * @throws AttuneError ARGUMENT_INVALID for an unknown name
 * @example
 * metricNamed('eval_macro_f1', ['loss', 'accuracy', 'macroF1']); // 'macroF1'
 */
export function metricNamed(name: string, names: readonly string[]): string {
  if (names.includes(name)) return name;
  const wanted = [wordsOf(name), wordsOf(name).filter((word, i) => i > 0 || word !== 'eval')].map(keyOf);
  const found = names.find((each) => wanted.includes(keyOf(wordsOf(each)))) ?? names.find(isSpelled(name));
  if (found !== undefined) return found;
  throw new AttuneError(
    'ARGUMENT_INVALID',
    `metricForBestModel: there is no metric ${JSON.stringify(name)}; use one of ${names.join(', ')}${nearest(name, names)}`,
  );
}

/** `macroF1`, `macro_f1` and `Macro-F1` are `macro` and `f1`. */
function wordsOf(name: string): string[] {
  const words = name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return words.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
}

const keyOf = (words: readonly string[]): string => [...words].sort().join(' ');

/** Whether a name is the same in letters and digits alone: `macrof1`. */
const isSpelled = (name: string) => (each: string) =>
  wordsOf(name).join('').replace(/^eval/, '') === wordsOf(each).join('');

/** Of names that have all its words the first, such as `macroF1` for `f1`; else the most similar one. */
function nearest(name: string, names: readonly string[]): string {
  const words = wordsOf(name).filter((word) => word !== 'eval');
  const holding = words.length > 0 && names.find((each) => words.every((word) => wordsOf(each).includes(word)));
  return holding ? `; did you mean ${JSON.stringify(holding)}?` : didYouMean(words.join(''), names);
}
