import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openEngine } from '@attune/engine/node';
import { expect, it } from 'vitest';
import { farmAndCode, temporaryDirectory, tinyConfig } from '../../test/files';
import { trainAndReport } from './reports';

/** A run of one step, with hooks into its end. */
async function tinyReport(hooks: Pick<Parameters<typeof trainAndReport>[0], 'onResult' | 'onNote'>, out: string) {
  const rows = farmAndCode(24);
  const part = (from: number, to: number) => ({
    texts: rows.slice(from, to).map(({ text }) => text),
    labels: rows.slice(from, to).map(({ label }) => label),
  });
  const engine = await openEngine({ name: 'onnx' });
  try {
    return await trainAndReport({
      data: { train: part(0, 12), validation: part(12, 18), test: part(18, 24) },
      model: 'new',
      newConfig: JSON.parse(tinyConfig),
      arguments: { maxSteps: 1 },
      engine,
      out,
      ...hooks,
    });
  } finally {
    await engine.close();
  }
}

it('gives the results out once they are stored, before there is a report', async () => {
  const out = join(temporaryDirectory(), 'run');
  const page = join(out, 'report.html');
  const seen: unknown[] = [];
  const onResult = () => void seen.push(existsSync(page), existsSync(join(out, 'summary.json')));
  await tinyReport({ onResult }, out);
  expect([...seen, existsSync(page)]).toEqual([false, true, true]);
});

it('notes a report and a card that cannot be written, and is done', async () => {
  const out = join(temporaryDirectory(), 'run');
  const notes: string[] = [];
  const places = [join(out, 'report.html'), join(out, 'model', 'README.md')];
  const onResult = () => {
    for (const place of places) mkdirSync(join(place, 'in-the-way'), { recursive: true });
  };
  const { summary } = await tinyReport({ onResult, onNote: (note) => notes.push(note) }, out);
  expect(JSON.parse(readFileSync(join(out, 'summary.json'), 'utf8')).loss).toBe(summary.loss);
  const written = notes.filter((note) => note.includes('not written'));
  expect(written).toEqual(
    places.map((place) => expect.stringContaining(`${place}: not written, the rest of the run is complete`)),
  );
});

it('writes the report also where nobody takes the results', async () => {
  const out = join(temporaryDirectory(), 'run');
  const onResult = () => {
    throw new Error('nobody reads');
  };
  await expect(tinyReport({ onResult }, out)).rejects.toThrow('nobody reads');
  expect(existsSync(join(out, 'report.html'))).toBe(true);
});

it.each([
  [{ out: undefined, epochs: 2 }, 'trainAndReport: out expected a path or a name, got undefined'],
  [{ labelNames: ['a'] }, 'trainAndReport: labelNames expected an object with a name for each label, got an array'],
  [{ title: 3 }, 'trainAndReport: title expected a string, got 3'],
  [
    { reportedFrom: { line: [1], file: 'a.csv' } },
    'trainAndReport: expected known options, got reportedFrom.line; did you mean reportedFrom.lines?',
  ],
  [{ epochs: 2 }, /fitSequenceClassifier: .* got epochs; did you mean arguments\.numTrainEpochs/],
])('refuses what is wrong before anything is written: %j', async (wrong, message) => {
  const out = join(temporaryDirectory(), 'run');
  await expect(trainAndReport({ data: {}, out, ...wrong } as never)).rejects.toThrow(message);
  expect(existsSync(out)).toBe(false);
});
