// Regular expressions of a tokenizer.json, tested before they are used on texts.
import { AttuneError } from '@attune/internal';
import { slowPattern } from '@attune/internal/node';
import { knownPattern } from '../pattern/byte-level-words';
import { fromOniguruma } from '../pattern/oniguruma';

/**
 * Tests the regular expressions of a `tokenizer.json`, except known ones, which are matched without a regular expression.
 *
 * @returns its content, parsed where that was necessary
 * @throws AttuneError TOKENIZER_UNSUPPORTED that names the field of a pattern with unbounded backtracking
 */
export async function triedPatterns(path: string, text: string): Promise<string | object> {
  if (!text.includes('"Regex"')) return text;
  let json: Readonly<Record<string, unknown>>;
  try {
    json = JSON.parse(text);
  } catch {
    return text; // the reader of the file reports the fault
  }
  const found = ['normalizer', 'pre_tokenizer', 'decoder'].flatMap((field) => [...patternsIn(json?.[field], field)]);
  for (const { field, pattern } of found) {
    const expression = knownPattern(pattern) ? undefined : fromOniguruma(pattern);
    if (expression && (await slowPattern([expression.source])) !== undefined)
      throw new AttuneError(
        'TOKENIZER_UNSUPPORTED',
        `${path}: ${field} ${JSON.stringify(pattern)}: expected a regular expression that matches 2,000 characters within seconds, got one that backtracks too long; remove nested repetitions`,
      );
  }
  return json ?? text;
}

interface Found {
  readonly field: string;
  readonly pattern: string;
}

function* patternsIn(value: unknown, field: string): Generator<Found> {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value))
    if (name === 'Regex' && typeof inner === 'string') yield { field, pattern: inner };
    else yield* patternsIn(inner, Array.isArray(value) ? `${field}[${name}]` : `${field}.${name}`);
}
