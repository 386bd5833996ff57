import { gpt2Words, knownPattern } from '../pattern/byte-level-words';
import { byteLevel } from '../pre-tokenizer/byte-level';
import { metaspace } from '../pre-tokenizer/metaspace';
import { type PreTokenizer, preTokenizerSequence, wholeText } from '../pre-tokenizer/pre-tokenizer';
import { type Behavior, splitter } from '../pre-tokenizer/split';
import { booleanField, choiceField, type JsonObject, stringField, unsupported } from './fields';
import { readPattern } from './read-pattern';
import { type MoreTypes, stagesOf, typeOf } from './read-stage';
import type { ReadPreTokenizer } from './readers';

/** Reads the pre-tokenizers of Llama and GPT-2, and `more`. */
export function readPreTokenizer(value: unknown, path: string, more?: MoreTypes<PreTokenizer>): ReadPreTokenizer {
  const stage = typeOf(value, path);
  if (stage === undefined) return plain(wholeText);
  const { type, object } = stage;
  if (type === 'Sequence') return readSequence(object, more);
  if (type === 'ByteLevel') return { preTokenizer: readByteLevel(object), byteLevel: true, needsPlaces: false };
  if (type === 'Metaspace') return readMetaspace(object);
  if (type === 'Split') return plain(readSplit(object));
  const found = more?.read(type, object);
  if (found !== undefined) return plain(found);
  throw unsupported(
    `pre_tokenizer type "${type}"`,
    `${more?.names ?? ''}"ByteLevel", "Metaspace", "Split", "Sequence", null`,
  );
}

function plain(preTokenizer: PreTokenizer): ReadPreTokenizer {
  return { preTokenizer, byteLevel: false, needsPlaces: false };
}

function readSequence(object: JsonObject, more: MoreTypes<PreTokenizer> | undefined): ReadPreTokenizer {
  const stages = stagesOf(object, 'pretokenizers').map((each) => readPreTokenizer(each.value, each.path, more));
  if (stages.slice(0, -1).some((each) => each.byteLevel)) {
    throw unsupported(`${object.path} "Sequence" with "ByteLevel" before others`, '"ByteLevel" at the end');
  }
  return {
    preTokenizer: preTokenizerSequence(stages.map((each) => each.preTokenizer)),
    byteLevel: stages.at(-1)?.byteLevel ?? false,
    needsPlaces: stages.some((each) => each.needsPlaces),
  };
}

function readByteLevel(object: JsonObject): PreTokenizer {
  const words = booleanField(object, 'use_regex', true) ? gpt2Words() : undefined;
  return byteLevel({ prefixSpace: booleanField(object, 'add_prefix_space', true), words });
}

/** Older files have `add_prefix_space` for `prepend_scheme`. */
function readMetaspace(object: JsonObject): ReadPreTokenizer {
  const { replacement, prepend } = readPrepend(object);
  const split = booleanField(object, 'split', true);
  return {
    preTokenizer: metaspace({ replacement, prepend, split }),
    byteLevel: false,
    needsPlaces: prepend === 'first',
  };
}

const SCHEMES = { always: 'always', first: 'first', never: 'never' } as const;

/** The character and the scheme of a `Metaspace`, pre-tokenizer or decoder. */
export function readPrepend(object: JsonObject): { replacement: string; prepend: keyof typeof SCHEMES } {
  const replacement = stringField(object, 'replacement');
  if (replacement.length !== 1) {
    throw unsupported(`${object.path}.replacement ${JSON.stringify(replacement)}`, 'one character, such as "▁"');
  }
  const given = object.fields.prepend_scheme === undefined ? 'always' : choiceField(object, 'prepend_scheme', SCHEMES);
  const add = booleanField(object, 'add_prefix_space', given !== 'never');
  if (!add && given !== 'never' && object.fields.prepend_scheme !== undefined) {
    throw unsupported(`${object.path}.add_prefix_space false with prepend_scheme "${given}"`, '"never"');
  }
  return { replacement, prepend: add ? given : 'never' };
}

const BEHAVIORS: Record<Behavior, Behavior> = {
  Removed: 'Removed',
  Isolated: 'Isolated',
  MergedWithPrevious: 'MergedWithPrevious',
  MergedWithNext: 'MergedWithNext',
  Contiguous: 'Contiguous',
};

function readSplit(object: JsonObject): PreTokenizer {
  const { matcher } = readPattern(object, knownPattern);
  return splitter(matcher, readBehavior(object), booleanField(object, 'invert', false));
}

export function readBehavior(object: JsonObject): Behavior {
  return choiceField(object, 'behavior', BEHAVIORS);
}
