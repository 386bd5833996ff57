import { betweenMatches, type Pipeline } from '../encode/sequence';
import { placed, shifted, unaligned } from '../normalizer/aligned-text';
import { unitsOf, wellFormed } from '../unicode/code-points';
import type { BatchEncoder, BatchStages } from './encode-batch';
import type { TokenList } from './token-list';
import { WordReader, type WordSource } from './word-reader';

/** Makes the batch encoder for any stages. */
export function wordBatchEncoder(stages: BatchStages): BatchEncoder {
  return new WordBatchEncoder(stages);
}

/**
 * Encodes to typed arrays, with one look-up per word in a cache. Ids and offsets are those of `encodeSequence`.
 *
 * Offsets are counted where each unit stands for a unit of the original, or a prefix is all that moves them. Elsewhere
 * the text is aligned with the original, which takes half as long again (measured).
 */
class WordBatchEncoder implements BatchEncoder {
  private readonly pipeline: Pipeline;
  private readonly reader: WordReader;
  /** Character that words begin with, if the pre-tokenizer does no more than to cut before it. */
  private readonly metaspace: BatchStages['metaspace'];
  private readonly needsPlaces: boolean;
  /** Whether words are cut from the normalized text itself, so that their places can be counted in it. */
  private readonly counts: boolean;
  private isPlaced = true;

  constructor({ pipeline, needsPlaces, movesText, metaspace }: BatchStages) {
    this.pipeline = pipeline;
    this.reader = new WordReader(pipeline.model);
    this.metaspace = metaspace;
    this.needsPlaces = needsPlaces;
    this.counts = metaspace !== undefined || !(needsPlaces || movesText);
  }

  /**
   * Returns `false` if offsets are computed and the text has characters that are left out, or added tokens where spaces
   * are taken out of offsets: `encodeSequence` knows whether spaces are part of those.
   */
  encode(text: string, list: TokenList): boolean {
    const { addedTokens } = this.pipeline;
    this.isPlaced = true;
    this.reader.isPlaced = true;
    const source = wellFormed(text);
    betweenMatches(source, addedTokens.original(source), {
      onMatch: ({ id, start, end }) => this.addAdded(id, start, end, list),
      onRest: (start, end) => this.addRest(source.slice(start, end), start, list),
    });
    return list.offsets === undefined || (this.isPlaced && this.reader.isPlaced);
  }

  private addAdded(id: number, start: number, end: number, list: TokenList): void {
    if (this.pipeline.spacesOf !== undefined) this.isPlaced = false;
    list.push(id, start, end);
  }

  /** Adds `rest`, which lies at `start` in the original. */
  private addRest(rest: string, start: number, list: TokenList): void {
    if (list.offsets !== undefined && !this.isPlaced) return;
    const { reader, metaspace } = this;
    const { addedTokens, preTokenizer } = this.pipeline;
    const source = this.normalize(rest, start, list);
    betweenMatches(source.text, addedTokens.normalized(source.text), {
      onMatch: ({ id, start, end }) => this.addAdded(id, ...placeOf(source, start, end), list),
      onRest: (from, to) => {
        if (metaspace) reader.readSpaced(source, from, to, metaspace, list);
        else
          preTokenizer(source, from, to, (words, first, end) =>
            reader.read(words === source ? source : { ...source, ...words }, first, end, list),
          );
      },
    });
  }

  /** Normalizes a part of the text, aligned if places are asked for that cannot be counted. */
  private normalize(rest: string, start: number, list: TokenList): WordSource {
    const { normalizer } = this.pipeline;
    const least = start + unitsOf(rest.codePointAt(0) as number);
    const counted = { shift: start - (normalizer.prefixLength ?? 0), floor: start, least };
    const needsPlaces = this.needsPlaces || list.offsets !== undefined;
    if (!needsPlaces || (this.counts && normalizer.prefixLength !== undefined)) {
      return { ...unaligned(normalizer.plain?.(rest) ?? normalizer.normalize(rest).text), ...counted };
    }
    const normalized = normalizer.normalize(rest);
    if (this.counts && normalized.starts === undefined) return { ...unaligned(normalized.text), ...counted };
    return { ...shifted(placed(normalized), start), ...counted };
  }
}

/** Place in the original of the part `[start, end)` of a normalized text. */
function placeOf(source: WordSource, start: number, end: number): [number, number] {
  if (source.starts.length > 0) return [source.starts[start], source.ends[end - 1]];
  return [Math.max(source.floor, source.shift + start), Math.max(source.least, source.shift + end)];
}
