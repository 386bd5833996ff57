import { didYouMean } from '@attune/data';
import { AttuneError } from '@attune/internal';
import { entitiesOf, isTagOf, type TagScheme, tagSchemes, tagsOf } from '@attune/metrics';
import { lineOfWord, type TaggedWords } from './examples';

/** Options of `checkTags`. */
export interface CheckTagsOptions {
  /** The expected scheme of the tags. */
  readonly scheme: TagScheme | 'none';
  /** Name of the sentences in errors and notes. */
  readonly where: string;
  /** Receives notes on odd tags that are accepted; default none. */
  readonly onNote?: (note: string) => void;
}

/**
 * Checks that tags follow a scheme, each alone and all together: a file in another scheme is refused with the name of that scheme; single
 * entities that break the scheme are counted in a note.
 *
 * @throws AttuneError DATA_LABEL_INVALID with the line of a tag that the scheme lacks; DATA_TAG_SCHEME for tags of another one
 * @example
 * checkTags(await readConll('train.conll'), { scheme: 'IOB2', where: 'train.conll', onNote: console.warn });
 */
export function checkTags(sentences: readonly TaggedWords[], options: CheckTagsOptions): void {
  const { scheme } = options;
  if (scheme === 'none') refuseComments(sentences, options);
  else requireTags(sentences, scheme, options);
  if (scheme === 'IO') checkTypes(sentences, options);
  else if (scheme !== 'none') checkEntities(sentences, scheme, options);
}

/** Comments with the same number of columns as words, such as `# 12` before each sentence, whose last column is a unique tag. */
function refuseComments(sentences: readonly TaggedWords[], { where }: CheckTagsOptions): void {
  const begun = sentences.filter(({ words }) => words.length > 1 && words[0] === '#');
  if (begun.length < 2 || begun.length < sentences.length / 2) return;
  const counts = new Map<string, number>();
  for (const { tags } of sentences) for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  if (begun.some(({ tags }) => counts.get(tags[0]) !== 1)) return;
  const { line, tag } = placeAt(begun[0], 0, sentences.indexOf(begun[0]));
  throw new AttuneError(
    'DATA_LABEL_INVALID',
    `${where}, ${line}: expected words and their tags, got ${JSON.stringify(`# ${tag}`)} and similar lines before ${begun.length.toLocaleString('en')} sentences; remove these lines, which are comments`,
  );
}

function requireTags(sentences: readonly TaggedWords[], scheme: TagScheme, { where }: CheckTagsOptions): void {
  const place = firstPlace(sentences, (tag) => !isTagOf(scheme, tag));
  if (place === undefined) return;
  const tags = sentences.flatMap((sentence) => sentence.tags);
  const others = tags.filter((tag) => !isTagOf(scheme, tag)).length - 1;
  throw new AttuneError(
    'DATA_LABEL_INVALID',
    `${where}, ${place.line}: expected tags of ${scheme}, got ${JSON.stringify(place.tag)} for the word ${JSON.stringify(place.word)}` +
      `${others > 0 ? ` (as for ${others.toLocaleString('en')} more word${others > 1 ? 's' : ''})` : ''}: a tag is ${tagsOf(scheme)}; ${adviceFor(place, scheme, sentences)}`,
  );
}

function adviceFor({ tag, word }: TagPlace, scheme: TagScheme, sentences: readonly TaggedWords[]): string {
  const best = bestScheme(sentences);
  if (best !== undefined) return `these are tags of ${best}: pass --scheme ${best}`;
  const tags = [...new Set(sentences.flatMap((sentence) => sentence.tags))];
  if (tags.includes('_') && tags.every((each) => /^(_|\w+=.*)$/s.test(each)))
    return 'the last column of CoNLL-U is not a tag: name the columns of words and tags, such as --text 1 --label 3 --scheme none for parts of speech';
  if (tags.every((each) => /^-?\d+$/.test(each)))
    return 'name the tags of these ids, in their order: --label-list O,B-PER,I-PER';
  if (tags.every((each) => /^(o|[bieslu](-.*)?)$/is.test(each))) return 'write O and the prefixes in capitals';
  if (/^[BIESLU][^\p{L}\p{N}\s-]/u.test(tag))
    return 'write a hyphen after the prefix, as in B-PER, or pass --scheme IO, in which every tag is a type';
  const right = tags.filter((each) => each !== 'O' && isTagOf(scheme, each));
  if (right.length === 0)
    return 'pass --scheme IO for tags that are types without prefixes, or --scheme none for tags without entities';
  if (word.startsWith('#')) return 'remove the line if it is a comment, else correct the tag';
  if (/^O[^\p{L}\p{N}]/u.test(tag)) return 'write O alone for words outside of entities';
  const near = tag.length > 1 && !/^[A-Z]-/.test(tag) ? didYouMean(tag, right).replace(/^; /, '') : '';
  return `${near || 'correct the tag'}; tags that are types without prefixes: --scheme IO`;
}

/** Schemes with prefixes, the likelier first. */
const prefixed = tagSchemes
  .filter((scheme) => scheme !== 'IO')
  .sort((a, b) => Number(b === 'IOB2') - Number(a === 'IOB2'));

