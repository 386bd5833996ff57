import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Need } from './needs';

/** An encoding of the reference, the npm package `tokenizers`, as far as the tests use it. */
export interface ReferenceEncoding {
  getIds(): number[];
  getTypeIds(): number[];
  getSpecialTokensMask(): number[];
  getWordIds(): (number | null)[];
  getOffsets(): [number, number][];
}

export interface ReferenceTokenizer {
  encode(text: string, pair?: string | null, options?: { addSpecialTokens?: boolean }): Promise<ReferenceEncoding>;
  encodeBatch(texts: string[], options?: { addSpecialTokens?: boolean }): Promise<ReferenceEncoding[]>;
  decode(ids: number[], skipSpecialTokens: boolean): Promise<string>;
}

const place = new URL('../../../benchmarks/tokenizer/node_modules/tokenizers/package.json', import.meta.url);

/** The reference, which runs here. */
export const reference: Need = {
  isThere: existsSync(place),
  what: 'npm install --prefix benchmarks/tokenizer',
};

/** Opens a `tokenizer.json` in the reference. */
export function referenceTokenizer(json: string): ReferenceTokenizer {
  const { Tokenizer } = createRequire(fileURLToPath(place))('tokenizers') as {
    Tokenizer: { fromString(json: string): ReferenceTokenizer };
  };
  return Tokenizer.fromString(json);
}

/** Makes plain data of an encoding, with offsets in UTF-16 units (the reference counts code points). */
export function plainReference(encoding: ReferenceEncoding, texts: readonly string[]) {
  const units = texts.map(unitOffsets);
  const typeIds = encoding.getTypeIds();
  const ids = encoding.getIds();
  const special = encoding.getSpecialTokensMask();
  let sequence = 0;
  let seen = false;
  const offsets = encoding.getOffsets().flatMap(([start, end], i) => {
    if (special[i] === 1) {
      if (seen) sequence = Math.min(1, texts.length - 1);
      return [0, 0];
    }
    seen = true;
    return [units[sequence][start], units[sequence][end]];
  });
  return { ids, typeIds, special, wordIds: encoding.getWordIds().map((word) => word ?? -1), offsets };
}

function unitOffsets(text: string): number[] {
  const offsets = [0];
  for (const character of text) offsets.push(offsets[offsets.length - 1] + character.length);
  return offsets;
}
