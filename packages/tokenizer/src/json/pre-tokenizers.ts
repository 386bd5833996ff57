import { gpt2Words, knownPattern } from '../pattern/byte-level-words';
import { characterMatcher, wordMatcher } from '../pattern/matcher';
import {
  type Behavior,
  bertPreTokenizer,
  type PreTokenizer,
  preTokenizerSequence,
  splitter,
  wholeText,
} from '../pre-tokenizer/pre-tokenizer';
import { byteLevel, type MetaspaceOptions, metaspace } from '../pre-tokenizer/spaces';
import { isPunctuation, isWhitespace } from '../unicode/categories';
import { isNumeric } from '../unicode/letters-and-numbers';
import { booleanField, choiceField, type JsonObject, unsupported } from './fields';
import { readInOrder, readPattern, readPrepend, type StageKind, withTypes } from './stages';

/** A pre-tokenizer and its requirements for other stages. */
export interface ReadPreTokenizer {
  readonly preTokenizer: PreTokenizer;
  /** The pre-tokenizer of a part without a space before it; default the same. */
  readonly within?: PreTokenizer;
  /** Whether the model must represent words as bytes; default false. */
  readonly byteLevel?: boolean;
  /** Whether words depend on their position in the text; default false. */
  readonly needsPlaces?: boolean;
  /** Whether words are cut from a text other than the normalized one; default false. */
  readonly movesText?: boolean;
  /** Settings of a `Metaspace` that cuts before each space and is the only pre-tokenizer. */
  readonly metaspace?: MetaspaceOptions;
}

/** The pre-tokenizer of BERT. */
export const bertPreTokenizers: StageKind<ReadPreTokenizer> = {
  field: 'pre_tokenizer',
  types: { BertPreTokenizer: () => ({ preTokenizer: bertPreTokenizer }) },
};

/** The pre-tokenizers of Llama and GPT-2. */
export const bpePreTokenizers: StageKind<ReadPreTokenizer> = {
  field: 'pre_tokenizer',
  types: {
    ByteLevel(object) {
      const words = booleanField(object, 'use_regex', true) ? gpt2Words() : undefined;
      const prefixSpace = booleanField(object, 'add_prefix_space', true);
      const within = byteLevel({ prefixSpace: false, words });
      return { preTokenizer: byteLevel({ prefixSpace, words }), within, byteLevel: true, movesText: prefixSpace };
    },
    Metaspace(object) {
      const { replacement, prepend } = readPrepend(object);
      const split = booleanField(object, 'split', true);
      const options = { replacement, prepend, split };
      const needsPlaces = prepend === 'first';
      return {
        ...{ preTokenizer: metaspace(options), within: metaspace({ ...options, prepend: 'never' }) },
        ...{ needsPlaces, movesText: true },
        metaspace: split ? options : undefined,
      };
    },
    Split(object) {
      const { matcher } = readPattern(object, knownPattern);
      return { preTokenizer: splitter(matcher, readBehavior(object), booleanField(object, 'invert', false)) };
    },
    Sequence: readSequence,
  },
  none: { preTokenizer: wholeText },
};

/** All pre-tokenizers. */
export const allPreTokenizers = /* @__PURE__ */ withTypes(bpePreTokenizers, {
  BertPreTokenizer: () => ({ preTokenizer: bertPreTokenizer }),
  Digits(object) {
    const behavior = booleanField(object, 'individual_digits', false) ? 'Isolated' : 'Contiguous';
    return { preTokenizer: splitter(characterMatcher(isNumeric), behavior) };
  },
  Punctuation(object) {
    const behavior = object.fields.behavior === undefined ? 'Isolated' : readBehavior(object);
    return { preTokenizer: splitter(characterMatcher(isPunctuation), behavior) };
  },
  Whitespace: () => ({ preTokenizer: splitter(wordMatcher, 'Removed', true) }),
  WhitespaceSplit: () => ({ preTokenizer: splitter(characterMatcher(isWhitespace), 'Removed') }),
});

function readSequence(
  object: JsonObject,
  readInner: (value: unknown, path: string) => ReadPreTokenizer,
): ReadPreTokenizer {
  const stages = readInOrder(object, 'pretokenizers', readInner);
  if (stages.length === 1) return stages[0];
  if (stages.slice(0, -1).some((each) => each.byteLevel)) {
    throw unsupported(`${object.path} "Sequence" with "ByteLevel" before others`, '"ByteLevel" at the end');
  }
  return {
    preTokenizer: preTokenizerSequence(stages.map((each) => each.preTokenizer)),
    within: preTokenizerSequence(stages.map((each) => each.within ?? each.preTokenizer)),
    byteLevel: stages.at(-1)?.byteLevel,
    needsPlaces: stages.some((each) => each.needsPlaces),
    movesText: stages.some((each) => each.movesText),
  };
}

const behaviors: Readonly<Record<Behavior, Behavior>> = {
  Removed: 'Removed',
  Isolated: 'Isolated',
  MergedWithPrevious: 'MergedWithPrevious',
  MergedWithNext: 'MergedWithNext',
  Contiguous: 'Contiguous',
};

function readBehavior(object: JsonObject): Behavior {
  return choiceField(object, 'behavior', behaviors);
}
