import { describe, expect, it } from 'vitest';
import { fileVersionEvent, scalarsEvent } from './tensorboard-events';
import { tfRecord } from './tf-record';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('a TFRecord', () => {
  // Written by tensorboard 2.21: RecordWriter(file).write(b'attune')
  it('has the bytes TensorBoard writes', () => {
    expect(hex(tfRecord(new TextEncoder().encode('attune')))).toBe('06000000000000007369d537617474756e659392bcc4');
  });

  it('may be empty', () => expect(tfRecord(new Uint8Array())).toHaveLength(16));
});

describe('an event', () => {
  // tensorboard 2.21: Event(wall_time=1.5, file_version='brain.Event:2').SerializeToString()
  it('of the file version has the bytes TensorBoard writes', () => {
    expect(hex(fileVersionEvent(1.5))).toBe('09000000000000f83f1a0d627261696e2e4576656e743a32');
  });

  // tensorboard 2.21: Event(wall_time=1.5, step=300, summary=Summary(value=[Value(tag='a', simple_value=0.5), Value(tag='b/c', simple_value=0.0)]))
  it('of scalars has the bytes TensorBoard writes, with zeros', () => {
    expect(hex(scalarsEvent({ a: 0.5, 'b/c': 0 }, { wallTime: 1.5, step: 300 }))).toBe(
      '09000000000000f83f10ac022a160a080a0161150000003f0a0a0a03622f631500000000',
    );
  });
});
