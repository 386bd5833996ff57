import { byteFallbackDecoder, byteLevelDecoder } from '../decoder/bytes';
import {
  type Decoder,
  decoderSequence,
  fuseDecoder,
  replaceCharacterDecoder,
  replaceDecoder,
  stripDecoder,
} from '../decoder/decoder';
import { bpeDecoder, joinWithSpaces, metaspaceDecoder, wordPieceDecoder } from '../decoder/words';
import { booleanField, countField, type JsonObject, stringField } from './fields';
import { readInOrder, readPattern, readPrepend, readStage, type StageKind } from './stages';

/** The decoder of BERT. */
export const bertDecoders: StageKind<Decoder> = { field: 'decoder', types: { WordPiece: readWordPiece } };

/** All decoders. */
const allDecoders: StageKind<Decoder> = {
  field: 'decoder',
  types: {
    WordPiece: readWordPiece,
    ByteLevel: () => byteLevelDecoder,
    BPEDecoder: (object) => bpeDecoder({ suffix: stringField(object, 'suffix', '</w>') }),
    Metaspace(object) {
      const { replacement, prepend } = readPrepend(object);
      return metaspaceDecoder({ replacement, keepFirst: prepend === 'never' });
    },
    ByteFallback: () => byteFallbackDecoder,
    Fuse: () => fuseDecoder,
    Strip: (object) =>
      stripDecoder({
        content: stringField(object, 'content'),
        start: countField(object, 'start'),
        stop: countField(object, 'stop'),
      }),
    Replace(object) {
      const { matcher, literal } = readPattern(object);
      const content = stringField(object, 'content');
      return literal?.length === 1 ? replaceCharacterDecoder(literal, content) : replaceDecoder(matcher, content);
    },
    Sequence: (object, readInner) => decoderSequence(readInOrder(object, 'decoders', readInner)),
  },
};

/** Reads `decoder`. It may be null; the decoders of a `Sequence` may not. */
export function readDecoder(value: unknown): Decoder {
  return value === undefined || value === null ? joinWithSpaces : readStage(value, allDecoders);
}

function readWordPiece(object: JsonObject): Decoder {
  return wordPieceDecoder({
    prefix: stringField(object, 'prefix', '##'),
    cleanup: booleanField(object, 'cleanup', true),
  });
}
