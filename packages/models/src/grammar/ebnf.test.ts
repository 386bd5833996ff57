import { openOnnxEngine } from '@attune/engine/node';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tinyConfig, tinyParameters } from '../../test/tiny';
import { tokenGenerator } from '../generate/token-generator';
import { causalLanguageModel } from '../model';
import { automaton } from './automaton';
import { allBut, type CodePoints, characterNode, merged } from './code-points';
import { ebnfGrammar } from './ebnf';
import type { TokenBytes } from './token-grammar';

const encoder = new TextEncoder();
const bytes: TokenBytes = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte));

/** Whether a grammar has a text, given as tokens of one byte. */
function hasText(source: string): (text: string) => boolean {
  const { start } = ebnfGrammar(source, bytes);
  return (text) => {
    let place = start;
    for (const byte of encoder.encode(text)) {
      if (place.allowed[byte] !== 1) return false;
      place = place.next(byte);
    }
    return place.mayEnd;
  };
}

const list = `# a list, an item a line
root   ::= "- " item ("\\n- " item){0,2}
item   ::= [A-Za-z'] ([a-z ] | "\\u00e9" | '"')*   # words
`;
const chess = `
root ::= (
    "1. " move " " move "\\n"
    ([1-9] [0-9]? ". " move " " move "\\n")+
)
move ::= (pawn | nonpawn | castle) [+#]?
nonpawn ::= [NBKQR] [a-h]? [1-8]? "x"? [a-h] [1-8]
pawn    ::= ([a-h] "x")? [a-h] [1-8] ("=" [NBKQR])?
castle  ::= "O-O" "-O"?
`;

