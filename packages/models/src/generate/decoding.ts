import { type CompiledProgram, type HostTensor, type HostTensors, int32 } from '@attune/engine';
import type { ModelConfig } from '../checkpoint/model-config';
import { appended, emptyCache, type KeyValueCache, powerOfTwo } from './key-value-cache';

/** Texts that are being written, one a row. */
export interface Decoding {
  /**
   * Reads more tokens of each row, none where a row has ended.
   * @returns [rows, vocab]: logits of the token after each row's last; of a row that read none they mean nothing
   */
  read(tokens: readonly (readonly number[])[]): Promise<HostTensor>;
}

interface DecodingModel {
  readonly config: ModelConfig;
  readonly parameters: HostTensors;
  /** `cachedForward`, compiled. */
  readonly program: CompiledProgram;
}

/** Starts `rows` texts: the first `read` takes whole prompts, the later ones a token a row. */
export function openDecoding({ config, parameters, program }: DecodingModel, rows: number): Decoding {
  let cache = emptyCache(rows);
  return {
    async read(tokens) {
      const { logits, ...outputs } = await program.run(batchOf(tokens, cache), parameters);
      cache = appended(cache, outputs, { config, counts: tokens.map(({ length }) => length) });
      return logits;
    },
  };
}

/** New tokens begin a row's queries; what fills up the row comes after them, at positions that they do not see. */
function batchOf(tokens: readonly (readonly number[])[], { capacity, lengths, tensors }: KeyValueCache): HostTensors {
  const rows = tokens.length;
  const queries = powerOfTwo(Math.max(...tokens.map(({ length }) => length)));
  const keys = capacity + queries;
  const perQuery = (of: (row: number, i: number) => number) =>
    int32(
      Int32Array.from({ length: rows * queries }, (_, at) => of(Math.floor(at / queries), at % queries)),
      [rows, queries],
    );
  const perKey = (of: (row: number, i: number) => number) =>
    int32(
      Int32Array.from({ length: rows * keys }, (_, at) => of(Math.floor(at / keys), at % keys)),
      [rows, keys],
    );
  const isSeen = (row: number, i: number) => (i < capacity ? i < lengths[row] : i - capacity < tokens[row].length);
  return {
    inputIds: perQuery((row, i) => tokens[row][i] ?? 0),
    positionIds: perQuery((row, i) => lengths[row] + i),
    keyIds: perKey((row, i) => (isSeen(row, i) ? 0 : -1)),
    keyPositionIds: perKey((row, i) => (i < capacity ? i : lengths[row] + i - capacity)),
    reads: int32(tokens.map(({ length }, row) => row * queries + Math.max(length - 1, 0))),
    ...tensors,
  };
}
