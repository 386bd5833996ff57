import { characterMatcher } from '../pattern/matcher';
import { wordMatcher } from '../pattern/words';
import { bertPreTokenizer } from '../pre-tokenizer/bert';
import type { PreTokenizer } from '../pre-tokenizer/pre-tokenizer';
import { splitter } from '../pre-tokenizer/split';
import { isPunctuation, isWhitespace } from '../unicode/categories';
import { isNumeric } from '../unicode/letters-and-numbers';
import { booleanField, type JsonObject } from './fields';
import { readBehavior } from './read-pre-tokenizer';
import type { MoreTypes } from './read-stage';

/** The pre-tokenizers that Llama and GPT-2 do without. */
export const morePreTokenizers: MoreTypes<PreTokenizer> = {
  names: '"BertPreTokenizer", "Digits", "Punctuation", "Whitespace", "WhitespaceSplit", ',
  read(type, object) {
    switch (type) {
      case 'BertPreTokenizer':
        return bertPreTokenizer;
      case 'Whitespace':
        return splitter(wordMatcher, 'Removed', true);
      case 'WhitespaceSplit':
        return splitter(characterMatcher(isWhitespace), 'Removed');
      case 'Punctuation':
        return splitter(characterMatcher(isPunctuation), readPunctuationBehavior(object));
      case 'Digits':
        return splitter(
          characterMatcher(isNumeric),
          booleanField(object, 'individual_digits', false) ? 'Isolated' : 'Contiguous',
        );
      default:
        return undefined;
    }
  },
};

function readPunctuationBehavior(object: JsonObject) {
  return object.fields.behavior === undefined ? 'Isolated' : readBehavior(object);
}
