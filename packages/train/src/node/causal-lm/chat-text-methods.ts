// Methods of texts that the Jinja library computes without their argument: `strip`, `lstrip` and `rstrip`.
import type { Environment, Interpreter } from '@huggingface/jinja';

/** A value in a rendering, and a node of the template. */
export type Value = ReturnType<Environment['set']>;
export type Statement = NonNullable<Parameters<Interpreter['evaluate']>[0]>;

type Strip = (text: string, characters: string | undefined) => string;

const methods: Readonly<Record<string, Strip>> = {
  strip: (text, characters) => stripStart(stripEnd(text, characters), characters),
  lstrip: stripStart,
  rstrip: stripEnd,
};

/** White space in Python that JavaScript does not count as white space. */
const furtherSpaces = '\u001c\u001d\u001e\u001f\u0085';

const isSpace = (character: string): boolean =>
  furtherSpaces.includes(character) || (/\s/.test(character) && character !== '\ufeff');

const isStripped = (character: string, characters: string | undefined): boolean =>
  characters === undefined ? isSpace(character) : characters.includes(character);

function stripStart(text: string, characters: string | undefined): string {
  const all = Array.from(text);
  const first = all.findIndex((character) => !isStripped(character, characters));
  return first < 0 ? '' : all.slice(first).join('');
}

function stripEnd(text: string, characters: string | undefined): string {
  const all = Array.from(text);
  return all.slice(0, 1 + all.findLastIndex((character) => !isStripped(character, characters))).join('');
}

/** A member of a value: `object.property`. */
interface Member {
  readonly type: string;
  readonly object?: Statement;
  readonly computed?: boolean;
  readonly property?: { readonly value?: unknown };
}

/**
 * Replaces the methods of texts in a rendering, whose values pass through it one by one. The library exports none of its classes, so
 * that new values are of the class of existing ones.
 */
export function textMethods(): (statement: Statement | undefined, value: Value) => Value {
  const texts = new WeakMap<Statement, Value>();
  return (statement, value) => {
    if (!statement) return value;
    if (typeof value.value === 'string') texts.set(statement, value);
    const { type, object, computed, property } = statement as unknown as Member;
    if (type !== 'MemberExpression' || computed || value.type !== 'FunctionValue' || !object) return value;
    const [strip, text] = [methods[String(property?.value)], texts.get(object)];
    if (!strip || typeof text?.value !== 'string') return value;
    const own = text.value;
    const made = <Class extends Value>(like: Class, inner: unknown): Value =>
      new (like.constructor as new (inner: unknown) => Value)(inner);
    return made(value, ([characters]: readonly Value[]) =>
      made(text, strip(own, typeof characters?.value === 'string' ? characters.value : undefined)),
    );
  };
}
