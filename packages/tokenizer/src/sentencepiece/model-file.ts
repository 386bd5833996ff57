import { AttuneError } from '@attune/internal';
import { type Field, floatOf, readFields } from './protobuf';

/** The parts of a SentencePiece model that a tokenizer needs. */
export interface SentencePieceModel {
  readonly kind: 'unigram' | 'bpe';
  /** Pieces in the order of their ids. */
  readonly pieces: readonly Piece[];
  readonly unkId: number;
  readonly unkPiece: string;
  /** Character map in base64; empty if there is none. */
  readonly characterMap: string;
}

export interface Piece {
  readonly text: string;
  readonly score: number;
  /** `control` for pieces without text, `user` for user-defined ones. */
  readonly kind: 'control' | 'user' | 'other';
}

/**
 * Reads a SentencePiece `*.model`, a protobuf message `ModelProto`.
 *
 * Source: `sentencepiece_model.proto` of SentencePiece.
 *
 * @throws AttuneError that names `path`: TOKENIZER_INVALID for an incomplete file or another kind of file,
 * TOKENIZER_UNSUPPORTED for models other than Unigram and BPE
 */
export function readSentencePiece(bytes: Uint8Array, path: string): SentencePieceModel {
  try {
    return modelOf(bytes, path);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw notAModel(path, cause.message, cause);
  }
}

function modelOf(bytes: Uint8Array, path: string): SentencePieceModel {
  const pieces: Piece[] = [];
  const parts = new Map<number, Map<number, Field['value']>>();
  for (const { number, value } of readFields(bytes)) {
    if (!(value instanceof Uint8Array)) throw new RangeError(`a field ${number} that is not a message`);
    if (number === 1) pieces.push(readPiece(value));
    else if (number === trainerField || number === normalizerField) {
      parts.set(number, new Map(Array.from(readFields(value), (field) => [field.number, field.value])));
    }
  }
  const trainer = parts.get(trainerField);
  const normalizer = parts.get(normalizerField);
  if (pieces.length === 0) throw new RangeError('no pieces');
  if (!trainer || !normalizer) throw new RangeError(`${pieces.length} pieces without the settings behind them`);
  const unkId = numberOf(trainer.get(40), 0);
  if (unkId >= pieces.length) throw new RangeError(`unk_id ${unkId} of ${pieces.length} pieces`);
  const { value: map = new Uint8Array(0) } = { value: normalizer.get(2) as Uint8Array | undefined };
  return {
    kind: kindOf(numberOf(trainer.get(3), 1), path),
    pieces,
    unkId,
    unkPiece: trainer.has(45) ? textOf(trainer.get(45)) : '<unk>',
    characterMap: btoa(Array.from(map, (byte) => String.fromCharCode(byte)).join('')),
  };
}

const trainerField = 2;
const normalizerField = 3;
const kinds = [undefined, 'unigram', 'bpe', 'word', 'char'] as const;

function kindOf(type: number, path: string): SentencePieceModel['kind'] {
  const kind = kinds[type];
  if (kind === 'unigram' || kind === 'bpe') return kind;
  throw new AttuneError(
    'TOKENIZER_UNSUPPORTED',
    `${path}: expected a SentencePiece model of type unigram or bpe, got ${kind ?? `type ${type}`}; train it with --model_type=unigram`,
  );
}

function readPiece(bytes: Uint8Array): Piece {
  const fields = new Map(Array.from(readFields(bytes), ({ number, value }) => [number, value]));
  const type = numberOf(fields.get(3), 1);
  return {
    text: textOf(fields.get(1)),
    score: floatOf(numberOf(fields.get(2), 0)),
    kind: type === 3 ? 'control' : type === 4 ? 'user' : 'other',
  };
}

function numberOf(value: Field['value'], fallback: number): number {
  if (value instanceof Uint8Array) throw new RangeError('bytes in place of a number');
  return value ?? fallback;
}

const decoder = /* @__PURE__ */ new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function textOf(value: Field['value']): string {
  if (!(value instanceof Uint8Array)) throw new RangeError('a piece without text');
  try {
    return decoder.decode(value);
  } catch {
    throw new RangeError('a piece that is not UTF-8');
  }
}

function notAModel(path: string, found: string, cause: unknown): AttuneError {
  return new AttuneError(
    'TOKENIZER_INVALID',
    `${path}: expected a SentencePiece model, got ${found}; is the file complete, and not another kind of .model?`,
    { cause },
  );
}