/** The scheme with prefixes that has all the tags and reads most of their words as entities; undefined without one. */
function bestScheme(sentences: readonly TaggedWords[]): TagScheme | undefined {
  const tags = new Set(sentences.flatMap((sentence) => sentence.tags));
  const fitting = prefixed.filter((scheme) => [...tags].every((tag) => isTagOf(scheme, tag)));
  const counts = fitting.map((scheme) => ({ scheme, words: wordsInEntities(sentences, scheme) }));
  const [best] = counts.sort((a, b) => b.words - a.words);
  return best !== undefined && best.words > 0 ? best.scheme : undefined;
}

const wordsInEntities = (sentences: readonly TaggedWords[], scheme: TagScheme): number =>
  sentences.reduce(
    (sum, { tags }) => entitiesOf(tags, { scheme }).reduce((words, { start, end }) => words + end - start, sum),
    0,
  );

/** Entities that begin with `I-`, and those that begin with `B-`, some of which do not follow their own type. */
function startsOf(sentences: readonly TaggedWords[]) {
  const inside: TagPlace[] = [];
  let [beginning, needless] = [0, 0];
  for (const [at, sentence] of sentences.entries()) {
    const entities = entitiesOf(sentence.tags, { mode: 'default' });
    entities.forEach(({ start, type }, i) => {
      const before = entities[i - 1];
      if (sentence.tags[start].startsWith('I')) inside.push(placeAt(sentence, start, at));
      else if (sentence.tags[start].startsWith('B')) {
        beginning++;
        if (before?.end !== start || before.type !== type) needless++;
      }
    });
  }
  return { inside, beginning, needless };
}

function checkEntities(sentences: readonly TaggedWords[], scheme: TagScheme, options: CheckTagsOptions): void {
  const { where, onNote = () => {} } = options;
  const tagged = sentences.reduce((sum, { tags }) => sum + tags.filter((tag) => tag !== 'O').length, 0);
  const found = wordsInEntities(sentences, scheme);
  if (found === tagged) return;
  const { inside, beginning, needless } = startsOf(sentences);
  if (scheme === 'IOB2' && inside.length > 0 && needless === 0) throw otherScheme('IOB1', inside[0], scheme, where);
  const best = bestScheme(sentences);
  const isOther = best !== undefined && best !== scheme && wordsInEntities(sentences, best) === tagged;
  if (isOther && found < tagged / 2)
    throw otherScheme(best, firstPlace(sentences, (tag) => tag !== 'O')!, scheme, where);
  if (scheme === 'IOB2')
    onNote(
      `${where}: entities that begin with I-: ${inside.length.toLocaleString('en')}, and ${beginning.toLocaleString('en')} with B- (first: ${inside[0].line}); in ${scheme} those with I- are not entities: write B- there`,
    );
  else
    onNote(
      `${where}: ${(tagged - found).toLocaleString('en')} of ${tagged.toLocaleString('en')} words with another tag than O are in no entity of ${scheme}; correct their tags`,
    );
}

function otherScheme(best: TagScheme, { line, tag }: TagPlace, scheme: TagScheme, where: string): AttuneError {
  return new AttuneError(
    'DATA_TAG_SCHEME',
    `${where}: expected entities of ${scheme}, got those of ${best}, as ${JSON.stringify(tag)} at ${line}; pass --scheme ${best}`,
  );
}

/** Types that are tags with prefixes if read as IO: no type has two prefixes. */
function checkTypes(sentences: readonly TaggedWords[], { where, onNote = () => {} }: CheckTagsOptions): void {
  const tags = [...new Set(sentences.flatMap((sentence) => sentence.tags))].filter((tag) => tag !== 'O');
  const typed = tags.filter((tag) => /^[BIESLU]-./s.test(tag));
  const isPair = new Set(typed.map((tag) => tag.slice(2))).size < typed.length;
  if (isPair || (typed.length > 0 && typed.length === tags.length && typed.some((tag) => tag.startsWith('B')))) {
    const place = firstPlace(sentences, (tag) => typed.includes(tag) && !tag.startsWith('I'))!;
    throw otherScheme(bestScheme(sentences) ?? 'IOB2', place, 'IO', where);
  }
  if (!sentences.some((sentence) => sentence.tags.includes('O')))
    onNote(`${where}: no word has the tag O, so every word is in an entity; write O for words outside`);
}

interface TagPlace {
  /** `line 12`, or the sentence where lines are unknown. */
  readonly line: string;
  readonly tag: string;
  readonly word: string;
}

/** The first word with a tag of this kind. */
function firstPlace(sentences: readonly TaggedWords[], is: (tag: string) => boolean): TagPlace | undefined {
  for (const [i, sentence] of sentences.entries()) {
    const at = sentence.tags.findIndex(is);
    if (at >= 0) return placeAt(sentence, at, i);
  }
  return undefined;
}

function placeAt(sentence: TaggedWords, at: number, i: number): TagPlace {
  const line = lineOfWord(sentence, at);
  const place = line === undefined ? `sentence ${i} (counted from 0)` : `line ${line}`;
  return { line: place, tag: sentence.tags[at], word: sentence.words[at] };
}
