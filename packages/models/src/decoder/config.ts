import {
  type ConfigFormat,
  commonFields,
  count,
  integer,
  invalid,
  type Kind,
  type NumberKey,
  positive,
  rate,
  readNumber,
  size,
  usualSizes,
} from '../checkpoint/config-format';
import { describe, type JsonObject } from '../checkpoint/describe';
import type { DecoderConfig, HiddenAct, ModelConfig, ModelType } from '../checkpoint/model-config';
import { oneRope, type RopeFormat } from './rope-config';
import type { WindowFormat } from './windows';

/** Rotary position embedding rotates pairs of channels. */
const even: Kind = {
  expected: 'an even integer from 2 to 65536',
  accepts: (value) => value % 2 === 0 && value >= 2 && value <= 65_536,
};

/** Old files have −1 if there is no padding token. */
const idOrNone = integer(-1, 2 ** 24);

/** Sizes without a common default: each family has its own. */
type OwnNumber = 'vocabSize' | 'hiddenSize' | 'layers' | 'heads' | 'intermediateSize' | 'maxPositions';

/** Differences of a decoder's `config.json` from other families'. */
export interface DecoderFormatOptions {
  readonly modelType: ModelType;
  /** Prefix of transformers' class names. */
  readonly className: string;
  /** Prefix of the text model's class names, if another model's classes have the family's name. */
  readonly textClassName?: string;
  /** transformers' defaults. */
  readonly absent: Readonly<Record<OwnNumber, number>> & {
    /** Default: the number of heads. */
    readonly keyValueHeads?: number;
    /** Default: the hidden size divided by the number of heads. */
    readonly headDim?: number;
    /** Whether the head shares its matrix with the word embeddings; default false, unlike in transformers' encoders. */
    readonly tied?: boolean;
  };
  /** Name and only supported value of the activation; default `hidden_act`, `silu`. */
  readonly activation?: { readonly name: string; readonly only: HiddenAct };
  /** Rotary position embedding; default the same for all layers. */
  readonly rope?: RopeFormat;
  /** Sliding windows; default none. */
  readonly windows?: WindowFormat;
  /** Name and default of the number whose square root divides the scores; default the channels of a head. */
  readonly queryScalar?: { readonly name: string; readonly absent: number };
  readonly only?: ConfigFormat['only'];
  readonly idle?: readonly string[];
}

/** `config.json` of a family of decoders. */
export function decoderFormat(options: DecoderFormatOptions): ConfigFormat {
  const {
    modelType,
    className,
    textClassName = className,
    absent,
    only,
    idle,
    rope = oneRope,
    windows,
    queryScalar,
  } = options;
  const { name: activation, only: hiddenAct } = options.activation ?? { name: 'hidden_act', only: 'silu' };
  return {
    modelType,
    activation,
    hiddenAct,
    classes: {
      'sequence-classification': `${textClassName}ForSequenceClassification`,
      'causal-lm': `${className}ForCausalLM`,
      custom: `${textClassName}Model`,
    },
    fields: {
      ...commonFields,
      vocabSize: { name: 'vocab_size', absent: absent.vocabSize, kind: size },
      maxPositions: { name: 'max_position_embeddings', absent: absent.maxPositions, kind: size },
      padTokenId: { ...commonFields.padTokenId, kind: idOrNone },
      ...usualSizes(absent),
      typeVocabSize: 0,
      layerNormEps: { name: 'rms_norm_eps', absent: 1e-6, kind: positive },
      hiddenDropout: 0,
      attentionDropout: { name: 'attention_dropout', absent: 0, kind: rate },
      classifierDropout: 0,
    },
    only,
    idle,
    decoder: {
      names: [
        ...['num_key_value_heads', 'head_dim', ...rope.names, 'tie_word_embeddings'],
        ...(windows?.names ?? []),
        ...(queryScalar ? [queryScalar.name] : []),
      ],
      read: (json, numbers, where) => readDecoder(json, { numbers, where, options: { ...options, rope } }),
      write: (config) => decoderToJson(config, { ...options, rope }),
    },
  };
}

type Options = DecoderFormatOptions & { readonly rope: RopeFormat };

interface ReadContext {
  readonly numbers: Readonly<Record<NumberKey, number>>;
  readonly where: string;
  readonly options: Options;
}

function readDecoder(json: JsonObject, { numbers, where, options }: ReadContext): DecoderConfig {
  const { absent, rope, windows, queryScalar } = options;
  const { heads, hiddenSize } = numbers;
  const read = (name: string, absent: number, kind: Kind) =>
    readNumber<never>(json, { field: { name, absent, kind, nullable: true }, before: {}, where });
  const shared = json.num_key_value_heads === null ? heads : (absent.keyValueHeads ?? heads);
  const keyValueHeads = read('num_key_value_heads', shared, count);
  if (heads % keyValueHeads !== 0)
    throw invalid(where, `num_key_value_heads expected a divisor of ${heads} heads, got ${keyValueHeads}`);
  const headDim = read('head_dim', absent.headDim ?? hiddenSize / heads, even);
  if (!even.accepts(headDim))
    throw invalid(where, `hidden_size / num_attention_heads expected ${even.expected}, got ${headDim}`);
  const window = windows?.read(json, { layers: numbers.layers, where });
  return {
    keyValueHeads,
    headDim,
    ...rope.read(json, { where, maxPositions: numbers.maxPositions }),
    tied: readTied(json, { absent: absent.tied ?? false, where }),
    ...(window && { window }),
    ...(queryScalar && { queryScalar: read(queryScalar.name, queryScalar.absent, positive) }),
  };
}

function readTied(
  { tie_word_embeddings: value }: JsonObject,
  { absent, where }: { absent: boolean; where: string },
): boolean {
  if (value === undefined) return absent;
  if (typeof value === 'boolean') return value;
  throw invalid(where, `tie_word_embeddings expected true or false, got ${describe(value)}`);
}

function decoderToJson({ decoder, padTokenId, original }: ModelConfig, { rope, queryScalar }: Options): JsonObject {
  const { keyValueHeads, headDim, tied } = decoder!;
  return {
    num_key_value_heads: keyValueHeads,
    head_dim: headDim,
    ...rope.write(decoder!),
    ...(queryScalar && { [queryScalar.name]: decoder!.queryScalar }),
    tie_word_embeddings: tied,
    // Most decoders have no padding token; if one is named, its embedding has no gradient in transformers.
    pad_token_id: padTokenId === 0 ? (original.pad_token_id ?? null) : padTokenId,
  };
}
