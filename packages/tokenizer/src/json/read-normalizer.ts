import type { Normalizer } from '../normalizer/normalizer';
import { lowercase, strip, stripAccents } from '../normalizer/simple';
import { unicodeForm } from '../normalizer/unicode-forms';
import { booleanField, type JsonObject } from './fields';
import { type ReadNormalizer, readBertNormalizer } from './read-bert';
import { readBpeNormalizer } from './read-bpe-stages';
import { typeOf } from './read-stage';

/** The normalizer, marked where it is BERT's. */
export function readNormalizer(value: unknown): ReadNormalizer {
  const stage = typeOf(value, 'normalizer');
  if (stage?.type === 'BertNormalizer') return { kind: 'bert', normalizer: readBertNormalizer(stage.object) };
  return { kind: 'other', normalizer: readBpeNormalizer(value, 'normalizer', { read: readMore, names: MORE }) };
}

function readMore(type: string, object: JsonObject): Normalizer | undefined {
  switch (type) {
    case 'BertNormalizer':
      return readBertNormalizer(object);
    case 'NFC':
    case 'NFD':
    case 'NFKC':
    case 'NFKD':
      return unicodeForm(type);
    case 'Lowercase':
      return lowercase;
    case 'StripAccents':
      return stripAccents;
    case 'Strip':
      return strip({ left: booleanField(object, 'strip_left'), right: booleanField(object, 'strip_right') });
    default:
      return undefined;
  }
}

const MORE = '"BertNormalizer", "NFC", "NFD", "NFKC", "NFKD", "Lowercase", "StripAccents", "Strip", ';
