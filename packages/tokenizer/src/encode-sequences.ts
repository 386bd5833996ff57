import { assembleEncoding, type Encoding, padEncoding } from './encoding';
import { checkInteger, type Defaults, type EncodeOptions, resolveOptions, type Settings } from './options';
import { paddedLength } from './padding';
import { addedCount, type PostProcessor, type TemplatePiece, templateFor } from './post-processor/template';
import type { TokenColumns } from './sequence';
import { keptLengths, type TruncatedSequence, truncateSequence } from './truncation';

/** What encodings need beside their tokens. */
export interface EncodeContext {
  processor: PostProcessor;
  defaults: Defaults;
  tokenOf: (id: number) => string;
}

/** Truncates one or two sequences, puts them into their template, and pads the result. */
export function encodeSequences(
  where: string,
  sequences: readonly TokenColumns[],
  options: EncodeOptions,
  { processor, defaults, tokenOf }: EncodeContext,
): Encoding {
  const settings = resolveOptions(where, options, defaults);
  const template = templateFor(processor, {
    pair: sequences.length === 2,
    addSpecialTokens: settings.addSpecialTokens,
  });
  const truncated = truncateAll(where, sequences, settings, template);
  const encoding = assembleEncoding({ template, sequences, truncated, trim: processor.trim ?? [], tokenOf });
  const { padding } = settings;
  return padding ? padEncoding(encoding, paddedLength(encoding.ids.length, padding), padding, tokenOf) : encoding;
}

function truncateAll(
  where: string,
  sequences: readonly TokenColumns[],
  settings: Settings,
  template: readonly TemplatePiece[],
): TruncatedSequence[] {
  const lengths = sequences.map((sequence) => sequence.ids.length);
  const { truncation } = settings;
  if (truncation === undefined) return lengths.map((length) => ({ kept: { start: 0, stop: length }, overflowing: [] }));
  const available = availableLength(where, truncation.maxLength, template);
  const kept = keptLengths(where, lengths, available, truncation);
  return lengths.map((length, i) => truncateSequence(where, length, kept[i], truncation));
}

/** How many tokens of text fit beside the template's special tokens. */
export function availableLength(where: string, maxLength: number, template: readonly TemplatePiece[]): number {
  const added = addedCount(template);
  checkInteger(where, 'maxLength', maxLength, added);
  return maxLength - added;
}
