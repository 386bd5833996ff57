import type { Model, Piece } from '../model/model';
import { type AlignedText, placed, shifted } from '../normalizer/aligned-text';
import type { Normalizer } from '../normalizer/normalizer';
import { measureSpaces } from '../post-processor/post-processor';
import type { PreTokenizer } from '../pre-tokenizer/pre-tokenizer';
import { wellFormed } from '../unicode/code-points';
import type { AddedTokenMatch, AddedTokenMatchers } from './added-tokens';

/** Stages that a text passes through, in this order. Added tokens are taken out before and after the normalizer. */
export interface Pipeline {
  readonly addedTokens: AddedTokenMatchers;
  readonly normalizer: Normalizer;
  readonly preTokenizer: PreTokenizer;
  /** The same for a word without a space before it. */
  readonly within: PreTokenizer;
  readonly model: Model;
  /** Counts the leading and trailing spaces of a token, if the post-processor trims offsets. */
  readonly spacesOf?: ((token: string | number) => readonly [number, number]) | undefined;
}

/** Tokens of one text before special tokens are added: columns of equal length, with two `offsets` per token. */
export interface TokenColumns {
  readonly ids: number[];
  readonly wordIds: number[];
  /** `[start₀, end₀, start₁, …]` in UTF-16 units of the original text. */
  readonly offsets: number[];
  /** Leading and trailing spaces of each token, as in `measureSpaces`; empty unless the pipeline has `spacesOf`. */
  readonly spaces: number[];
}

/** Tokenizes one text. Words are numbered from 0; an added token counts as a word. */
export function encodeSequence(pipeline: Pipeline, text: string): TokenColumns {
  const columns = emptyColumns();
  appendText(pipeline, text, columns, undefined);
  return columns;
}

/**
 * Tokenizes a text that is split into words: word ids index `words`, offsets are within each word. Words in `joined` have no space
 * before them in the text.
 */
export function encodeWordSequence(
  pipeline: Pipeline,
  words: readonly string[],
  joined: readonly boolean[] = [],
): TokenColumns {
  const columns = emptyColumns();
  const within = { ...pipeline, preTokenizer: pipeline.within };
  for (const [i, word] of words.entries()) appendText(joined[i] ? within : pipeline, word, columns, i);
  return columns;
}

function emptyColumns(): TokenColumns {
  return { ids: [], wordIds: [], offsets: [], spaces: [] };
}

function appendText(pipeline: Pipeline, text: string, columns: TokenColumns, wordId: number | undefined): void {
  const source = wellFormed(text);
  const sink = columnSink(columns, source, { wordId, spacesOf: pipeline.spacesOf });
  betweenMatches(source, pipeline.addedTokens.original(source), {
    onMatch: ({ id, start, end }) => sink.added(id, source.slice(start, end), start, end),
    onRest: (start, end) => appendNormalized(pipeline, source.slice(start, end), start, sink),
  });
}

/** Appends `text`, which lies at `shift` in the original and has no added tokens of the first pass. */
function appendNormalized(pipeline: Pipeline, text: string, shift: number, sink: ColumnSink): void {
  const normalized = shifted(placed(pipeline.normalizer.normalize(text)), shift);
  betweenMatches(normalized.text, pipeline.addedTokens.normalized(normalized.text), {
    onMatch: ({ id, start, end }) =>
      sink.added(id, normalized.text.slice(start, end), normalized.starts[start], normalized.ends[end - 1]),
    onRest: (restStart, restEnd) =>
      pipeline.preTokenizer(normalized, restStart, restEnd, (source, start, end) =>
        sink.word(pipeline.model.tokenize(source.text.slice(start, end)), source, start),
      ),
  });
}

/** Calls `onMatch` for each added token found in a text and `onRest` for each part between them, in order. */
export function betweenMatches(
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
  /** Appends an added token, which counts as a word. */
  added(id: number, text: string, start: number, end: number): void;
  /** Appends the tokens of a word that begins at `wordStart` of `source`. */
  word(pieces: readonly Piece[], source: AlignedText, wordStart: number): void;
}

function columnSink(
  columns: TokenColumns,
  text: string,
  { wordId: fixedWordId, spacesOf }: { wordId: number | undefined; spacesOf: Pipeline['spacesOf'] },
): ColumnSink {
  let nextWordId = 0;
  const append = (id: number, wordId: number, start: number, end: number) => {
    columns.ids.push(id);
    columns.wordIds.push(wordId);
    columns.offsets.push(start, end);
  };
  const measure = (token: string | number, start: number, end: number) => {
    if (spacesOf) columns.spaces.push(...measureSpaces(spacesOf(token), { text, start, end }));
  };
  return {
    added(id, token, start, end) {
      append(id, fixedWordId ?? nextWordId++, start, end);
      measure(token, start, end);
    },
    word(pieces, { starts, ends }, wordStart) {
      const wordId = fixedWordId ?? nextWordId++;
      let reached = 0;
      for (const piece of pieces) {
        const start = starts[wordStart + (piece.start ?? reached)];
        const end = ends[wordStart + piece.end - 1];
        append(piece.id, wordId, start, end);
        measure(piece.id, start, end);
        reached = piece.end;
      }
    },
  };
}
