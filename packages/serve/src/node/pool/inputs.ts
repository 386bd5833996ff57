import { AttuneError, checkItems, checkOptions, type Items, isObject, reasonOf, shownValue } from '@attune/internal';
import type { WriteOptions } from './options';

// Checks of what callers pass, since one wrong input in a batch would fail in a worker, without the place of the fault.

const callTable = { model: 'string', signal: 'signal' } as const;

/** Refuses inputs that are not texts, pairs of texts or rows of texts, more than the queue holds, and unknown options. */
export function checkPredict(inputs: unknown, options: unknown, maxQueue: number): void {
  checkOptions('predict', options, callTable);
  if (typeof inputs === 'string')
    refuse('predict', 'inputs expected an array', inputs, `write [${shownValue(inputs)}]`);
  checkItems('predict', { inputs }, inputItems);
  const list = inputs as readonly unknown[];
  list.forEach((input, i) => {
    if (isObject(input)) checkRow('predict', input, `inputs[${i}]`);
  });
  if (list.length > maxQueue)
    throw new AttuneError(
      'ARGUMENT_INVALID',
      `predict: inputs expected at most ${maxQueue} per call (maxQueue), got ${list.length}; split them into several calls, or raise maxQueue`,
    );
}

/** Refuses what is not a prompt, a conversation or a row, and options that cannot be sent to a worker. */
export function checkWrite(prompt: unknown, options: unknown): void {
  checkOptions('write', options, callTable, '', { others: 'allowed' });
  if (Array.isArray(prompt)) checkItems('write', { prompt }, messageItems);
  else if (isObject(prompt)) checkRow('write', prompt, 'prompt');
  else if (typeof prompt !== 'string')
    refuse(
      'write',
      'prompt expected a text, an array of messages or a row of texts by column',
      prompt,
      'give it a prompt',
    );
  const { model: _, signal: __, ...sent } = options as WriteOptions;
  try {
    structuredClone([prompt, sent]);
  } catch (error) {
    const advice = 'remove functions and objects of classes';
    throw new AttuneError(
      'ARGUMENT_INVALID',
      `write: options expected plain data, which can be sent to a worker, got other (${reasonOf(error)}); ${advice}`,
    );
  }
}

const isText = (value: unknown) => typeof value === 'string';

const inputItems: Items = {
  expected: 'a text, a pair of texts or a row of texts by column',
  holds: (input) =>
    Array.isArray(input) ? input.length === 2 && input.every(isText) : isText(input) || isObject(input),
  advice(input) {
    if (input === undefined || input === null) return 'remove it, or give it a text';
    return Array.isArray(input) ? 'a pair has two texts' : 'write it as a text';
  },
};

const messageItems: Items = {
  expected: 'a message { role, content }',
  holds: (message) => isObject(message) && isText(message.role), // templates accept other contents than texts
  advice: () => "write { role: 'user', content: '…' }",
};

function checkRow(where: string, row: Readonly<Record<string, unknown>>, place: string): void {
  for (const [column, value] of Object.entries(row))
    if (!isText(value)) refuse(where, `${place}.${column} expected a text`, value, 'write it as a text, or remove it');
}

function refuse(where: string, expected: string, got: unknown, advice?: string): never {
  throw new AttuneError(
    'ARGUMENT_INVALID',
    `${where}: ${expected}, got ${shownValue(got)}${advice ? `; ${advice}` : ''}`,
  );
}
