import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { Compressors } from 'hyparquet';

/** What pages may be compressed with. LZO, which nothing writes any more, is missing. */
export const knownCodecs = ['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'BROTLI', 'ZSTD', 'LZ4', 'LZ4_RAW'];

/** Decompressors by codec. Node has its own for two of them, faster; all are bounded in what they write. */
export async function decompressors(): Promise<Compressors> {
  const { snappyUncompress } = await import('hyparquet');
  const { decompressLz4, decompressLz4Raw, decompressZstd } = await import('hyparquet-compressors');
  return {
    SNAPPY: (input, length) => filled(length, (output) => snappyUncompress(input, output)),
    GZIP: (input, length) => gunzipSync(input, { maxOutputLength: Math.max(1, length) }),
    BROTLI: (input, length) => brotliDecompressSync(input, { maxOutputLength: Math.max(1, length) }),
    ZSTD: (input, length) => decompressZstd(input, new Uint8Array(length)),
    LZ4: (input, length) => (isHadoopLz4(input) ? decompressLz4 : decompressLz4Raw)(input, length),
    LZ4_RAW: decompressLz4Raw,
  };
}

function filled(length: number, fill: (output: Uint8Array) => void): Uint8Array {
  const output = new Uint8Array(length);
  fill(output);
  return output;
}

/** Whether `LZ4` means Hadoop's frames, each with its two lengths before it, or a bare block, as other writers had it. */
function isHadoopLz4(input: Uint8Array): boolean {
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
  let i = 0;
  while (i + 8 <= input.length) i += 8 + view.getUint32(i + 4);
  return i === input.length;
}
