import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { TokenizerGoldens } from '../src/testing';
import type { Need } from './needs';

const directory = new URL('../../../../shared/', import.meta.url);

/** The reference's goldens, with the tokenizers they are of. */
export const shared: Need = {
  isThere: existsSync(new URL('goldens/tokenizers/', directory)),
  what: '../shared',
};

export function sharedPath(path: string): string {
  return fileURLToPath(new URL(path, directory));
}

export function readShared(path: string): string {
  return readFileSync(sharedPath(path), 'utf8');
}

export function readGolden<Value>(path: string): Value {
  return JSON.parse(readShared(`goldens/tokenizers/${path}`)) as Value;
}

/** Everything that the reference gave for a tokenizer (tokenizers 0.23.3; the README beside the goldens says how). */
export function goldensOf(name: string): TokenizerGoldens {
  const parts = ['single', 'pairs', 'truncation', 'padding', 'pretokenized', 'decode'] as const;
  const isThere = (part: string) => existsSync(sharedPath(`goldens/tokenizers/${name}/${part}.json`));
  const read = parts.filter(isThere).map((part) => [part, readGolden(`${name}/${part}.json`)]);
  return { texts: readGolden('texts.json'), ...Object.fromEntries(read) };
}
