import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** What the tests ask of an encoding of the reference, the npm package `tokenizers`. */
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

/** Whether the reference is installed; the tests that ask it are skipped without. */
export const hasReference = existsSync(place);

/** The reference's tokenizer of a `tokenizer.json`. */
export function referenceTokenizer(json: string): ReferenceTokenizer {
  const { Tokenizer } = createRequire(fileURLToPath(place))('tokenizers') as {
    Tokenizer: { fromString(json: string): ReferenceTokenizer };
  };
  return Tokenizer.fromString(json);
}

/** An encoding as plain data, with offsets in UTF-16 units (the reference counts code points). */
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
