import { expressionMatcher, literalMatcher, type Matcher } from '../pattern/matcher';
import { fromOniguruma } from '../pattern/oniguruma';
import { asArray, asObject, booleanField, choiceField, type JsonObject, stringField, unsupported } from './fields';

/**
 * Reads one type of a stage from its object. `readInner` reads a value as another stage of the same kind, for types
 * that hold stages, such as `Sequence`.
 */
export type StageReader<Stage> = (object: JsonObject, readInner: (value: unknown, path: string) => Stage) => Stage;

/** A kind of stage: the field of the file that holds it, and the types it may have. A new type is a row of `types`. */
export interface StageKind<Stage> {
  readonly field: string;
  readonly types: Readonly<Record<string, StageReader<Stage>>>;
  /** The stage that `null` stands for. Without it `null` is not supported. */
  readonly none?: Stage;
}

/** Adds types to a kind of stage. */
export function withTypes<Stage>(kind: StageKind<Stage>, types: StageKind<Stage>['types']): StageKind<Stage> {
  return { ...kind, types: { ...types, ...kind.types } };
}

/** Reads the stage at `path`, by default that of the whole file. */
export function readStage<Stage>(value: unknown, kind: StageKind<Stage>, path: string = kind.field): Stage {
  const { field, types, none } = kind;
  if (value === undefined || value === null) {
    if (none !== undefined) return none;
    throw unsupported(`${path} type "null"`, namesOf(types));
  }
  const object = asObject(value, path);
  const reader = readerOf(field, stringField(object, 'type'), types, none === undefined ? '' : ', null');
  return reader(object, (inner, innerPath) => readStage(inner, kind, innerPath));
}

/**
 * Looks up the reader of a type; throws if the type is not supported. `others` completes the list of types that are.
 */
export function readerOf<Reader>(
  field: string,
  type: string,
  types: Readonly<Record<string, Reader>>,
  others = '',
): Reader {
  if (Object.hasOwn(types, type)) return types[type];
  throw unsupported(`${field} type "${type}"`, namesOf(types) + others);
}

const namesOf = (types: object) =>
  Object.keys(types)
    .map((type) => `"${type}"`)
    .join(', ');

/** Reads the stages of a `Sequence`, which are in the field `name`. */
export function readInOrder<Stage>(
  { path, fields }: JsonObject,
  name: string,
  readInner: (value: unknown, path: string) => Stage,
): Stage[] {
  return asArray(fields[name], `${path}.${name}`).map((value, i) => readInner(value, `${path}.${name}[${i}]`));
}

/** Reads a `pattern`, `{ String }` or `{ Regex }`. `known` may have a matcher for a regular expression. */
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

const schemes = { always: 'always', first: 'first', never: 'never' } as const;

/**
 * Reads the character and the scheme of a `Metaspace`, pre-tokenizer or decoder. Older files have `add_prefix_space` in
 * place of `prepend_scheme`.
 */
export function readPrepend(object: JsonObject): { replacement: string; prepend: keyof typeof schemes } {
  const replacement = stringField(object, 'replacement');
  if (replacement.length !== 1) {
    throw unsupported(`${object.path}.replacement ${JSON.stringify(replacement)}`, 'one character, such as "▁"');
  }
  const scheme = object.fields.prepend_scheme === undefined ? 'always' : choiceField(object, 'prepend_scheme', schemes);
  const add = booleanField(object, 'add_prefix_space', scheme !== 'never');
  if (!add && scheme !== 'never' && object.fields.prepend_scheme !== undefined) {
    throw unsupported(`${object.path}.add_prefix_space false with prepend_scheme "${scheme}"`, '"never"');
  }
  return { replacement, prepend: add ? scheme : 'never' };
}
