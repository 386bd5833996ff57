import { joined } from './bytes';
import { crc32c } from './crc';

/**
 * A record of a TFRecord file: length (uint64), its checksum, the data, its checksum, little-endian.
 *
 * Source: TensorFlow, `tensorflow/core/lib/io/record_writer.h`.
 */
export function tfRecord(data: Uint8Array): Uint8Array<ArrayBuffer> {
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(data.length), true);
  return joined([length, maskedChecksum(length), data, maskedChecksum(data)]);
}

/** The checksum rotated and shifted by a constant, so that data which holds checksums can be checked too. */
function maskedChecksum(bytes: Uint8Array): Uint8Array {
  const crc = crc32c(bytes);
  const masked = ((crc >>> 15) | (crc << 17)) + 0xa282ead8;
  const encoded = new Uint8Array(4);
  new DataView(encoded.buffer).setUint32(0, masked >>> 0, true);
  return encoded;
}
