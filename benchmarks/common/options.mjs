import { parseArgs } from 'node:util';
import { leave } from './paths.mjs';

/**
 * The command line's flags, numbers parsed, and the names that come without a flag.
 *
 * Ends the process with code 2 for a flag or a name there is not.
 *
 * @param numbers flags that take a whole number, and the least each takes
 * @param options other flags, as `parseArgs` takes them
 * @param names what may come without a flag
 */
export function readOptions({ numbers = {}, options = {}, names }) {
  const numeric = Object.fromEntries(Object.keys(numbers).map((name) => [name, { type: 'string' }]));
  try {
    const { values, positionals } = parseArgs({ allowPositionals: true, options: { ...options, ...numeric } });
    for (const [name, least] of Object.entries(numbers))
      if (name in values) values[name] = wholeNumber(name, values[name], least);
    const unknown = positionals.find((name) => !names.includes(name));
    if (unknown) throw new RangeError(`expected ${names.join(', ')}, got ${unknown}`);
    return { values, names: positionals };
  } catch (error) {
    return leave(error.message);
  }
}

function wholeNumber(name, text, least) {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && text !== '') return value;
  throw new RangeError(`--${name} expected a whole number of at least ${least}, got ${text}`);
}
