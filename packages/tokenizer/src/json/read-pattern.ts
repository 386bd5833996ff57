import { expressionMatcher, literalMatcher, type Matcher } from '../pattern/matcher';
import { fromOniguruma } from '../pattern/oniguruma';
import { asObject, type JsonObject, stringField, unsupported } from './fields';

/** A `pattern`: `{ String }` or `{ Regex }`; `known` is asked for expressions first. */
export function readPattern(
  { path, fields }: JsonObject,
  known: (pattern: string) => Matcher | undefined = () => undefined,
): { matcher: Matcher; literal?: string } {
  const pattern = asObject(fields.pattern, `${path}.pattern`);
  if (pattern.fields.Regex === undefined) {
    const literal = stringField(pattern, 'String');
    if (literal === '') throw unsupported(`${path}.pattern ""`, 'a pattern that is not empty');
    return { matcher: literalMatcher(literal), literal };
  }
  const source = stringField(pattern, 'Regex');
  const handWritten = known(source);
  if (handWritten) return { matcher: handWritten };
  const expression = fromOniguruma(source);
  if (expression === undefined) {
    throw unsupported(
      `${path}.pattern ${JSON.stringify(source)}`,
      'patterns of GPT-2, GPT-4 and Llama 3, and those without anchors, look-behind, references or possessive repetition',
    );
  }
  return { matcher: expressionMatcher(expression) };
}
