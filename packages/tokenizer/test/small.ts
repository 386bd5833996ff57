import type { TokenizerJson } from '../src/json/tokenizer-json';
import { tokenizerFromVocab } from '../src/load/from-vocab';

/** A vocabulary for tests, in which every letter is known, so that words come apart in many ways. */
export const smallVocab = [
  ...['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'],
  ...'abcdefghijklmnopqrstuvwxyz0123456789!?.,-[]#é中İσς'.split(''),
  ...'abcdefghijklmnopqrstuvwxyz'.split('').map((letter) => `##${letter}`),
  ...['nurse', 'regis', '##tered', 'engine', '##er', '##ing', 'and', "'"],
];

export const smallTokenizer = (lowercase = true) => tokenizerFromVocab(smallVocab.join('\n'), { lowercase });

/** Its `tokenizer.json`, with parts replaced. */
export function smallJson(changes: Record<string, unknown> = {}): TokenizerJson {
  return { ...smallTokenizer().toJson(), ...changes } as TokenizerJson;
}
