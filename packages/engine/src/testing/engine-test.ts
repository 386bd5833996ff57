import type { Engine } from '../engines/engine';
import { largestDifference } from './differences';

/** One test of an engine; `run` rejects if the engine fails. */
export interface EngineTest {
  /** Name of the test: the expected property, in words. */
  readonly title: string;
  /** Runs the test on an engine, which stays open. */
  readonly run: (engine: Engine) => Promise<void>;
}

/** Tolerances of an engine's float32 results against the reference. */
export interface EngineLimits {
  /** Relative to a kernel's largest output. */
  readonly kernels: number;
  /** Relative to a parameter's largest gradient. */
  readonly gradients: number;
  /** Absolute, for a parameter after twenty steps of an optimizer. */
  readonly steps: number;
  /** Absolute, for a loss over fifty steps. */
  readonly losses: number;
}

/** Throws unless `actual` is within `limit` of `expected`, relative to the largest expected number. */
export function near(what: string, actual: ArrayLike<number>, expected: ArrayLike<number>, limit: number): void {
  check(what, largestDifference(actual, expected).relative, limit);
}

/** Throws unless a difference is below a limit. */
export function check(what: string, difference: number, limit: number): void {
  if (!(difference < limit))
    throw new Error(`${what}: expected within ${limit} of the reference, got ${difference.toPrecision(3)}`);
}

/** Throws unless two values are the same, typed arrays bit by bit. */
export function same(what: string, actual: unknown, expected: unknown): void {
  const [a, b] = [plain(actual), plain(expected)];
  if (a !== b) throw new Error(`${what}: expected ${shortened(b)}, got ${shortened(a)}`);
}

const plain = (value: unknown): string =>
  JSON.stringify(value, (_, inner) =>
    ArrayBuffer.isView(inner) ? Array.from(inner as Float32Array, String) : inner,
  ) ?? String(value);

const shortened = (text: string) => (text.length > 200 ? `${text.slice(0, 200)}…` : text);

/** Throws unless `attempt` fails with a message that matches. */
export async function refuses(what: string, attempt: () => Promise<unknown>, message: RegExp): Promise<void> {
  const failure = await attempt().then(
    () => undefined,
    (error: Error) => error,
  );
  if (!failure) throw new Error(`${what}: expected an error, got none`);
  if (!message.test(failure.message)) throw new Error(`${what}: expected ${message}, got "${failure.message}"`);
}
