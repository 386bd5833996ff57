import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { all, integer, one, tfRecords } from '../../../test/decode';
import { playRun, runEvents } from '../../../test/run-events';
import { fileVersionEvent, scalarsEvent, tensorBoard, tfRecord } from './tensorboard';

const directory = mkdtempSync(join(tmpdir(), 'attune-tensorboard-'));
afterAll(() => rmSync(directory, { recursive: true }));

const fileIn = (path: string) => join(path, readdirSync(path)[0]);

/** The events of a file after the first: step, and scalars by tag. */
const scalarsIn = (bytes: Buffer) =>
  tfRecords(bytes)
    .slice(1)
    .map((event) => ({
      step: integer(event, 2),
      ...Object.fromEntries(all(one(event, 5), 1).map((value) => [String(one(value, 1)), one(value, 2).readFloatLE()])),
    }));

const expected = [
  {
    step: 10,
    'train/loss': 0.75,
    'train/learning_rate': Math.fround(2e-5),
    'train/grad_norm': 1.5,
    'train/tokens_per_second': 1000,
  },
  {
    step: 20,
    'train/loss': 0.5,
    'train/learning_rate': 0,
    'train/grad_norm': Number.NaN,
    'train/tokens_per_second': 1024,
  },
  {
    step: 20,
    'train/epoch_loss': 0.625,
    'train/epoch_accuracy': 0.875,
    'eval/loss': 0.25,
    'eval/accuracy': 0.9375,
    'eval/macroF1': 0.8125,
    'eval/macroPrecision': 0.84375,
    'eval/macroRecall': 0.78125,
  },
];

describe('a TensorBoard callback', () => {
  it('writes an event with the metrics of each train and eval event', async () => {
    const path = join(directory, 'run', 'tensorboard');
    const before = Date.now() / 1000;
    const callback = tensorBoard(path);
    await playRun(callback);
    await callback.close?.();
    const bytes = readFileSync(fileIn(path));
    const [first, ...others] = tfRecords(bytes);
    expect(String(one(first, 3))).toBe('brain.Event:2');
    expect(scalarsIn(bytes)).toEqual(expected);
    for (const event of [first, ...others]) {
      const wallTime = one(event, 1).readDoubleLE();
      expect(wallTime).toBeGreaterThanOrEqual(before);
      expect(wallTime).toBeLessThanOrEqual(Date.now() / 1000);
    }
  });

  it('has each event in the file before the next comes, and one cut short harms none before it', async () => {
    const path = join(directory, 'killed');
    const callback = tensorBoard(path);
    for (const [i, event] of runEvents.entries()) {
      await callback.onEvent(event);
      expect(scalarsIn(readFileSync(fileIn(path)))).toEqual(expected.slice(0, i));
    }
    const whole = readFileSync(fileIn(path));
    expect(scalarsIn(whole.subarray(0, whole.length - 1))).toEqual(expected.slice(0, 2));
    await callback.close?.();
  });

  it('names its files so that TensorBoard finds and orders them', async () => {
    const path = join(directory, 'twice');
    for (let i = 0; i < 2; i++) {
      const callback = tensorBoard(path);
      await playRun(callback);
      await callback.close?.();
    }
    const names = readdirSync(path);
    expect(names).toHaveLength(2);
    for (const name of names) {
      expect(name).toMatch(/^events\.out\.tfevents\.\d{10}\./);
      expect(name).toContain(`.${hostname()}.${process.pid}.`);
    }
  });

  it('makes nothing before the first event', async () => {
    const callback = tensorBoard(join(directory, 'nothing'));
    await callback.close?.();
    expect(readdirSync(directory)).not.toContain('nothing');
  });

  it('says where it cannot write', () => {
    const path = join(directory, 'a-file');
    writeFileSync(path, '');
    expect(() => tensorBoard(path).onEvent(runEvents[0])).toThrow(
      expect.objectContaining({ code: 'OUTPUT_UNUSABLE', message: expect.stringContaining('a-file') }),
    );
  });
});

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
