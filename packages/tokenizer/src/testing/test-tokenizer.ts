import type { Tokenizer } from '../tokenizer';
import {
  checkJson,
  checkLossless,
  checkSpecialTokens,
  checkStable,
  checkStreams,
  checkVocabulary,
} from './decoding-checks';
import { checkBatches, checkPairs, checkTexts, checkWords } from './encoding-checks';
import {
  checkGoldenDecoding,
  checkGoldenPadding,
  checkGoldenPairs,
  checkGoldenTexts,
  checkGoldenTruncation,
  checkGoldenWords,
  type TokenizerGoldens,
} from './golden-checks';
import { checkArguments, checkPadding, checkPairTruncation, checkTruncation } from './length-checks';
import { awkwardTexts, randomNumbers, randomText } from './texts';

/**
 * One thing a tokenizer must do; `run` throws if it does not.
 *
 * @example
 * const failed: string[] = [];
 * for (const { title, run } of tests) await run().catch(() => failed.push(title));
 */
export interface TokenizerTest {
  /** Name of the test: the expected property, in words. */
  readonly title: string;
  /** Runs the test; rejects where the tokenizer fails it. */
  readonly run: () => Promise<void>;
}

/**
 * Options of `testTokenizer`.
 *
 * @example
 * const options: TestTokenizerOptions = { open: () => loadTokenizer('my-tokenizer'), lacks: ['lossless decoding'] };
 * const tests = testTokenizer(options);
 */
export interface TestTokenizerOptions {
  /** Opens the tokenizer under test. It is called once, by the first test that runs. */
  readonly open: () => Tokenizer | Promise<Tokenizer>;
  /** Texts to test in addition to those of the suite; default none. */
  readonly texts?: readonly string[];
  /** Results of a reference to compare in every column; default none. */
  readonly goldens?: TokenizerGoldens;
  /**
   * Checks that do not apply to the tokenizer, so that nothing is skipped unnoticed; default none. `lossless
   * decoding`: a text decodes to itself, which normalizers and unknown tokens prevent. `stable decoding`: a text that
   * was decoded stays the same when it is encoded and decoded again.
   */
  readonly lacks?: readonly ('lossless decoding' | 'stable decoding')[];
  /** Number of random texts; default 50. */
  readonly randomTexts?: number;
  /** Seed of the random texts; default 1. */
  readonly seed?: number;
}

/**
 * Tests that every tokenizer must pass, with the texts of the suite, random ones and, if there are any, the goldens of
 * a reference.
 *
 * They check that encodings are valid (columns of one length; offsets that are ranges of UTF-16 units in order; masks,
 * word and sequence ids that agree), that pairs, words and batches are encoded as texts alone, truncation with stride
 * and overflow, padding, decoding, the way to JSON and back, and the errors of wrong arguments.
 *
 * The tests belong to no framework: register them with yours.
 *
 * @example
 * const tests = testTokenizer({ open: () => tokenizerFromJson(json) });
 * describe('my tokenizer', () => it.each(tests)('$title', ({ run }) => run()));
 */
export function testTokenizer(options: TestTokenizerOptions): readonly TokenizerTest[] {
  const { open, goldens, lacks = [], seed = 1 } = options;
  const random = randomNumbers(seed);
  const texts = [
    ...awkwardTexts,
    ...(options.texts ?? []),
    ...Array.from({ length: options.randomTexts ?? 50 }, () => randomText(random)),
  ];
  const pair = ['The night nurse said that she was there.', 'A registered engineer, and a welder!'] as const;
  let opened: Promise<Tokenizer> | undefined;
  const test = (title: string, check: (tokenizer: Tokenizer) => void): TokenizerTest => ({
    title,
    run: async () => {
      opened ??= Promise.resolve(open());
      check(await opened);
    },
  });
  return [
    test('has an id for each token and a token for each id', checkVocabulary),
    test('encodes texts to valid columns, with special tokens around them', (it) => checkTexts(it, texts)),
    test('encodes pairs as their texts', (it) => checkPairs(it, texts)),
    test('encodes words like separate texts', (it) => checkWords(it, texts)),
    test('encodes batches as text by text', (it) => checkBatches(it, texts)),
    test('truncates texts to windows that overlap by the stride', (it) => checkTruncation(it, texts)),
    test('truncates pairs by every strategy', (it) => checkPairTruncation(it, pair)),
    test('pads on either side', (it) => checkPadding(it, texts)),
    test('refuses wrong arguments', checkArguments),
    test('decodes at once, in batches and id by id', (it) => checkStreams(it, texts, randomNumbers(seed))),
    test('leaves special tokens out of decoded text', (it) => checkSpecialTokens(it, texts)),
    ...(lacks.includes('lossless decoding')
      ? []
      : [test('decodes to the text that was encoded', (it) => checkLossless(it, texts))]),
    ...(lacks.includes('stable decoding')
      ? []
      : [test('decodes to a text that stays the same from then on', (it) => checkStable(it, texts))]),
    test('is the same when read back from its JSON', (it) => checkJson(it, texts)),
    ...(goldens ? goldenTests(goldens, test) : []),
  ];
}

function goldenTests(
  goldens: TokenizerGoldens,
  test: (title: string, check: (tokenizer: Tokenizer) => void) => TokenizerTest,
): readonly TokenizerTest[] {
  const checks = [
    ['single', 'encodes texts and batches as the reference', checkGoldenTexts],
    ['pairs', 'encodes pairs as the reference', checkGoldenPairs],
    ['truncation', 'truncates as the reference', checkGoldenTruncation],
    ['padding', 'pads as the reference', checkGoldenPadding],
    ['pretokenized', 'encodes words as the reference', checkGoldenWords],
    ['decode', 'decodes as the reference', checkGoldenDecoding],
  ] as const;
  return checks
    .filter(([part]) => goldens[part] !== undefined)
    .map(([, title, check]) => test(title, (it) => check(it, goldens)));
}
