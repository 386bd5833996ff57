import type { AddedTokenMatch, AddedTokenMatchers } from './added-tokens';
import type { Model } from './model/model';
import type { AlignedText } from './normalizer/aligned-text';
import type { Normalizer } from './normalizer/normalizer';
import type { PreTokenizer } from './pre-tokenizer/pre-tokenizer';
import { wellFormed } from './unicode/well-formed';

/** The tokens of one text, before special tokens: columns of equal length, `offsets` two entries a token. */
export interface TokenColumns {
  ids: number[];
  wordIds: number[];
  /** `[start₀, end₀, start₁, …]` in UTF-16 units of the original text. */
  offsets: number[];
}

/** What a text passes through, in this order (added tokens are taken out before and after the normalizer). */
export interface Pipeline {
  addedTokens: AddedTokenMatchers;
  normalizer: Normalizer;
  preTokenizer: PreTokenizer;
  model: Model;
}

/** The tokens of one text. Words are numbered from 0; an added token is a word of its own. */
export function encodeSequence(pipeline: Pipeline, text: string): TokenColumns {
  const columns: TokenColumns = { ids: [], wordIds: [], offsets: [] };
  appendText(pipeline, text, columns, undefined);
  return columns;
}

/** The tokens of words given one by one: word ids index `words`, offsets are within each word. */
export function encodeWordSequence(pipeline: Pipeline, words: readonly string[]): TokenColumns {
  const columns: TokenColumns = { ids: [], wordIds: [], offsets: [] };
  for (const [i, word] of words.entries()) appendText(pipeline, word, columns, i);
  return columns;
}

function appendText(pipeline: Pipeline, text: string, columns: TokenColumns, wordId: number | undefined): void {
  const sink = columnSink(columns, wordId);
  const source = wellFormed(text);
  betweenMatches(source, pipeline.addedTokens.original(source), {
    onMatch: ({ id, start, end }) => sink.word([id], [start, end]),
    onRest: (start, end) => appendNormalized(pipeline, source.slice(start, end), start, sink),
  });
}

/** `text` lies at `shift` in the original and holds no added token that is looked for in the original. */
function appendNormalized(pipeline: Pipeline, text: string, shift: number, sink: ColumnSink): void {
  const normalized = pipeline.normalizer.normalize(text);
  betweenMatches(normalized.text, pipeline.addedTokens.normalized(normalized.text), {
    onMatch: ({ id, start, end }) => sink.word([id], originalRange(normalized, start, end, shift)),
    onRest: (restStart, restEnd) => {
      const rest =
        restEnd - restStart === normalized.text.length ? normalized.text : normalized.text.slice(restStart, restEnd);
      pipeline.preTokenizer(rest, (start, end) => {
        appendWord(pipeline.model, rest.slice(start, end), restStart + start, { normalized, shift, sink });
      });
    },
  });
}

interface Place {
  normalized: AlignedText;
  shift: number;
  sink: ColumnSink;
}

function appendWord(model: Model, word: string, wordStart: number, { normalized, shift, sink }: Place): void {
  const ids: number[] = [];
  const offsets: number[] = [];
  let start = wordStart;
  for (const piece of model.tokenize(word)) {
    const end = wordStart + piece.end;
    ids.push(piece.id);
    offsets.push(...originalRange(normalized, start, end, shift));
    start = end;
  }
  sink.word(ids, offsets);
}

function originalRange(normalized: AlignedText, start: number, end: number, shift: number): [number, number] {
  return [shift + normalized.starts[start], shift + normalized.ends[end - 1]];
}

function betweenMatches(
  text: string,
  matches: AddedTokenMatch[],
  { onMatch, onRest }: { onMatch: (match: AddedTokenMatch) => void; onRest: (start: number, end: number) => void },
): void {
  let position = 0;
  for (const match of matches) {
    if (position < match.start) onRest(position, match.start);
    onMatch(match);
    position = match.end;
  }
  if (position < text.length) onRest(position, text.length);
}

interface ColumnSink {
  /** Appends one word's tokens. */
  word(ids: readonly number[], offsets: readonly number[]): void;
}

function columnSink(columns: TokenColumns, fixedWordId: number | undefined): ColumnSink {
  let nextWordId = 0;
  return {
    word(ids, offsets) {
      const wordId = fixedWordId ?? nextWordId++;
      for (const id of ids) {
        columns.ids.push(id);
        columns.wordIds.push(wordId);
      }
      columns.offsets.push(...offsets);
    },
  };
}
