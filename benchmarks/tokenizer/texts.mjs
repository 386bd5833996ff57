// The texts that tokenizers are timed on.
import { readFileSync } from 'node:fs';
import { seededRandom } from '@attune/data';
import { paths } from '../common/paths.mjs';

/** Job postings of ../shared, the first so many. */
export function postings(count) {
  const lines = readFileSync(paths.postings, 'utf8').trimEnd().split('\n', count);
  return lines.map((line) => JSON.parse(line).text);
}

/** Text of exactly so many UTF-16 units, repeated where there is less. */
export function ofLength(text, units) {
  return text.repeat(Math.ceil(units / text.length)).slice(0, units);
}

/** Texts of characters from all of Unicode, a space now and then: hardly a word comes twice, and no cache helps. */
export function adversarialTexts(count) {
  const random = seededRandom(1);
  const character = () => {
    const codePoint = random.below(0x30000);
    const isSurrogate = codePoint >= 0xd800 && codePoint <= 0xdfff;
    return random.below(5) === 0 ? ' ' : String.fromCodePoint(isSurrogate ? codePoint - 0x800 : codePoint);
  };
  return Array.from({ length: count }, () => Array.from({ length: 500 }, character).join(''));
}
