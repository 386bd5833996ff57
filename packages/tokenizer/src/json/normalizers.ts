import { type BertNormalizer, bertNormalizer } from '../normalizer/bert';
import { readCharacterMap } from '../normalizer/character-map';
import {
  identityNormalizer,
  lowercase,
  type Normalizer,
  normalizerSequence,
  prepend,
  replace,
  strip,
  stripAccents,
} from '../normalizer/normalizer';
import { precompiled } from '../normalizer/precompiled';
import { unicodeForm } from '../normalizer/unicode-forms';
import { booleanField, type JsonObject, stringField } from './fields';
import { readInOrder, readPattern, type StageKind, withTypes } from './stages';

/** The normalizer of BERT. */
export const bertNormalizers: StageKind<Normalizer> = {
  field: 'normalizer',
  types: { BertNormalizer: readBertNormalizer },
};

/** The normalizers of Llama and GPT-2. */
export const bpeNormalizers: StageKind<Normalizer> = {
  field: 'normalizer',
  types: {
    Prepend: (object) => prepend(stringField(object, 'prepend')),
    Replace(object) {
      const { matcher, literal } = readPattern(object);
      return replace(matcher, stringField(object, 'content'), literal);
    },
    Sequence: (object, readInner) => normalizerSequence(readInOrder(object, 'normalizers', readInner)),
  },
  none: identityNormalizer,
};

/** All normalizers. */
export const allNormalizers = /* @__PURE__ */ withTypes(bpeNormalizers, {
  BertNormalizer: readBertNormalizer,
  NFC: () => unicodeForm('NFC'),
  NFD: () => unicodeForm('NFD'),
  NFKC: () => unicodeForm('NFKC'),
  NFKD: () => unicodeForm('NFKD'),
  Lowercase: () => lowercase,
  StripAccents: () => stripAccents,
  Precompiled(object) {
    const path = `${object.path}.precompiled_charsmap`;
    return precompiled(readCharacterMap(stringField(object, 'precompiled_charsmap'), path));
  },
  Strip: (object) => strip({ left: booleanField(object, 'strip_left'), right: booleanField(object, 'strip_right') }),
});

function readBertNormalizer(object: JsonObject): BertNormalizer {
  const lower = booleanField(object, 'lowercase', true);
  return bertNormalizer({
    cleanText: booleanField(object, 'clean_text', true),
    handleChineseChars: booleanField(object, 'handle_chinese_chars', true),
    stripAccents: booleanField(object, 'strip_accents', lower), // null follows `lowercase`
    lowercase: lower,
  });
}
