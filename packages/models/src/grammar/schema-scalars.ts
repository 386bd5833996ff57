// Strings and numbers of a JSON schema as nodes of a grammar.
import { integerNode, literalNode, numberNode } from './json-nodes';
import { choice, type Node } from './nodes';
import { type PatternFault, patternNode } from './pattern';
import { type Keywords, refusal, unmet, type Where } from './schema-keywords';

export function patternString(pattern: string, { minLength, maxLength }: Keywords, where: Where): Node {
  if (minLength !== undefined || maxLength !== undefined)
    throw refusal(
      where,
      'pattern without minLength and maxLength',
      'one',
      'write the length into the pattern, such as "^[a-z]{1,20}$"',
    );
  try {
    return patternNode(pattern);
  } catch (error) {
    if (error instanceof Error) throw error;
    throw refusal(
      where,
      'a regular expression of characters, escapes, classes, groups, |, * + ? {m,n}, with ^ and $ at its ends only',
      (error as PatternFault).got,
      'write the pattern without it',
    );
  }
}

/** Largest number of values for which a range of integers is enumerated. */
const mostIntegers = 10_000;

export function boundedInteger({ minimum, maximum }: Keywords, where: Where): Node {
  if (minimum !== undefined && maximum !== undefined) {
    const [first, last] = [Math.ceil(minimum), Math.floor(maximum)];
    if (first > last) throw unmet(`${where}/minimum`, `no integer is from ${minimum} to ${maximum}`);
    if (last - first >= mostIntegers)
      throw refusal(
        `${where}/maximum`,
        `a range of at most ${mostIntegers} integers`,
        `${last - first + 1}`,
        'narrow it, or remove it',
      );
    return choice(...Array.from({ length: last - first + 1 }, (_, i) => literalNode(first + i)));
  }
  if (maximum !== undefined || (minimum !== undefined && minimum !== 0 && minimum !== 1))
    throw refusal(
      `${where}/${maximum === undefined ? 'minimum' : 'maximum'}`,
      'both minimum and maximum, or a minimum of 0 or 1',
      'only one other bound',
      'add the other one, or remove it',
    );
  return integerNode(minimum as 0 | 1 | undefined);
}

export function boundedNumber({ minimum, maximum }: Keywords, where: Where): Node {
  if (maximum !== undefined || (minimum !== undefined && minimum !== 0))
    throw refusal(
      `${where}/${maximum === undefined ? 'minimum' : 'maximum'}`,
      'a number with a minimum of 0 or no bound',
      `${maximum ?? minimum}`,
      'remove it, or use "type": "integer"',
    );
  return numberNode(minimum as 0 | undefined);
}
