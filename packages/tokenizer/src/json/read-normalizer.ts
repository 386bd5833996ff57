import { identityNormalizer } from '../normalizer/identity';
import type { Normalizer } from '../normalizer/normalizer';
import { lowercase, normalizerSequence, prepend, replace, strip, stripAccents } from '../normalizer/simple';
import { unicodeForm } from '../normalizer/unicode-forms';
import { booleanField, stringField, unsupported } from './fields';
import { type ReadNormalizer, readBertNormalizer } from './read-bert';
import { readPattern } from './read-pattern';
import { stagesOf, typeOf } from './read-stage';

/** The normalizer, marked where it is BERT's. */
export function readNormalizer(value: unknown): ReadNormalizer {
  const stage = typeOf(value, 'normalizer');
  if (stage?.type === 'BertNormalizer') return { kind: 'bert', normalizer: readBertNormalizer(stage.object) };
  return { kind: 'other', normalizer: readAny(value, 'normalizer') };
}

function readAny(value: unknown, path: string): Normalizer {
  const stage = typeOf(value, path);
  if (stage === undefined) return identityNormalizer();
  const { type, object } = stage;
  switch (type) {
    case 'Sequence':
      return normalizerSequence(stagesOf(object, 'normalizers').map((each) => readAny(each.value, each.path)));
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
    case 'Prepend':
      return prepend(stringField(object, 'prepend'));
    case 'Replace': {
      const { matcher, literal } = readPattern(object);
      return replace(matcher, stringField(object, 'content'), literal);
    }
    default:
      throw unsupported(`normalizer type "${type}"`, SUPPORTED);
  }
}

const SUPPORTED =
  '"BertNormalizer", "NFC", "NFD", "NFKC", "NFKD", "Lowercase", "StripAccents", "Strip", "Prepend", "Replace", "Sequence", null';
