import { checkInteger, checkNames, checkObject, checkOneOf, describe, type Names } from '../arguments';
import type { Truncation } from './truncation';

/** How texts that are too long are cut. */
export interface TruncationOptions {
  /** Most tokens of an encoding, special tokens included. */
  readonly maxLength: number;
  /**
   * Which text of a pair is cut: `longest_first` cuts whichever is longer, token by token; `only_first` and
   * `only_second` cut one text alone. Default `longest_first`.
   */
  readonly strategy?: Truncation['strategy'];
  /** Number of tokens that each overflowing part repeats from the part before it; default 0. */
  readonly stride?: number;
  /** The end that is cut off; default `right`. */
  readonly direction?: Truncation['direction'];
}

/** How encodings that are too short are padded. */
export interface PaddingOptions {
  /** Length to pad to, in tokens; default that of the longest encoding of the batch. */
  readonly length?: number;
  /** Rounds the length up to a multiple of this many tokens; default not. */
  readonly padToMultipleOf?: number;
  /** The end at which padding is added; default `right`. */
  readonly direction?: Padding['direction'];
  /** Token id that fills encodings up; default that of the tokenizer. */
  readonly padId?: number;
  /** Type id that padding tokens get; default 0. */
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
   * Which words follow the one before them without a space, as a comma does. A tokenizer that marks spaces (ByteLevel, Metaspace) then
   * marks none there. Default: a space stands before every word.
   */
  readonly joined?: readonly boolean[];
}

/** Padding as it applies. */
export interface Padding {
  /** Length to reach; `longest` is that of the longest encoding of the batch, or of a single encoding its own. */
  readonly length: number | 'longest';
  /** Rounds the length up to a multiple of this; 0 does not. */
  readonly padToMultipleOf: number;
  /** The end at which padding is added. */
  readonly direction: 'right' | 'left';
  /** Id of the padding token. */
  readonly padId: number;
  /** Type id that padding tokens get. */
  readonly padTypeId: number;
}

/** Options as they apply, checked. */
export interface Settings {
  readonly addSpecialTokens: boolean;
  readonly truncation: Truncation | undefined;
  readonly padding: Padding | undefined;
}

/** What applies if the options leave something out. */
export interface Defaults {
  readonly truncation: Truncation | undefined;
  readonly padding: Padding | undefined;
  readonly padId: number;
}

const truncationNames = { maxLength: '', strategy: '', stride: '', direction: '' } satisfies Names<TruncationOptions>;

const paddingNames = {
  ...{ length: '', padToMultipleOf: '', direction: '', padId: '', padTypeId: '' },
} satisfies Names<PaddingOptions>;

/** Also those of `encodeBatch`. Options of others are found by what they are part of. */
const encodeNames = {
  ...{ addSpecialTokens: '', truncation: truncationNames, padding: paddingNames, offsets: '' },
} satisfies Names<EncodeOptions & { readonly offsets?: boolean }>;

/** Checks options and fills in the defaults. `where` is the function that error messages name. */
export function resolveOptions(where: string, options: EncodeOptions, defaults: Defaults): Settings {
  checkNames(where, options, encodeNames);
  const { addSpecialTokens = true } = options;
  if (typeof addSpecialTokens !== 'boolean') {
    throw new TypeError(`${where}: addSpecialTokens expected a boolean, got ${describe(addSpecialTokens)}`);
  }
  return {
    addSpecialTokens,
    truncation: chosen(options.truncation, defaults.truncation, (option) => resolveTruncation(where, option)),
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
function resolveTruncation(where: string, options: TruncationOptions): Truncation {
  checkObject(where, 'truncation', options);
  checkNames(where, options, truncationNames);
  const { maxLength, strategy = 'longest_first', stride = 0, direction = 'right' } = options;
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
