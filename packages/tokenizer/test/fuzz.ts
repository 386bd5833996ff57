import { randomIds, randomNumbers, randomText } from '../src/testing/texts';
import type { Tokenizer } from '../src/tokenizer';
import { plainReference, type ReferenceTokenizer } from './reference';

/** Lists what differs between a tokenizer and the reference on random strings, in a few words each. */
export async function differences(
  tokenizer: Tokenizer,
  reference: ReferenceTokenizer,
  { count, seed }: { count: number; seed: number },
): Promise<string[]> {
  const random = randomNumbers(seed);
  const found: string[] = [];
  for (let done = 0; done < count; done += 200) {
    const texts = Array.from({ length: Math.min(200, count - done) }, () => randomText(random));
    found.push(...(await encodingDifferences(tokenizer, reference, texts)));
    found.push(...(await decodingDifferences(tokenizer, reference, randomIds(random, tokenizer.vocabSize, 50))));
  }
  return found;
}

async function encodingDifferences(tokenizer: Tokenizer, reference: ReferenceTokenizer, texts: string[]) {
  const references = await reference.encodeBatch(texts);
  const { ids, starts, offsets } = tokenizer.encodeBatch(texts, { offsets: true });
  const { ids: alone } = tokenizer.encodeBatch(texts);
  return texts.flatMap((text, i) => {
    const encoding = tokenizer.encode(text);
    const plain = JSON.stringify({
      ids: [...encoding.ids],
      typeIds: [...encoding.typeIds],
      special: [...encoding.specialTokensMask],
      wordIds: [...encoding.wordIds],
      offsets: [...encoding.offsets],
    });
    const expected = JSON.stringify(plainReference(references[i], [text]));
    const [start, end] = [starts[i], starts[i + 1]];
    const batched = `${ids.subarray(start, end).join()} ${offsets.subarray(2 * start, 2 * end).join()}`;
    const known = `${encoding.ids.join()} ${encoding.offsets.join()}`;
    const same = batched === known && alone.subarray(start, end).join() === encoding.ids.join();
    if (plain === expected && same) return [];
    return [`${JSON.stringify(text)}: ${plain} ${batched}, not ${expected}`];
  });
}

async function decodingDifferences(tokenizer: Tokenizer, reference: ReferenceTokenizer, lists: number[][]) {
  const found: string[] = [];
  for (const ids of lists) {
    for (const skipSpecialTokens of [true, false]) {
      const expected = await reference.decode(ids, skipSpecialTokens);
      const stream = tokenizer.decodeStream({ skipSpecialTokens });
      const streamed = ids.map((id) => stream.push(id)).join('') + stream.end();
      const decoded = tokenizer.decode(ids, { skipSpecialTokens });
      if (decoded !== expected || streamed !== expected) {
        found.push(`${ids.join()}: ${JSON.stringify({ decoded, streamed, expected })}`);
      }
    }
  }
  return found;
}
