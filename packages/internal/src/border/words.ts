import { type KindName, type KindOfValue, kinds } from './kinds';
import { knownName } from './known-name';

/** Words of other libraries for the same choice, where no word is shared. */
const otherWords: Readonly<Record<string, string>> = {
  bilou: 'BILOU',
  bio: 'IOB2',
  bioes: 'IOBES',
  bioul: 'BILOU',
  f1: 'macroF1',
  float16: 'fp32',
  float32: 'fp32',
  fp16: 'fp32',
  iob2: 'BIO',
  left: 'keep_end',
  no: 'none',
  off: 'none',
  right: 'keep_start',
  viterbi: 'constrained',
};

/** A kind of value that is one of a few words. */
export interface Words<Word extends string> extends KindOfValue {
  /** The words, in the order of messages. */
  readonly words: readonly Word[];
  /** Makes the type invariant: a table has exactly the words of an option's type. */
  readonly isWord: (word: Word) => boolean;
}

/**
 * The kind of an option that is one of a few words, or else of another kind.
 *
 * @example const table = { precision: oneOf(['fp32', 'int8']), keepCheckpoints: oneOf(['until-reported'], 'boolean') };
 */
export function oneOf<const Word extends string>(words: readonly Word[], or?: KindName | KindOfValue): Words<Word> {
  const isWord = (value: unknown) => (words as readonly unknown[]).includes(value);
  const another: KindOfValue | undefined = typeof or === 'string' ? kinds[or] : or;
  const ownWords = words.map((word) => JSON.stringify(word)).join(', ');
  return {
    words,
    isWord,
    expected: another === undefined ? `one of ${words.join(', ')}` : `${another.expected}, or ${ownWords}`,
    holds: (value) => isWord(value) || (another?.holds(value) ?? false),
    advice(value) {
      const meant = typeof value === 'string' ? meantWord(value, words) : undefined;
      return meant === undefined ? undefined : `did you mean ${JSON.stringify(meant)}?`;
    },
  };
}

function meantWord(value: string, words: readonly string[]): string | undefined {
  const name = value.toLowerCase();
  const other = Object.hasOwn(otherWords, name) ? otherWords[name] : undefined;
  return other !== undefined && words.includes(other) ? other : knownName(value, [words]);
}
