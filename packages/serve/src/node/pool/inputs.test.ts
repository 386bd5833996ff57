import { expect, it } from 'vitest';
import { checkPredict, checkWrite } from './inputs';

const thrownBy = (check: () => void) => {
  try {
    check();
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    return `${code} ${message}`;
  }
  return undefined;
};

it.each([
  [undefined, 'inputs expected an array, got undefined'],
  ['a text', 'inputs expected an array, got "a text"; write ["a text"]'],
  [
    [undefined],
    'inputs[0] expected a text, a pair of texts or a row of texts by column, got undefined; remove it, or give it a text',
  ],
  [
    ['a', null],
    'inputs[1] expected a text, a pair of texts or a row of texts by column, got null; remove it, or give it a text',
  ],
  [['a', 5], 'inputs[1] expected a text, a pair of texts or a row of texts by column, got 5; write it as a text'],
  [
    [['a']],
    'inputs[0] expected a text, a pair of texts or a row of texts by column, got an array; a pair has two texts',
  ],
  [
    [['a', 5]],
    'inputs[0] expected a text, a pair of texts or a row of texts by column, got an array; a pair has two texts',
  ],
  [['a', { title: 5 }], 'inputs[1].title expected a text, got 5; write it as a text, or remove it'],
  [
    ['a', 'b', 'c', 'd'],
    'inputs expected at most 3 per call (maxQueue), got 4; split them into several calls, or raise maxQueue',
  ],
])('refuses %j to predict, by its place', (inputs, message) => {
  expect(thrownBy(() => checkPredict(inputs, {}, 3))).toBe(`ARGUMENT_INVALID predict: ${message}`);
});

it.each([
  [
    undefined,
    {},
    'prompt expected a text, an array of messages or a row of texts by column, got undefined; give it a prompt',
  ],
  [5, {}, 'prompt expected a text, an array of messages or a row of texts by column, got 5; give it a prompt'],
  [{ title: null }, {}, 'prompt.title expected a text, got null; write it as a text, or remove it'],
  [
    ['hello'],
    {},
    "prompt[0] expected a message { role, content }, got \"hello\"; write { role: 'user', content: '…' }",
  ],
  ['a', { model: 5 }, 'model expected a string, got 5'],
  [
    'a',
    { signal: new AbortController() },
    "signal expected an AbortController's signal, got an AbortController; pass its signal: controller.signal",
  ],
])('refuses the prompt %j with %j, by its place', (prompt, options, message) => {
  expect(thrownBy(() => checkWrite(prompt, options))).toBe(`ARGUMENT_INVALID write: ${message}`);
});

it('refuses options that cannot be sent to a worker, and unknown ones of predict', () => {
  expect(thrownBy(() => checkWrite('a', { chatVariables: { now: () => 5 } }))).toMatch(
    /^ARGUMENT_INVALID write: options expected plain data, .*could not be cloned.*; remove functions/,
  );
  expect(thrownBy(() => checkPredict(['a'], { modle: 'a' }, 3))).toMatch(/got modle; did you mean model\?$/);
});

it('accepts texts, pairs, rows and conversations', () => {
  expect(thrownBy(() => checkPredict(['', ['a', 'b'], { title: 'a' }], { model: 'a' }, 3))).toBeUndefined();
  const messages = [{ role: 'assistant', content: null, tool_calls: [] }];
  for (const prompt of ['', { title: 'a' }, messages])
    expect(thrownBy(() => checkWrite(prompt, { signal: AbortSignal.abort(), maxNewTokens: 4 }))).toBeUndefined();
});
