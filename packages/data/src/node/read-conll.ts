import { type ConllOptions, conllReader, type TaggedSentence } from '../readers/conll';
import { decodeText } from '../readers/encoding';
import { endsInReturns, linesOfChunks, returnsNote, tellsLineEnds, withLineFeeds } from '../readers/lines';
import { emptyInput } from '../table';
import { fileBytes } from './bytes';
import { begunUntil, startingWith } from './sources';

/** Options of `readConll` and `streamConll`. */
export type ReadConllOptions = Omit<ConllOptions, 'where'> & {
  /** Input for the path `-`; default the standard input of the process. */
  readonly stdin?: AsyncIterable<Uint8Array>;
};

/**
 * Streams the sentences of a CoNLL file, or of standard input (`-`), without holding the file in memory.
 *
 * The format is that of `parseConll`.
 * @throws AttuneError as `parseConll`, and `DATA_NOT_FOUND`, `DATA_UNREADABLE`, `DATA_ENCODING`.
 * @example
 * for await (const { words, tags } of streamConll('train.conll', { tagColumn: 1 })) console.log(words, tags);
 */
export async function* streamConll(path: string, options: ReadConllOptions = {}): AsyncGenerator<TaggedSentence> {
  const where = path === '-' ? 'standard input' : path;
  const bytes = path === '-' ? (options.stdin ?? process.stdin) : fileBytes(path);
  const reader = conllReader({ ...options, where });
  let isEmpty = true;
  const text = decodeText(bytes, where);
  const begun = await begunUntil(text, tellsLineEnds);
  const all = startingWith(begun, text);
  const isReturns = endsInReturns(begun);
  if (isReturns) options.onNote?.(returnsNote(where, 'a word'));
  for await (const line of linesOfChunks(isReturns ? withLineFeeds(all) : all))
    for (const sentence of reader.read(line)) {
      isEmpty = false;
      yield sentence;
    }
  for (const sentence of reader.end()) {
    isEmpty = false;
    yield sentence;
  }
  if (isEmpty) throw emptyInput(where);
}

/**
 * Reads a whole CoNLL file, or standard input (`-`), into memory.
 *
 * @throws AttuneError as `streamConll`.
 * @example const sentences = await readConll('train.conll', { tokenColumn: 0, tagColumn: 3 });
 */
export async function readConll(path: string, options: ReadConllOptions = {}): Promise<TaggedSentence[]> {
  const sentences: TaggedSentence[] = [];
  for await (const sentence of streamConll(path, options)) sentences.push(sentence);
  return sentences;
}
