import { emptyInput } from './bad-input';
import { type ConllOptions, conllReader, type TaggedSentence } from './conll-reader';
import { linesOfText } from './lines';

/**
 * The sentences of CoNLL text: a word a line with its tag in another column, an empty line after each sentence.
 *
 * Columns are separated by tabs if the first line of words has one, else by spaces. `-DOCSTART-` lines are left out, and so
 * are comments: lines before a sentence's first word that begin with `#` and have not the other lines' number of columns.
 * Throws AttuneError with the line: `DATA_FIELDS` (another number of columns, an empty word or tag), `DATA_COLUMN_MISSING`,
 * `DATA_EMPTY`.
 * @example
 * const [{ words, tags }] = parseConll('Ada B-PER\nwrote O\n'); // ['Ada', 'wrote'], ['B-PER', 'O']
 * @see https://www.clips.uantwerpen.be/conll2003/ner/
 */
export function parseConll(text: string, options: ConllOptions = {}): TaggedSentence[] {
  const reader = conllReader(options);
  const sentences: TaggedSentence[] = [];
  for (const line of linesOfText(text)) sentences.push(...reader.read(line));
  sentences.push(...reader.end());
  if (sentences.length === 0) throw emptyInput(options.where ?? 'CoNLL');
  return sentences;
}