describe('ebnfGrammar', () => {
  it.each<[string, string[], string[]]>([
    [list, ['- a', '- \'b c\n- Dé\n- x"y'], ['', '-', '- a\n', '- 1', '- a\n- b\n- c\n- d']],
    [chess, ['1. e4 e5\n2. Nf3 Nc6\n', '1. exd4 O-O-O\n12. Qxh7# a8=Q+\n'], ['1. e4 e5\n', '1. e9 e5\n2. a1 a1\n']],
    [
      'root ::= expr\nexpr ::= term (("+" | "-") term)*\nterm ::= [0-9]+ | "(" expr ")"',
      ['1+(2-3)', '((7))'],
      ['1+', '()'],
    ],
    ['root ::= "a"{2} "b"{1,} "c"{0,1}', ['aab', 'aabbbc'], ['ab', 'aa', 'aabcc']],
    ['root ::= [^\\n\\]]+ | .', ['a b', 'é😀', '\n', ']'], ['', '\n\n', 'a]']],
    ['root ::= [ぁ-ゟ\\x41\\U0001F600-\\U0001F64F-]+', ['ぁゟA😀🙏-'], ['゠', 'B', '🚀']],
    ['root ::=\n  "a" |\n  | "b"\n  | ""', ['a', 'b', ''], ['ab']],
    ['root::=pair\npair::="x"pair\'y\'|""', ['', 'xxyy'], ['xxy', 'xyxy']],
    ['root ::= ("a"?){0,2000} "b"', [`${'a'.repeat(2000)}b`, 'b'], [`${'a'.repeat(2001)}b`]],
    ['root ::= (("a"* | "b")*)* "c"', ['abbac', 'c'], ['ab', 'd']],
  ])('has its texts: %s', (source, texts, others) => {
    const has = hasText(source);
    for (const text of texts) expect([text, has(text)]).toEqual([text, true]);
    for (const text of others) expect([text, has(text)]).toEqual([text, false]);
  });

  it.each([
    [
      '',
      'grammar line 1 column 1: expected a rule named root, which matches the whole text, got no rule; add root ::= …',
    ],
    ['rot ::= "a"', 'grammar line 1 column 1: expected a rule named root, which matches the whole text, got rot; add'],
    ['root ::= "a"\nroot ::= "b"', 'line 2 column 1: expected each rule once, got root again; join them with |'],
    [
      'root ::= "a"\n  itme\nitem ::= "b"',
      'line 2 column 3: expected a rule among root, item, got itme; did you mean "item"?',
    ],
    [
      'root ::= "é" [a-z',
      'line 1 column 14: expected at least one character between [ and ], on one line, got [a-z; close it',
    ],
    ['root ::= []', 'line 1 column 10: expected at least one character between [ and ]'],
    ['root ::= [z-a]', 'line 1 column 11: expected a range from a character to a later one, got z-a; swap the two'],
    ['root ::= "a\n"', 'line 1 column 10: expected a string that ends with " on the same line, got none; add "'],
    ['root ::= "\\q"', 'line 1 column 11: expected an escape among'],
    ['root ::= "\\uD800"', 'line 1 column 11: expected an escape among'],
    ['root ::= ("a" | "b"', 'line 1 column 10: expected a ) that closes this (, got the end of the grammar; add )'],
    ['root ::= "a")', 'line 1 column 13: expected a rule, such as item ::= "a" | "b", got ); correct it'],
    [
      'root ::= * "a"',
      'line 1 column 10: expected the name of a rule, a string in quotes, [characters] or (, got a repetition',
    ],
    ['root ::= "a"{3,2}', 'line 1 column 13: expected {m}, {m,} or {m,n} with m ≤ n ≤ 2000, got {3,2}; correct it'],
    ['root ::= "a"{9999}', 'with m ≤ n ≤ 2000, got {9999}'],
    ['root ::= <think>', `got "<", llama.cpp's notation for a token, which is not supported; write the text`],
    [
      'root ::= x "a"\nx ::= y?\ny ::= "" x',
      'line 2 column 1: expected a rule x that does not begin with itself, got x → y → x',
    ],
    ['root ::= root "a" | "b"', 'line 1 column 1: expected a rule root that does not begin with itself'],
    ['root ::= "(" root ")"', 'line 1 column 1: expected a rule root that matches a text, got one that matches none'],
    ['root = "a"', 'line 1 column 6: expected the name of a rule'],
    [`root ::= ${'('.repeat(50_000)}"a"${')'.repeat(50_000)}`, 'got ones that are nested too deeply'],
  ])('says what is wrong, and where: %s', (source, message) => {
    expect(() => ebnfGrammar(source, bytes)).toThrow(
      expect.objectContaining({ code: 'GRAMMAR', message: expect.stringContaining(message) }),
    );
  });

  it('says that no token begins a text of it', () => {
    expect(() => ebnfGrammar('root ::= "z"', [encoder.encode('a')], { where: 'own.gbnf' })).toThrow(
      'own.gbnf: expected a text that the tokens of the model can begin, got none that does; use another model',
    );
  });

  it('is kept by a model that writes, greedy and drawn', async () => {
    const model = causalLanguageModel(tinyConfig('llama', { vocab_size: 257, max_position_embeddings: 64 }));
    const generator = tokenGenerator({ model, parameters: tinyParameters(model), engine: openOnnxEngine() });
    const grammar = ebnfGrammar('root ::= "id: " [0-9]{3} ("," [a-z]{2}){2}', [...bytes, undefined]);
    for (const options of [{}, { temperature: 2, seed: 3 }]) {
      const [{ ids, ended, isWhole }] = await generator.generate([[5]], { grammar, stopTokenIds: [256], ...options });
      expect(String.fromCharCode(...ids)).toMatch(/^id: \d{3}(,[a-z]{2}){2}$/);
      expect([ended, isWhole]).toEqual(['stop', true]);
    }
    const [cut] = await generator.generate([[5]], { grammar, stopTokenIds: [256], maxNewTokens: 6 });
    expect([cut.ended, cut.isWhole]).toEqual(['max-new-tokens', false]);
  });
});

describe('characterNode', () => {
  it('is of the characters in its ranges, and of no other', () => {
    const point = fc.oneof(
      fc.integer({ min: 0, max: 0x10ffff }),
      fc.constantFrom(0x7f, 0x80, 0x7ff, 0x800, 0xffff, 0x10000),
    );
    const range = fc.tuple(point, point).map((pair) => pair.toSorted((a, b) => a - b) as unknown as CodePoints);
    const isIn = (ranges: readonly CodePoints[], code: number) => ranges.some(([a, b]) => a <= code && code <= b);
    fc.assert(
      fc.property(
        fc.array(range, { minLength: 1, maxLength: 3 }),
        fc.array(point, { maxLength: 8 }),
        (ranges, points) => {
          const near = [...points, ...ranges.flatMap(([a, b]) => [a - 1, a, b, b + 1])];
          const codes = near.filter((code) => code >= 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff));
          const start = automaton(characterNode(ranges));
          for (const code of codes) {
            let place = start;
            for (const byte of encoder.encode(String.fromCodePoint(code))) place = place?.next(byte);
            expect([code, place?.mayEnd ?? false]).toEqual([code, isIn(ranges, code)]);
            expect(isIn(allBut(ranges), code)).toBe(!isIn(merged(ranges), code));
          }
        },
      ),
    );
  });
});
