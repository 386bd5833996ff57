import { byteFallbackDecoder } from '../decoder/byte-fallback';
import { byteLevelDecoder } from '../decoder/byte-level';
import { type Decoder, decoderSequence } from '../decoder/decoder';
import {
  bpeDecoder,
  fuseDecoder,
  metaspaceDecoder,
  replaceCharacterDecoder,
  replaceDecoder,
  stripDecoder,
} from '../decoder/simple';
import { joinWithSpaces } from '../decoder/wordpiece';
import { countField, type JsonObject, stringField, unsupported } from './fields';
import { readWordPieceDecoder } from './read-bert';
import { readPattern } from './read-pattern';
import { readPrepend } from './read-pre-tokenizer';
import { stagesOf, typeOf } from './read-stage';

export function readDecoder(value: unknown): Decoder {
  return value === undefined || value === null ? joinWithSpaces : readAny(value, 'decoder');
}

function readAny(value: unknown, path: string): Decoder {
  const stage = typeOf(value, path);
  if (stage === undefined) throw unsupported(`${path} null`, SUPPORTED);
  const { type, object } = stage;
  switch (type) {
    case 'Sequence':
      return decoderSequence(stagesOf(object, 'decoders').map((each) => readAny(each.value, each.path)));
    case 'WordPiece':
      return readWordPieceDecoder(object);
    case 'ByteLevel':
      return byteLevelDecoder;
    case 'ByteFallback':
      return byteFallbackDecoder;
    case 'Fuse':
      return fuseDecoder;
    case 'BPEDecoder':
      return bpeDecoder({ suffix: stringField(object, 'suffix', '</w>') });
    case 'Metaspace': {
      const { replacement, prepend } = readPrepend(object);
      return metaspaceDecoder({ replacement, keepFirst: prepend === 'never' });
    }
    case 'Replace':
      return readReplace(object);
    case 'Strip':
      return stripDecoder({
        content: stringField(object, 'content'),
        start: countField(object, 'start'),
        stop: countField(object, 'stop'),
      });
    default:
      throw unsupported(`decoder type "${type}"`, SUPPORTED);
  }
}

const SUPPORTED =
  '"WordPiece", "ByteLevel", "BPEDecoder", "Metaspace", "ByteFallback", "Fuse", "Strip", "Replace", "Sequence", null';

function readReplace(object: JsonObject): Decoder {
  const { matcher, literal } = readPattern(object);
  const content = stringField(object, 'content');
  return literal?.length === 1 ? replaceCharacterDecoder(literal, content) : replaceDecoder(matcher, content);
}
