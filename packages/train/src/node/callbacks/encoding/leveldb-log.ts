import { joined } from './bytes';
import { crc32 } from './crc';

/** A file is a row of blocks, and no fragment of a record crosses from one into the next. */
const blockLength = 32768;
/** Checksum (uint32), length (uint16) and kind (uint8) of a fragment, little-endian. */
const headLength = 7;
const kind = { full: 1, first: 2, middle: 3, last: 4 };

/** What a `.wandb` file begins with: `:W&B`, 0xBEE1 and version 0. It counts as part of the first block. */
export const wandbFileHead = Uint8Array.of(0x3a, 0x57, 0x26, 0x42, 0xe1, 0xbe, 0);

/**
 * A record as it stands in a `.wandb` file that is `offset` bytes long: LevelDB's log format, but for the checksum, which is
 * zlib's CRC-32 and not masked.
 *
 * Source: LevelDB, `doc/log_format.md`; wandb 0.21, `sdk/internal/datastore.py`.
 */
export function logRecord(data: Uint8Array, offset: number): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  let space = blockLength - (offset % blockLength);
  if (space < headLength) {
    parts.push(new Uint8Array(space));
    space = blockLength;
  }
  for (let at = 0, isFirst = true; ; isFirst = false) {
    // Where a block has room for a head alone, the first fragment is empty.
    const end = Math.min(data.length, at + space - headLength);
    const isLast = end === data.length;
    parts.push(fragment(kindOf(isFirst, isLast), data.subarray(at, end)));
    if (isLast) return joined(parts);
    at = end;
    space = blockLength;
  }
}

function kindOf(isFirst: boolean, isLast: boolean): number {
  if (isFirst) return isLast ? kind.full : kind.first;
  return isLast ? kind.last : kind.middle;
}

function fragment(fragmentKind: number, data: Uint8Array): Uint8Array {
  const head = new Uint8Array(headLength);
  const view = new DataView(head.buffer);
  view.setUint32(0, crc32(joined([Uint8Array.of(fragmentKind), data])), true);
  view.setUint16(4, data.length, true);
  view.setUint8(6, fragmentKind);
  return joined([head, data]);
}
