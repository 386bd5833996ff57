import { raw } from './layout';
import type { Random } from './random';

/** Numbers where a size, an offset or a setting is expected. */
export const junkNumbers: readonly unknown[] = [
  ...[-1, -4, 0, 1, 2, 3, 7, 8, 0.5, 1.0000001, 1e308, 5e-324, 1025, 65_537],
  ...[2 ** 24, 2 ** 24 + 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 40, 2 ** 53 - 1, 2 ** 53, 2 ** 60],
  ...['NaN', 'Infinity', '-Infinity', '1e999', '-1e999', '-0', '1e1', '4.0', '0x10', '01', '+1'].map(raw),
  ...['18446744073709551615', '-9223372036854775808', `1${'0'.repeat(400)}`].map(raw),
];

/** Values where something else is expected. */
const junkValues: readonly unknown[] = [
  ...junkNumbers,
  ...[
    null,
    true,
    false,
    '',
    'x',
    '1',
    'NaN',
    [],
    {},
    [[1]],
    [null],
    { a: 1 },
    { length: 2 },
    '\ud800',
    '\u0000\u001b[31m',
  ],
  ...[
    raw(`${'['.repeat(2000)}${']'.repeat(2000)}`),
    raw(`${'{"a":'.repeat(500)}1${'}'.repeat(500)}`),
    raw('undefined'),
  ],
  ...['x'.repeat(5000), Array(100).fill(1), raw('"\\ud83d"'), raw('/**/1'), raw(',')],
];

/** Names that mean something to JavaScript, a terminal, a file system or a checkpoint. */
export const junkNames: readonly string[] = [
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', '__metadata__', 'prototype', 'length', ''],
  ...[
    'a"b',
    'a\\b',
    'a\nb',
    '\u0000',
    '\u001b[31mred',
    '\ud800',
    '😀',
    '../../x',
    '/etc/passwd',
    '{',
    '}',
    ':',
    '10',
    'x'.repeat(5000),
  ],
  ...[
    'position_ids',
    'bert.embeddings.position_ids',
    'my_embeddings.position_ids',
    'embeddings.LayerNorm.gamma',
    'bert.classifier.weight',
  ],
];

/** Names of files an index has no business to give, and some that only look so. */
export const strayFiles: readonly string[] = [
  ...['../model.safetensors', '/etc/passwd', '/etc/x.safetensors', 'a/../../b.safetensors', './a.safetensors'],
  ...['a/b.safetensors', '..\\x.safetensors', 'C:\\x.safetensors', 'C:x.safetensors', 'a\0.safetensors', '\0', ''],
  ...['.', '..', '.safetensors', 'a\n.safetensors', '\u001b[2J.safetensors', 'file:///x.safetensors', 'x.safetensors/'],
  ...['config.json', 'none.safetensors', 'x'.repeat(5000), `${'x'.repeat(5000)}.safetensors`, '../'.repeat(50)],
];

/** A value of any kind, for the taker to keep. */
export const anyValue = (random: Random): unknown => structuredClone(random.pick(junkValues));
