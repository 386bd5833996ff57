// Renders an untrusted template: with limits on its loops and output, with the line of a failure, and with methods of texts as in Python.
import { Environment, Interpreter, Template } from '@huggingface/jinja';
import { lineOf } from './chat-errors';
import { type Statement, textMethods, type Value } from './chat-text-methods';

type Variables = Readonly<Record<string, unknown>>;

/** A template that exceeds the limits. Other failures are the template's own, such as a refused conversation. */
export class TemplateLimit extends Error {}

/** Why a template failed, and on which line. */
export interface TemplateFailure {
  readonly error: unknown;
  readonly line?: number;
}

/** The same limit as in the sandbox in which transformers renders templates. */
const longestRange = 100_000;

/** Limits of a template, in addition to a share of its conversation's size. */
const most = { steps: 500_000, size: 2 ** 24 };

/**
 * Renders a template. It always ends: its steps and the sizes of its values are limited, without a clock.
 *
 * @throws TemplateFailure
 */
export function renderWithin(template: Template, source: string, variables: Variables): string {
  const environment = environmentOf(variables);
  const interpreter = new Interpreter(environment);
  const evaluate = interpreter.evaluate.bind(interpreter);
  const check = openLimits(environment);
  const withMethods = textMethods();
  const failed: { error?: unknown; path: Statement[] } = { path: [] };
  interpreter.evaluate = (statement, scope) => {
    try {
      return check(statement, withMethods(statement, evaluate(statement, scope)));
    } catch (error) {
      if (failed.error !== error) Object.assign(failed, { error, path: [] }); // the failing node, then its parents
      if (statement) failed.path.push(statement);
      throw error;
    }
  };
  try {
    return `${interpreter.run(template.parsed).value}`;
  } catch (error) {
    const line = lineOf(failed.path, { source, body: template.parsed.body });
    throw { error, line } satisfies TemplateFailure;
  }
}

/** The globals of a template, the range limited. */
function environmentOf(variables: Variables): Environment {
  const environment = new Environment();
  const names = { true: true, false: false, none: null, True: true, False: false, None: null };
  const clock = new Template('{{ strftime_now(format) }}');
  const functions = {
    raise_exception(message: string) {
      throw new Error(message);
    },
    strftime_now: (format: string) => clock.render({ format }),
    range,
  };
  const all = { ...names, ...functions, ...variables }; // a variable may be called as a function
  for (const [name, value] of Object.entries(all)) environment.set(name, value);
  return environment;
}

function range(first: number, end?: number, step = 1): number[] {
  const [start, stop] = end === undefined ? [0, first] : [first, end];
  if (step === 0) throw new Error('range() step must not be zero');
  const length = Math.max(0, Math.ceil((stop - start) / step));
  if (length > longestRange)
    throw new TemplateLimit(
      `a range of ${length.toLocaleString('en')}, of at most ${longestRange.toLocaleString('en')}`,
    );
  return Array.from({ length }, (_, i) => start + i * step);
}

/** Parts of a node whose value is read from end to end. */
const readWhole = ['iterable', 'lhs', 'operand', 'left', 'right'] as const;

/** Counts the steps of a rendering; throws beyond the limit. */
function openLimits(environment: Environment) {
  const sizeOf = measure();
  const given = [...environment.variables.values()].reduce((sum, value) => sum + sizeOf(value), 0);
  const [mostSteps, mostSize] = [most.steps + 100 * given, most.size + 100 * given];
  const [seen, whole] = [new WeakSet<object>(), new WeakSet<object>()];
  let steps = 0;
  return (statement: Statement | undefined, value: Value): Value => {
    if (statement && !seen.has(statement)) {
      seen.add(statement);
      const parts = statement as Statement & Partial<Record<(typeof readWhole)[number], Statement>>;
      for (const name of readWhole) if (parts[name]) whole.add(parts[name]);
    }
    steps += 1 + (statement && whole.has(statement) ? lengthOf(value) : 0);
    if (steps > mostSteps) throw new TemplateLimit(`more than ${mostSteps.toLocaleString('en')} steps`);
    if (sizeOf(value) > mostSize)
      throw new TemplateLimit(`a value of more than ${mostSize.toLocaleString('en')} characters`);
    return value;
  };
}

/** Steps for reading a value: a turn of a loop makes some objects. */
function lengthOf({ value }: Value): number {
  if (typeof value === 'string') return value.length / 1000;
  if (Array.isArray(value)) return 3 * value.length;
  return value instanceof Map ? value.size : 0;
}

/** Measures values in written form, where a part counts each time it occurs. Lists and objects do not change. */
function measure(): (value: Value) => number {
  const known = new WeakMap<object, number>();
  const sizeOf = (each: Value): number => {
    const { type, value } = each;
    if (typeof value === 'string') return value.length;
    if (type === 'NamespaceValue' || typeof value !== 'object' || value === null) return 1;
    const before = known.get(each);
    if (before !== undefined) return before;
    known.set(each, 1);
    let size = 1;
    if (Array.isArray(value)) for (const item of value) size += sizeOf(item);
    else for (const [key, item] of value as Map<string, Value>) size += key.length + sizeOf(item);
    known.set(each, size);
    return size;
  };
  return sizeOf;
}
