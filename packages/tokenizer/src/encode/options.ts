import { checkBoolean, checkInteger, checkNames, checkObject, checkOneOf, type Names } from '../arguments';
import type { Truncation } from './truncation';

/** Options of truncation. */
export interface TruncationOptions {
  /** Maximum number of tokens per encoding, special tokens included. */
  readonly maxLength: number;
  /**
   * Which text of a pair is truncated: `longest_first` removes tokens from the longer one; `only_first` and
   * `only_second` truncate only that text. Default `longest_first`.
   */
  readonly strategy?: Truncation['strategy'];
  /** Number of tokens that each overflowing part repeats from the previous part; default 0. */
  readonly stride?: number;
  /** Side from which tokens are removed; default `right`. */
  readonly direction?: Truncation['direction'];
}

/** Options of padding. */
export interface PaddingOptions {
  /** Length to pad to, in tokens; default the longest encoding of the batch. */
  readonly length?: number;
  /** Rounds the length up to a multiple of this number of tokens; default no rounding. */
  readonly padToMultipleOf?: number;
  /** Side on which padding is added; default `right`. */
  readonly direction?: Padding['direction'];
  /** Id of the padding token; default the tokenizer's. */
  readonly padId?: number;
  /** Type id of padding tokens; default 0. */
  readonly padTypeId?: number;
}

/** Options of `encode`, `encodePair` and `encodeWords`. */
export interface EncodeOptions {
  /** Whether to add the special tokens of the template; default true. */
  readonly addSpecialTokens?: boolean;
  /** `false` turns truncation off; default as in the tokenizer's file. */
  readonly truncation?: false | TruncationOptions;
  /** `false` turns padding off; default as in the tokenizer's file. */
  readonly padding?: false | PaddingOptions;
}

/** Options of `encodeWords`. */
export interface EncodeWordsOptions extends EncodeOptions {
  /**
   * For each word, whether it follows the previous word without a space, as a comma does. Tokenizers that mark spaces (ByteLevel, Metaspace)
   * then add no mark. Default: every word is preceded by a space.
   */
  readonly joined?: readonly boolean[];
}

/** Padding with defaults resolved. */
export interface Padding {
  /** Length to pad to; `longest` is the longest encoding of the batch, or the encoding's own length for a single one. */
  readonly length: number | 'longest';
  /** Rounds the length up to a multiple of this; 0 does not. */
  readonly padToMultipleOf: number;
  /** Side on which padding is added. */
  readonly direction: 'right' | 'left';
  /** Id of the padding token. */
  readonly padId: number;
  /** Type id of padding tokens. */
  readonly padTypeId: number;
}

/** Checked options with defaults resolved. */
export interface Settings {
  readonly addSpecialTokens: boolean;
  readonly truncation: Truncation | undefined;
  readonly padding: Padding | undefined;
}

/** Defaults of options. */
export interface Defaults {
  readonly truncation: Truncation | undefined;
  readonly truncationSide: Truncation['direction'];
  readonly padding: Padding | undefined;
  readonly padId: number;
}

const truncationNames = { maxLength: '', strategy: '', stride: '', direction: '' } satisfies Names<TruncationOptions>;

const paddingNames = {
  ...{ length: '', padToMultipleOf: '', direction: '', padId: '', padTypeId: '' },
} satisfies Names<PaddingOptions>;

/** Also contains the options of `encodeBatch`. */
const encodeNames = {
  ...{ addSpecialTokens: '', truncation: truncationNames, padding: paddingNames, offsets: '' },
} satisfies Names<EncodeOptions & { readonly offsets?: boolean }>;

/** Checks options and fills in the defaults. `where` is the function that error messages name. */
export function resolveOptions(where: string, options: EncodeOptions, defaults: Defaults): Settings {
  checkNames(where, options, encodeNames);
  const { addSpecialTokens = true } = options;
  checkBoolean(where, 'addSpecialTokens', addSpecialTokens);
  return {
    addSpecialTokens,
    truncation: chosen(options.truncation, defaults.truncation, (option) =>
      resolveTruncation(where, option, defaults.truncationSide),
    ),
    padding: chosen(options.padding, defaults.padding, (option) => resolvePadding(where, option, defaults.padId)),
  };
}

function chosen<Option extends object, Value>(
  option: false | Option | undefined,
  fallback: Value | undefined,
  resolve: (option: Option) => Value,
): Value | undefined {
  if (option === false) return undefined;
  return option === undefined ? fallback : resolve(option);
}

/** `maxLength` is checked later, where the number of special tokens is known. */
function resolveTruncation(where: string, options: TruncationOptions, side: Truncation['direction']): Truncation {
  checkObject(where, 'truncation', options);
  checkNames(where, options, truncationNames);
  const { maxLength, strategy = 'longest_first', stride = 0, direction = side } = options;
  checkInteger(where, 'stride', stride, 0);
  checkOneOf(where, 'strategy', strategy, ['longest_first', 'only_first', 'only_second']);
  checkOneOf(where, 'direction', direction, ['right', 'left']);
  return { maxLength, strategy, stride, direction };
}

function resolvePadding(where: string, options: PaddingOptions, defaultPadId: number): Padding {
  checkObject(where, 'padding', options);
  checkNames(where, options, paddingNames);
  const { length, padToMultipleOf = 0, direction = 'right', padId = defaultPadId, padTypeId = 0 } = options;
  if (length !== undefined) checkInteger(where, 'padding.length', length, 0);
  checkInteger(where, 'padToMultipleOf', padToMultipleOf, 0);
  checkInteger(where, 'padId', padId, 0);
  checkInteger(where, 'padTypeId', padTypeId, 0);
  checkOneOf(where, 'direction', direction, ['right', 'left']);
  return { length: length ?? 'longest', padToMultipleOf, direction, padId, padTypeId };
}

/** Length that encodings are padded to, if the longest has `longest` tokens. */
export function paddedLength(longest: number, { length, padToMultipleOf }: Padding): number {
  const target = length === 'longest' ? longest : length;
  return padToMultipleOf > 0 ? Math.ceil(target / padToMultipleOf) * padToMultipleOf : target;
}
